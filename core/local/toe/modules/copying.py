"""CopyFile, MoveFile, CopyFolder and MoveFolder: one script, since their rules are the same.

``*`` stands for many sources, and only in a source's last part; a destination that ends in a separator keeps the
sources' names, and several sources need one (EC2 Image Builder user guide, toe-action-modules).
"""

from core.local.toe.inputs import Entry, flag, text
from core.local.toe.modules.entry import file_path, folder_path, wildcard
from core.local.toe.scene import Scene

_TRANSFER = """
verb=$1 kind=$2 overwrite=$3 source=$4 pattern=$5 destination=$6
sources=("$source")
if [ -n "$pattern" ]; then
  [ -d "$source" ] || fail "$source does not exist or is no folder"
  options=(-mindepth 1 -maxdepth 1 -xtype "$kind" -name "$pattern" -print0)
  mapfile -d '' -t sources < <(find -H "$source" "${options[@]}" | sort -z)
  [ "${#sources[@]}" -gt 0 ] || fail "nothing in $source matches $pattern"
fi
into=false; case $destination in */) into=true;; esac
[ "${#sources[@]}" -eq 1 ] || [ "$into" = true ] || fail "several sources match: $destination must end in a separator"
for from in "${sources[@]}"; do
  to=$destination; [ "$into" = false ] || to=$destination${from##*/}
  [ -e "$from" ] || fail "$from does not exist"
  if [ -e "$to" ] || [ -L "$to" ]; then
    [ "$overwrite" = true ] || fail "$to exists already and overwrite is false"
  fi
  mkdir -p -- "${to%/*}/"
  case $verb-$kind in
    *-f)
      [ -f "$from" ] || fail "$from is no file"
      [ ! -d "$to" ] || fail "$to is a folder"
      if [ "$verb" = copy ]; then cp -T --preserve=mode -- "$from" "$to"; else mv -f -T -- "$from" "$to"; fi ;;
    *-d)
      [ -d "$from" ] || fail "$from is no folder"
      [ -d "$to" ] || [ ! -e "$to" ] || fail "$to is no folder"
      if [ "$verb" = move ] && [ ! -e "$to" ]; then mv -T -- "$from" "$to"; continue; fi
      cp -a -T -- "$from" "$to"
      [ "$verb" = copy ] || rm -rf -- "$from" ;;
  esac
done
"""


async def copy_file(scene: Scene, entry: Entry) -> None:
    await _transfer(scene, entry, "copy", "f")


async def move_file(scene: Scene, entry: Entry) -> None:
    await _transfer(scene, entry, "move", "f")


async def copy_folder(scene: Scene, entry: Entry) -> None:
    await _transfer(scene, entry, "copy", "d")


async def move_folder(scene: Scene, entry: Entry) -> None:
    await _transfer(scene, entry, "move", "d")


async def _transfer(scene: Scene, entry: Entry, verb: str, kind: str) -> None:
    named = file_path if kind == "f" else folder_path
    source, pattern = wildcard(scene, named(scene, entry, "source"))
    overwrite = "true" if flag(entry, "overwrite", True) else "false"
    await scene.script(_TRANSFER, verb, kind, overwrite, source, pattern, scene.path(text(entry, "destination")))
