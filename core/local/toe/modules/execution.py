"""ExecuteBash and ExecuteBinary: the document's own commands (EC2 Image Builder user guide, toe-action-modules)."""

from collections.abc import Mapping
from secrets import randbelow

from core.local.toe.inputs import Entries, text, texts
from core.local.toe.outcome import ActionEnd, ActionFailed, Done, RebootWanted
from core.local.toe.scene import REBOOT_STATUS, CommandEnd, Scene, run_logged

# $1 folder, $2 script. The folder is new and root's alone, so nobody else can put a script there first. One command
# for writing, running and removing, since every command of a machine without KVM costs a tenth of a second.
_RUN_SCRIPT = """
mkdir -m 700 -- "$1" || exit 1
{ cat > "$2" && chmod 700 -- "$2"; } || { rm -rf -- "$1"; exit 1; }
bash "$2" < /dev/null
status=$?
rm -rf -- "$1"
exit "$status"
"""
_EXECUTE = 'exec -- "$@"'


async def execute_bash(scene: Scene, entries: Entries) -> ActionEnd:
    """All commands as one script, without ``-e``; the last one's status decides, 194 asks for a reboot."""
    scene.say("STARTED EXECUTION")
    folder = f"{scene.folder.rstrip('/')}/AWSTOE{_digits()}"
    script = f"{folder}/script-{_digits()}.sh"
    commands = [command for entry in entries for command in texts(entry, "commands")]
    content = "".join(f"{line}\n" for line in commands).encode()
    scene.say(f"Created temporary directory: {folder}")
    scene.say(f"Created temporary script file at: {script}")
    command = ("bash", "-c", _RUN_SCRIPT, "ExecuteBash", folder, script)
    try:
        end = await run_logged(scene, command, stdin=content, shown=("bash", script))
    except ActionFailed:
        # Not in a `finally`: a machine that is lost, or a run that is cancelled, has nobody left to tidy up for.
        await scene.tidy(folder)
        raise
    scene.say("FINISHED EXECUTION")
    return _judge(end)


async def execute_binary(scene: Scene, entries: Entries) -> ActionEnd:
    """One program with arguments, no shell between; a name without a separator is looked up in PATH."""
    scene.say("STARTED EXECUTION")
    outputs: list[Mapping[str, str]] = []
    for entry in entries:
        command = (text(entry, "path"), *texts(entry, "arguments"))
        # bash's exec gives the shell's 126 and 127 with a message where the program can't be started.
        end = await run_logged(scene, ("bash", "-c", _EXECUTE, "ExecuteBinary", *command), shown=command)
        match _judge(end):
            case Done(done):
                outputs.extend(done)
            case RebootWanted() as reboot:
                return reboot
    scene.say("FINISHED EXECUTION")
    return Done(tuple(outputs))


def _judge(end: CommandEnd) -> ActionEnd:
    match end.code:
        case 0:
            return Done(({"stdout": end.stdout},))
        case status if status == REBOOT_STATUS:
            return RebootWanted(again=True)
        case status:
            raise ActionFailed(f"exit status {status}", stderr=end.stderr)


def _digits() -> str:
    return str(1_000_000_000 + randbelow(9_000_000_000))
