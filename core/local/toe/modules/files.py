"""Files: CreateFile, AppendFile, ReadFile, SetFileEncoding, ListFiles, DeleteFile, CreateSymlink.

Source: EC2 Image Builder user guide, toe-action-modules. Text is encoded and decoded on the host: a small guest
has no codecs but UTF-8. A byte order mark is never written and dropped when read.
"""

from core.local.machine.guest import OUTPUT_LIMIT
from core.local.toe.inputs import Entry, flag, text
from core.local.toe.modules.entry import account, file_path, find_pattern, folder_path, permissions, wildcard
from core.local.toe.outcome import ActionFailed
from core.local.toe.scene import Scene
from core.local.toe.stream import decode

_CREATE = """
path=$1 overwrite=$2 owner=$3 group=$4 mode=$5
[ ! -d "$path" ] || fail "$path is a folder"
[ "$overwrite" = true ] || [ ! -e "$path" ] || fail "$path exists already and overwrite is false"
mkdir -p -- "${path%/*}/"
[ -z "$mode" ] || umask 077
cat > "$path"
[ -z "$owner$group" ] || chown -- "$owner${group:+:$group}" "$path"
[ -z "$mode" ] || chmod -- "$mode" "$path"
"""
_APPEND = '[ -f "$1" ] || fail "$1 does not exist or is no file"; cat >> "$1"'
_READ = '[ -f "$1" ] || fail "$1 does not exist or is no file"; head -c "$2" -- "$1"'
_REPLACE = 'cat > "$1"'
_LIST = """
[ -d "$1" ] || fail "$1 does not exist or is no folder"
depth=(); [ "$3" = true ] || depth=(-maxdepth 1)
find -H "$1" -mindepth 1 "${depth[@]}" -xtype f -name "$2" -print0 | sort -z
"""
_DELETE = """
[ ! -d "$1" ] || [ -L "$1" ] || fail "$1 is a folder"
[ -e "$1" ] || [ -L "$1" ] || fail "$1 does not exist"
rm -f -- "$1"
"""
_DELETE_MATCHING = """
[ -d "$1" ] || exit 0
find -H "$1" -mindepth 1 -maxdepth 1 ! -type d -name "$2" -delete
"""
_LINK = """
path=$1 target=$2 force=$3
mkdir -p -- "${path%/*}/"
case $target in /*) at=$target;; *) at=${path%/*}/$target;; esac
[ -e "$at" ] || fail "the target $target does not exist"
if [ -L "$path" ]; then
  [ "$force" = true ] || fail "the link $path exists already and force is false"
  rm -f -- "$path"
elif [ -e "$path" ]; then
  fail "$path exists already and is no link"
fi
ln -s -T -- "$target" "$path"
"""

_CODECS = {
    "utf8": "utf-8",
    "utf16": "utf-16-le",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32-le",
    "utf32le": "utf-32-le",
    "utf32be": "utf-32-be",
}


async def create_file(scene: Scene, entry: Entry) -> None:
    await scene.script(
        _CREATE,
        file_path(scene, entry),
        _flag(entry, "overwrite", True),
        account(scene, entry, "owner", ""),
        account(scene, entry, "group", ""),
        permissions(scene, entry, ""),
        stdin=_content(scene, entry),
    )


async def append_file(scene: Scene, entry: Entry) -> None:
    await scene.script(_APPEND, file_path(scene, entry), stdin=_content(scene, entry))


async def read_file(scene: Scene, entry: Entry) -> dict[str, str]:
    content = await _text_of(scene, file_path(scene, entry), _codec(scene, entry))
    if flag(entry, "printFileContent", False):
        for line in content.splitlines():
            scene.console.printed(f"{scene.action}: {line}")
    return {"content": content}


async def set_file_encoding(scene: Scene, entry: Entry) -> None:
    path = file_path(scene, entry)
    content = await _text_of(scene, path, "utf-8")
    await scene.script(_REPLACE, path, stdin=content.encode(_codec(scene, entry)))


async def list_files(scene: Scene, entry: Entry) -> dict[str, str]:
    pattern = text(entry, "fileNamePattern", "") or "*"
    folder = folder_path(scene, entry)
    found = await scene.script(_LIST, folder, find_pattern(pattern), _flag(entry, "recursive", False))
    return {"files": ",".join(decode(path) for path in found.split(b"\0") if path)}


async def delete_file(scene: Scene, entry: Entry) -> None:
    path, pattern = wildcard(scene, file_path(scene, entry))
    await (scene.script(_DELETE_MATCHING, path, pattern) if pattern else scene.script(_DELETE, path))


async def create_symlink(scene: Scene, entry: Entry) -> None:
    await scene.script(_LINK, file_path(scene, entry), text(entry, "target"), _flag(entry, "force", False))


async def _text_of(scene: Scene, path: str, codec: str) -> str:
    data = await scene.script(_READ, path, str(OUTPUT_LIMIT + 1))
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ActionFailed(f"{scene.action}: {path} is not text in {codec}: {error.reason}") from error


def _flag(entry: Entry, key: str, default: bool) -> str:
    return "true" if flag(entry, key, default) else "false"


def _content(scene: Scene, entry: Entry) -> bytes:
    return text(entry, "content", "").encode(_codec(scene, entry))


def _codec(scene: Scene, entry: Entry) -> str:
    name = text(entry, "encoding", "") or "utf8"
    codec = _CODECS.get(name.lower().replace("-", ""))
    if codec is None:
        raise ActionFailed(f"{scene.action}: the encoding {name!r} is not known")
    return codec
