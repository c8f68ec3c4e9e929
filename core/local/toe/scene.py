"""What an action module acts on: the machine, the world outside it, the log, and the time left.

Everything a document asks for happens in the guest: modules run short bash scripts there. Values travel as arguments
and stdin, never inside a script's text, so no path or content can be read as code.
"""

import posixpath
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from core.local.machine.guest import OUTPUT_LIMIT, Exit, Guest, Output
from core.local.toe.console import Console
from core.local.toe.deadline import Deadline
from core.local.toe.outcome import ActionEnd, ActionFailed
from core.local.toe.outside import Outside
from core.local.toe.stream import KEPT_STDERR_BYTES, KEPT_STDOUT_BYTES, Head, LoggedOutput, Tail, decode
from core.recipe.component import InputValue

REBOOT_STATUS = 194
TIDY_SECONDS = 30
# Linux takes 128 KiB in one argument, and the channel to a machine makes one of the whole command.
ARGUMENT_BYTES = 100_000

# Every script starts with this: a failed command ends it, and `fail` says why in one sentence.
_PRELUDE = 'set -eu -o pipefail; fail() { printf "%s\\n" "$*" >&2; exit 1; }\n'


@dataclass(frozen=True, slots=True)
class NestedCall:
    """ExecuteDocument's request: a document's name, by which a cycle is known, its text, and what it is given."""

    path: str
    text: str
    phases: tuple[str, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """`folder` is the runner's current folder in the guest, from which relative paths count."""

    action: str
    guest: Guest
    outside: Outside
    console: Console
    folder: str
    environment: Mapping[str, str]
    deadline: Deadline
    nested: Callable[[NestedCall], Awaitable[ActionEnd]]

    def say(self, text: str) -> None:
        self.console.line(f"{self.action}: {text}")

    def path(self, path: str) -> str:
        """A path of the guest made absolute; a separator at its end stays.

        Raises:
            ActionFailed: no file can have this path.
        """
        if not path or "\0" in path:
            raise ActionFailed(f"{self.action}: {path!r} is not a path")
        absolute = posixpath.normpath(posixpath.join(self.folder, path))
        if absolute.startswith("//"):
            absolute = absolute[1:]
        return absolute + "/" if path.endswith("/") and absolute != "/" else absolute

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        stdout: Output | None = None,
        stderr: Output | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Exit:
        """Run a command of the guest within the time that is left.

        Raises:
            ActionFailed: its time ran out; everything it started is dead.
        """
        if any("\0" in argument for argument in argv):
            raise ActionFailed(f"{self.action}: an argument holds a NUL character, which no command can be given")
        if (size := sum(len(argument.encode()) + 1 for argument in argv)) > ARGUMENT_BYTES:
            raise ActionFailed(f"{self.action}: the arguments have {size:,} bytes, more than a command can be given")
        end = await self.guest.run(
            argv,
            stdin=stdin,
            environment={**self.environment, **(environment or {})},
            cwd=self.folder,
            stdout=stdout,
            stderr=stderr,
            timeout=self.deadline.remaining(),
        )
        if end.timed_out:
            raise self.deadline.passed()
        return end

    async def script(self, script: str, *arguments: str, stdin: bytes = b"", limit: int = OUTPUT_LIMIT) -> bytes:
        """stdout of one of our bash scripts, given `$1`, `$2` … and stdin; untranslated messages of its tools.

        Raises:
            ActionFailed: with the script's stderr as message, or because stdout is longer than `limit` bytes.
        """
        out, err = Head(limit), Tail(KEPT_STDERR_BYTES)
        argv = ("bash", "-c", _PRELUDE + script, self.action, *arguments)
        end = await self.run(argv, stdin=stdin, stdout=out, stderr=err, environment={"LC_ALL": "C"})
        if not end.succeeded:
            said = decode(err.data).strip()
            raise ActionFailed(f"{self.action}: {said or f'exit status {end.code}'}")
        if out.cut:
            raise ActionFailed(f"{self.action}: there is more than {limit:,} bytes of it")
        return out.data

    async def tidy(self, folder: str) -> None:
        """Remove a folder of ours, also when the attempt's time is up; leaving it is no failure of the step."""
        end = await self.guest.run(("rm", "-rf", "--", folder), timeout=TIDY_SECONDS)
        if not end.succeeded:
            self.console.debug(f"{self.action}: {folder} could not be removed")


@dataclass(frozen=True, slots=True)
class CommandEnd:
    """A logged command's end: `stdout` without line ends at its end and cut at 1 MiB, `stderr` its last 64 KiB."""

    code: int
    stdout: str
    stderr: str


async def run_logged(
    scene: Scene, argv: Sequence[str], *, stdin: bytes = b"", shown: Sequence[str] | None = None
) -> CommandEnd:
    """Run a command as AWSTOE's CmdExecution: its stdout line by line into the log as it comes, its stderr at the end.

    `shown` is what the log says was run, where that differs.

    Raises:
        ActionFailed: its time ran out; what it printed till then is in the log.
    """
    console = scene.console
    console.line(f"CmdExecution: Starting execution of command with arguments [{' '.join(shown or argv)}]")
    kept, err = Head(KEPT_STDOUT_BYTES), Tail(KEPT_STDERR_BYTES)
    with LoggedOutput(lambda line: console.printed(f"Stdout: {line}")) as logged:

        def hear(data: bytes) -> None:
            kept(data)
            logged(data)

        try:
            end = await scene.run(argv, stdin=stdin, stdout=hear, stderr=err)
        except ActionFailed as failure:
            logged.close()
            raise ActionFailed(
                failure.message, stderr=_report_stderr(console, err), timed_out=failure.timed_out
            ) from failure
        logged.close()
    stderr = _report_stderr(console, err)
    console.line(f"CmdExecution: ExitCode {end.code}")
    if kept.cut:
        console.line(f"CmdExecution: outputs.stdout keeps the first {KEPT_STDOUT_BYTES:,} bytes; {kept.cut:,} are cut")
    return CommandEnd(end.code, decode(kept.data).rstrip("\r\n"), stderr)


def _report_stderr(console: Console, err: Tail) -> str:
    text = decode(err.data).rstrip("\r\n")
    if err.cut:
        console.line(f"CmdExecution: Stderr: [{err.cut:,} bytes before this are not logged]")
    for line in text.split("\n"):
        console.printed(f"CmdExecution: Stderr: {line}")
    return text


Action = Callable[[Scene, tuple[Mapping[str, InputValue], ...]], Awaitable[ActionEnd]]
