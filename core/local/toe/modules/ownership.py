"""SetFileOwner, SetFolderOwner, SetFilePermissions and SetFolderPermissions.

A link given as path stands for its target; links met below a folder are left alone, so nothing outside it changes
(EC2 Image Builder user guide, toe-action-modules).
"""

from core.local.toe.inputs import Entry, flag
from core.local.toe.modules.entry import account, file_path, folder_path, permissions
from core.local.toe.scene import Scene

_PLACE = """
path=$1 kind=$2 recursive=$3
if [ "$kind" = f ]; then
  [ -e "$path" ] || fail "$path does not exist"
  [ ! -d "$path" ] || fail "$path is a folder"
else
  [ -d "$path" ] || fail "$path does not exist or is no folder"
fi
path=$(readlink -f -- "$path")
options=(); [ "$recursive" = false ] || options=(-R)
"""
_OWN = """
owner=$4 group=$5
[ -n "$group" ] || group=$(id -g -- "$owner" 2> /dev/null) || group=
chown "${options[@]}" -- "$owner${group:+:$group}" "$path"
"""
_PERMIT = 'chmod "${options[@]}" -- "$4" "$path"'


async def set_file_owner(scene: Scene, entry: Entry) -> None:
    await _own(scene, entry, file_path(scene, entry), "f", "false")


async def set_folder_owner(scene: Scene, entry: Entry) -> None:
    await _own(scene, entry, folder_path(scene, entry), "d", _recursive(entry))


async def set_file_permissions(scene: Scene, entry: Entry) -> None:
    await scene.script(_PLACE + _PERMIT, file_path(scene, entry), "f", "false", permissions(scene, entry))


async def set_folder_permissions(scene: Scene, entry: Entry) -> None:
    await scene.script(_PLACE + _PERMIT, folder_path(scene, entry), "d", _recursive(entry), permissions(scene, entry))


async def _own(scene: Scene, entry: Entry, path: str, kind: str, recursive: str) -> None:
    owner, group = account(scene, entry, "owner"), account(scene, entry, "group", "")
    await scene.script(_PLACE + _OWN, path, kind, recursive, owner, group)


def _recursive(entry: Entry) -> str:
    return "true" if flag(entry, "recursive", True) else "false"
