"""CreateFolder and DeleteFolder (EC2 Image Builder user guide, toe-action-modules)."""

from core.local.toe.inputs import Entry, flag
from core.local.toe.modules.entry import account, folder_path, permissions
from core.local.toe.outcome import ActionFailed
from core.local.toe.scene import Scene

_CREATE = """
path=$1 overwrite=$2 owner=$3 group=$4 mode=$5
if [ -d "$path" ]; then
  [ "$overwrite" = true ] || fail "$path exists already and overwrite is false"
elif [ -e "$path" ]; then
  fail "$path exists already and is no folder"
fi
mkdir -p -- "$path"
[ -z "$owner$group" ] || chown -- "$owner${group:+:$group}" "$path"
[ -z "$mode" ] || chmod -- "$mode" "$path"
"""
_DELETE = """
[ -d "$1" ] && [ ! -L "$1" ] || fail "$1 does not exist or is no folder"
if [ "$2" = true ]; then rm -rf -- "$1"; else rmdir -- "$1"; fi
"""


async def create_folder(scene: Scene, entry: Entry) -> None:
    await scene.script(
        _CREATE,
        folder_path(scene, entry),
        "true" if flag(entry, "overwrite", True) else "false",
        account(scene, entry, "owner", ""),
        account(scene, entry, "group", ""),
        permissions(scene, entry, ""),
    )


async def delete_folder(scene: Scene, entry: Entry) -> None:
    path = folder_path(scene, entry)
    if path == "/":
        raise ActionFailed(f"{scene.action}: the root folder cannot be deleted")
    await scene.script(_DELETE, path, "true" if flag(entry, "force", False) else "false")
