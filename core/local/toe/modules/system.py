"""Reboot and UpdateOS (EC2 Image Builder user guide, toe-action-modules)."""

import asyncio

from core.local.toe.inputs import Entries, text, texts
from core.local.toe.outcome import ActionEnd, ActionFailed, Done, RebootWanted
from core.local.toe.scene import REBOOT_STATUS, Scene, run_logged

# $1 how many names are to be included; they follow, and after them those to be excluded. Names may hold * and ?.
# A name is never handed to apt-get as given: there "nginx-" would mean to remove nginx.
_UPDATE = """
set -eu -o pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=a
[ "$(id -u)" = 0 ] || { echo "error.Input: root privileges are needed" >&2; exit 1; }
count=$1; shift
include=("${@:1:count}") exclude=("${@:count+1}")
matches() { local name=$1 pattern; shift; for pattern; do [[ $name == $pattern ]] && return 0; done; return 1; }
if command -v apt-get > /dev/null; then
  apt() { apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
  apt update
  if [ $# = 0 ]; then apt --with-new-pkgs upgrade; exit; fi
  plan=$(apt -s --with-new-pkgs upgrade) names=()
  while read -r verb name _; do
    [ "$verb" = Inst ] || continue
    [ "$count" = 0 ] || matches "$name" "${include[@]}" || continue
    ! matches "$name" "${exclude[@]}" || continue
    names+=("$name")
  done <<< "$plan"
  if [ "${#names[@]}" = 0 ]; then echo "No package to update"; exit; fi
  apt install --only-upgrade -- "${names[@]}"
elif tool=$(command -v dnf || command -v yum); then
  options=(); for name in "${exclude[@]}"; do options+=("--exclude=$name"); done
  "$tool" -y "${options[@]}" update -- "${include[@]}"
else
  echo "UpdateOS: the machine has neither apt-get nor dnf nor yum" >&2; exit 1
fi
"""


async def reboot(scene: Scene, entries: Entries) -> ActionEnd:
    """Restart the machine, after a pause if one is asked for; the run goes on with the next step."""
    scene.say("STARTED EXECUTION")
    for entry in entries:
        given = text(entry, "delaySeconds", "0").strip() or "0"
        if not (given.isascii() and given.isdigit() and len(given) < 8):
            raise ActionFailed(f"Reboot: delaySeconds must be a number of seconds, not {given!r}")
        await asyncio.sleep(int(given))
    return RebootWanted(again=False)


async def update_os(scene: Scene, entries: Entries) -> ActionEnd:
    """Update all packages, or the included ones, but for the excluded ones."""
    scene.say("STARTED EXECUTION")
    for entry in entries or ({},):
        include, exclude = texts(entry, "include"), texts(entry, "exclude")
        command = ("bash", "-c", _UPDATE, "UpdateOS", str(len(include)), *include, *exclude)
        end = await run_logged(scene, command, shown=("update", *include, *(f"!{name}" for name in exclude)))
        if end.code != 0:
            how = "asked for a reboot" if end.code == REBOOT_STATUS else f"exit status {end.code}"
            raise ActionFailed(how, stderr=end.stderr)
    scene.say("FINISHED EXECUTION")
    return Done()
