"""WebDownload, in the guest and over its network, with curl or wget (EC2 Image Builder user guide, toe-action-modules).

A download appears at its destination whole, and checked where a checksum is given.
"""

import asyncio
from secrets import token_hex
from urllib.parse import unquote, urlsplit

from core.local.toe.inputs import Entry, flag, text
from core.local.toe.modules.entry import in_order
from core.local.toe.outcome import ActionEnd, ActionFailed, Done
from core.local.toe.scene import Scene
from core.local.toe.stream import decode

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0

_SUMS = {"MD5": "md5sum", "SHA1": "sha1sum", "SHA256": "sha256sum", "SHA512": "sha512sum"}
# Prints "have" where the destination is there already with the right content, else "get".
_LOOK = """
target=$1 overwrite=$2 tool=$3 sum=$4
[ ! -d "$target" ] || fail "$target is a folder"
if [ -e "$target" ]; then
  [ "$overwrite" = true ] || fail "$target exists already and overwrite is false"
  if [ -n "$tool" ] && [ "$("$tool" < "$target")" = "$sum  -" ]; then echo have; exit; fi
fi
echo get
"""
# Prints "done", or "again" and a reason that may pass.
_FETCH = """
url=$1 target=$2 part=$3 insecure=$4 tool=$5 sum=$6
mkdir -p -- "${target%/*}/"
trap 'rm -f -- "$part"' EXIT
: > "$part"
if command -v curl > /dev/null; then
  options=(); [ "$insecure" = false ] || options=(-k)
  status=$(curl -q -sS -g -L --max-redirs 20 --proto =http,https --proto-redir =http,https "${options[@]}" \
    --connect-timeout 30 -o "$part" -w '%{http_code}' -- "$url" 2>&1) || { echo "again $status"; exit; }
elif command -v wget > /dev/null; then
  options=(--no-config -nv -S --max-redirect=20 --tries=1 --timeout=30)
  [ "$insecure" = false ] || options+=(--no-check-certificate)
  # 8: the server has answered with an error. Anything else has come between, maybe after an answer to be followed.
  said=$(wget "${options[@]}" -O "$part" -- "$url" 2>&1) || [ $? -eq 8 ] || {
    echo "again $(grep -v -E '^  (HTTP/[0-9.]+ |[A-Za-z0-9-]+: )' <<< "$said")"
    exit
  }
  status=$(grep -o -E '^ *HTTP/[0-9.]+ [0-9]+' <<< "$said" | tail -n 1) || { echo "again $said"; exit; }
  status=${status##* }
else
  fail "the machine has neither curl nor wget"
fi
case $status in
  200) ;;
  408|429|5??) echo "again the server answered with status $status"; exit ;;
  *) fail "the server answered $url with status $status" ;;
esac
if [ -n "$tool" ]; then
  found=$("$tool" < "$part")
  [ "$found" = "$sum  -" ] || fail "the checksum of $url is ${found%% *}, not $sum"
fi
mv -f -T -- "$part" "$target"
echo done
"""


async def web_download(scene: Scene, entries: tuple[Entry, ...]) -> ActionEnd:
    """All entries; the one output is their destinations, line by line."""
    match await in_order(_download)(scene, entries):
        case Done(outputs):
            return Done(({"destination": "\n".join(output["destination"] for output in outputs)},))
        case other:
            return other


async def _download(scene: Scene, entry: Entry) -> dict[str, str]:
    url, algorithm = text(entry, "source"), text(entry, "algorithm", "").upper()
    target = _target(scene, url, text(entry, "destination"))
    if algorithm and algorithm not in _SUMS:
        raise ActionFailed(f"WebDownload: the algorithm {algorithm} is none of {', '.join(_SUMS)}")
    checksum = text(entry, "checksum", "").strip().lower()
    tool = _SUMS[algorithm] if algorithm and checksum else ""
    overwrite = "true" if flag(entry, "overwrite", True) else "false"
    insecure = "true" if flag(entry, "ignoreCertificateErrors", False) else "false"
    if (await scene.script(_LOOK, target, overwrite, tool, checksum)).strip() == b"have":
        scene.say(f"{target} is there already with the right checksum")
    else:
        await _fetch(scene, url, target, insecure, tool, checksum)
    return {"destination": target}


async def _fetch(scene: Scene, url: str, target: str, insecure: str, tool: str, checksum: str) -> None:
    part = f"{target}.{token_hex(4)}.part"
    for attempt in range(1, ATTEMPTS + 1):
        scene.say(f"Downloading {url} to {target}")
        said = decode(await scene.script(_FETCH, url, target, part, insecure, tool, checksum)).strip()
        if said == "done":
            return
        reason = said.removeprefix("again ").strip() or "the connection failed"
        if attempt == ATTEMPTS:
            raise ActionFailed(f"WebDownload: {url} could not be downloaded in {ATTEMPTS} attempts: {reason}")
        pause = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
        scene.say(f"Attempt {attempt} of {ATTEMPTS} failed, next in {pause:g} s: {reason}")
        await scene.deadline.within(asyncio.sleep(pause))


def _target(scene: Scene, url: str, destination: str) -> str:
    """Where the download goes: the destination, or within it under the URL's own file name."""
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or any(c.isspace() for c in url):
        raise ActionFailed(f"WebDownload: {url!r} is no http or https address")
    if not destination.endswith("/"):
        return scene.path(destination)
    name = unquote(parts.path).rpartition("/")[2]
    if name in ("", ".", ".."):
        raise ActionFailed(f"WebDownload: {url} names no file, so {destination} needs a file name at its end")
    return scene.path(destination + name)
