"""The file modules on a guest, one after the other, with the names nobody expects."""

import grp
import json
import os
import pwd

import pytest

from core.local.toe.run import ToeResult
from tests.functional.toe.oven import Oven, outputs

HOSTILE = "it's; touch owned $(touch owned) `touch owned` \"&|<>?[a]~\\ -rf\nline2"
ROOT = os.geteuid() == 0


async def act(oven: Oven, action: str, *entries: dict[str, str]) -> ToeResult:
    """Run one step of this action."""
    listed = json.dumps(list(entries), ensure_ascii=False)
    result = await oven.steps(f"- {{name: Act, action: {action}, inputs: {listed}}}")
    assert not oven.guest.path("/tmp/owned").exists()
    return result


async def refused(oven: Oven, action: str, *entries: dict[str, str]) -> str:
    result = await act(oven, action, *entries)
    assert result.failure is not None
    assert result.failure.error_message.startswith(f"{action}: ")
    return result.failure.error_message


async def done(oven: Oven, action: str, *entries: dict[str, str]) -> ToeResult:
    result = await act(oven, action, *entries)
    assert result.status == "success", result.failure
    return result


async def test_create_file_makes_parents_and_sets_exactly_the_given_mode(oven: Oven) -> None:
    os.umask(0o022)
    await done(
        oven, "CreateFile", {"path": "/opt/a/b/c", "content": "x", "permissions": "0666"}, {"path": "/opt/plain"}
    )
    assert oven.guest.path("/opt/a/b/c").stat().st_mode & 0o7777 == 0o666
    assert oven.guest.path("/opt/plain").stat().st_mode & 0o7777 == 0o644
    assert oven.guest.path("/opt/a/b").stat().st_mode & 0o7777 == 0o755
    assert oven.guest.path("/opt/a/b/c").read_text() == "x"


async def test_create_file_truncates_unless_overwrite_is_false(oven: Oven) -> None:
    oven.guest.path("/opt/a").write_text("long content")
    await done(oven, "CreateFile", {"path": "/opt/a", "content": "new"})
    assert oven.guest.path("/opt/a").read_text() == "new"
    message = await refused(oven, "CreateFile", {"path": "/opt/a", "content": "newer", "overwrite": "False"})
    assert message == "CreateFile: /opt/a exists already and overwrite is false"
    assert oven.guest.path("/opt/a").read_text() == "new"
    assert "is a folder" in await refused(oven, "CreateFile", {"path": "/opt"})


async def test_content_and_names_are_never_read_as_code(oven: Oven) -> None:
    """Put into a script's text, a quote in a name or in a content would end the string and run what follows as root."""
    await done(oven, "CreateFolder", {"path": f"/opt/{HOSTILE}"})
    path = f"/opt/{HOSTILE}/{HOSTILE}"
    await done(oven, "CreateFile", {"path": path, "content": HOSTILE})
    await done(oven, "AppendFile", {"path": path, "content": "-end"})
    assert outputs(await done(oven, "ReadFile", {"path": path}), "Act") == [{"content": f"{HOSTILE}-end"}]
    await done(oven, "CopyFile", {"source": path, "destination": "/opt/-copy"})
    await done(oven, "MoveFile", {"source": "/opt/-copy", "destination": f"/opt/{HOSTILE}/-e"})
    await done(oven, "SetFilePermissions", {"path": f"/opt/{HOSTILE}/-e", "permissions": "600"})
    listed = outputs(await done(oven, "ListFiles", {"path": f"/opt/{HOSTILE}", "fileNamePattern": "-*"}), "Act")
    assert listed == [{"files": f"/opt/{HOSTILE}/-e"}]
    await done(oven, "MoveFolder", {"source": f"/opt/{HOSTILE}", "destination": f"/opt/x/{HOSTILE}"})
    await done(oven, "DeleteFile", {"path": f"/opt/x/{HOSTILE}/-e"}, {"path": f"/opt/x/{HOSTILE}/{HOSTILE}"})
    await done(oven, "DeleteFolder", {"path": f"/opt/x/{HOSTILE}/"})
    assert list(oven.guest.path("/opt/x").iterdir()) == []


async def test_append_file_wants_an_existing_file(oven: Oven) -> None:
    assert "does not exist" in await refused(oven, "AppendFile", {"path": "/opt/missing", "content": "x"})
    assert not oven.guest.path("/opt/missing").exists()


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("utf-16", "utf-16-le"), ("UTF16-BE", "utf-16-be"), ("utf-32-LE", "utf-32-le"), ("utf8", "utf-8")],
)
async def test_text_round_trips_through_an_encoding_without_byte_order_mark(
    oven: Oven, encoding: str, codec: str
) -> None:
    await done(oven, "CreateFile", {"path": "/opt/a", "content": "Bäckerei\n"})
    await done(oven, "SetFileEncoding", {"path": "/opt/a", "encoding": encoding})
    await done(oven, "AppendFile", {"path": "/opt/a", "content": "näher\n", "encoding": encoding})
    assert oven.guest.path("/opt/a").read_bytes() == "Bäckerei\nnäher\n".encode(codec)
    result = await done(oven, "ReadFile", {"path": "/opt/a", "encoding": encoding, "printFileContent": "true"})
    assert outputs(result, "Act") == [{"content": "Bäckerei\nnäher\n"}]
    assert oven.lines[-5:-1] == [
        "ReadFile: STARTED EXECUTION",
        "ReadFile: Bäckerei",
        "ReadFile: näher",
        "ReadFile: FINISHED EXECUTION",
    ]


async def test_read_file_reads_text_only_drops_a_byte_order_mark_and_prints_nothing_unasked(oven: Oven) -> None:
    oven.guest.path("/opt/bom").write_bytes(b"\xef\xbb\xbfsecret")
    oven.guest.path("/opt/binary").write_bytes(b"\xff\xfe\x00")
    assert outputs(await done(oven, "ReadFile", {"path": "/opt/bom"}), "Act") == [{"content": "secret"}]
    assert not any("secret" in line for line in oven.lines)
    assert "is not text in utf-8" in await refused(oven, "ReadFile", {"path": "/opt/binary"})
    assert "does not exist" in await refused(oven, "ReadFile", {"path": "/opt/missing"})
    oven.guest.path("/opt/fed").symlink_to("/dev/zero")
    assert "is no file" in await refused(oven, "ReadFile", {"path": "/opt/fed"})


async def test_a_file_too_large_to_keep_is_refused(oven: Oven) -> None:
    """Read whole, a sparse file of a terabyte would fill this machine's memory."""
    with oven.guest.path("/opt/huge").open("wb") as file:
        file.truncate(2**40)
    assert "more than 16,777,216 bytes" in await refused(oven, "ReadFile", {"path": "/opt/huge"})


async def test_copy_file_takes_wildcards_in_the_last_part_only(oven: Oven) -> None:
    for name in ("a.conf", "b.conf", "c.txt", "[x].conf", "x.conf"):
        oven.guest.path(f"/opt/{name}").write_text(name)
    await done(oven, "CopyFile", {"source": "/opt/*.conf", "destination": "/opt/out/"})
    assert sorted(path.name for path in oven.guest.path("/opt/out").iterdir()) == [
        "[x].conf",
        "a.conf",
        "b.conf",
        "x.conf",
    ]
    await done(oven, "CopyFile", {"source": "/opt/[x]*", "destination": "/opt/one"})
    assert oven.guest.path("/opt/one").read_text() == "[x].conf"

    async def no(source: str, destination: str) -> str:
        return await refused(oven, "CopyFile", {"source": source, "destination": destination})

    assert "must end in a separator" in await refused(
        oven, "CopyFile", {"source": "/opt/*.conf", "destination": "/opt/o"}
    )
    assert "nothing in /opt matches" in await refused(
        oven, "CopyFile", {"source": "/opt/*.zip", "destination": "/opt/o/"}
    )
    assert "'*' may only stand" in await no("/*/a.conf", "/opt/o")
    assert "does not exist" in await no("/opt/none", "/opt/o")
    assert "is no file" in await no("/opt/out", "/opt/o")


async def test_copy_and_move_respect_overwrite(oven: Oven) -> None:
    for action in ("CopyFile", "MoveFile"):
        oven.guest.path("/opt/a").write_text("new")
        oven.guest.path("/opt/b").write_text("old")
        entry = {"source": "/opt/a", "destination": "/opt/b"}
        assert "overwrite is false" in await refused(oven, action, {**entry, "overwrite": "false"})
        assert oven.guest.path("/opt/b").read_text() == "old"
        await done(oven, action, entry)
        assert oven.guest.path("/opt/b").read_text() == "new"
        assert oven.guest.path("/opt/a").exists() is (action == "CopyFile")


async def test_folders_are_copied_whole_and_merged(oven: Oven) -> None:
    oven.guest.path("/opt/src/sub").mkdir(parents=True)
    oven.guest.path("/opt/src/sub/new").write_text("new")
    oven.guest.path("/opt/dst/src/sub").mkdir(parents=True)
    oven.guest.path("/opt/dst/src/sub/old").write_text("old")
    await done(oven, "CopyFolder", {"source": "/opt/src/", "destination": "/opt/dst/"})
    assert sorted(path.name for path in oven.guest.path("/opt/dst/src/sub").iterdir()) == ["new", "old"]
    await done(oven, "MoveFolder", {"source": "/opt/src", "destination": "/opt/dst/"})
    assert not oven.guest.path("/opt/src").exists()
    await done(oven, "MoveFolder", {"source": "/opt/dst/src", "destination": "/opt/deep/down/name"})
    assert oven.guest.path("/opt/deep/down/name/sub/old").read_text() == "old"
    assert "is no folder" in await refused(
        oven, "CopyFolder", {"source": "/opt/deep/down/name/sub/old", "destination": "/opt/x"}
    )
    assert "overwrite is false" in await refused(
        oven, "CopyFolder", {"source": "/opt/deep", "destination": "/opt/dst", "overwrite": "false"}
    )


async def test_a_folder_moved_into_itself_is_refused_and_kept(oven: Oven) -> None:
    """Copied first and removed then, its only copy would be removed with it."""
    oven.guest.path("/opt/a/b").mkdir(parents=True)
    oven.guest.path("/opt/a/file").write_text("kept")
    await refused(oven, "MoveFolder", {"source": "/opt/a", "destination": "/opt/a/b/"})
    await refused(oven, "MoveFolder", {"source": "/opt/a", "destination": "/opt/a/b"})
    await refused(oven, "MoveFolder", {"source": "/opt/a", "destination": "/opt/a"})
    assert oven.guest.path("/opt/a/file").read_text() == "kept"


async def test_create_folder_keeps_what_is_there(oven: Oven) -> None:
    oven.guest.path("/opt/a").mkdir()
    oven.guest.path("/opt/a/kept").touch()
    await done(oven, "CreateFolder", {"path": "/opt/a", "permissions": "0700"}, {"path": "/opt/b/c/"})
    assert oven.guest.path("/opt/a/kept").exists()
    assert oven.guest.path("/opt/a").stat().st_mode & 0o7777 == 0o700
    assert oven.guest.path("/opt/b/c").is_dir()
    assert "overwrite is false" in await refused(oven, "CreateFolder", {"path": "/opt/a", "overwrite": "false"})
    assert "is no folder" in await refused(oven, "CreateFolder", {"path": "/opt/a/kept"})


async def test_delete_file_by_name_and_by_pattern(oven: Oven) -> None:
    for name in ("a.log", "b.log", "keep"):
        oven.guest.path(f"/opt/{name}").touch()
    oven.guest.path("/opt/dir.log").mkdir()
    await done(oven, "DeleteFile", {"path": "/opt/*.log"}, {"path": "/opt/*.nothing"}, {"path": "/opt/none/*.log"})
    assert sorted(path.name for path in oven.guest.path("/opt").iterdir()) == ["dir.log", "keep"]
    assert "/opt/missing does not exist" in await refused(oven, "DeleteFile", {"path": "/opt/missing"})
    assert "is a folder" in await refused(oven, "DeleteFile", {"path": "/opt/dir.log"})


async def test_delete_folder_wants_force_for_a_folder_with_content(oven: Oven) -> None:
    oven.guest.path("/opt/full").mkdir()
    oven.guest.path("/opt/full/file").touch()
    oven.guest.path("/opt/empty").mkdir()
    await done(oven, "DeleteFolder", {"path": "/opt/empty"})
    assert "not empty" in await refused(oven, "DeleteFolder", {"path": "/opt/full"})
    await done(oven, "DeleteFolder", {"path": "/opt/full", "force": "true"})
    assert "does not exist" in await refused(oven, "DeleteFolder", {"path": "/opt/full", "force": "true"})
    assert "root folder" in await refused(oven, "DeleteFolder", {"path": "/tmp/..", "force": "true"})


async def test_create_symlink_replaces_links_only_and_only_with_force(oven: Oven) -> None:
    oven.guest.path("/opt/file").touch()
    link = {"path": "/opt/d/link", "target": "../file"}
    await done(oven, "CreateSymlink", link)
    assert oven.guest.path("/opt/d/link").readlink().as_posix() == "../file"
    assert "force is false" in await refused(oven, "CreateSymlink", link)
    await done(oven, "CreateSymlink", {"path": "/opt/d/link", "target": "/opt/file", "force": "true"})
    assert oven.guest.path("/opt/d/link").readlink().as_posix() == "/opt/file"
    assert "is no link" in await refused(
        oven, "CreateSymlink", {"path": "/opt/file", "target": "/opt/d/link", "force": "true"}
    )
    assert "target /none does not exist" in await refused(oven, "CreateSymlink", {"path": "/opt/l", "target": "/none"})


async def test_list_files_sorts_filters_and_descends_only_when_asked(oven: Oven) -> None:
    for name in ("b.txt", "a.txt", "c.log", "sub/d.txt"):
        oven.guest.path("/opt/sub").mkdir(exist_ok=True)
        oven.guest.path(f"/opt/{name}").touch()

    async def files(**entry: str) -> str:
        return outputs(await done(oven, "ListFiles", {"path": "/opt/", **entry}), "Act")[0]["files"]

    assert await files() == "/opt/a.txt,/opt/b.txt,/opt/c.log"
    assert await files(fileNamePattern="*.txt") == "/opt/a.txt,/opt/b.txt"
    assert await files(fileNamePattern="*.txt", recursive="true") == "/opt/a.txt,/opt/b.txt,/opt/sub/d.txt"
    assert await files(fileNamePattern="none*") == ""
    assert "does not exist" in await refused(oven, "ListFiles", {"path": "/opt/missing"})


async def test_permissions_of_folders_reach_down_unless_recursive_is_false(oven: Oven) -> None:
    oven.guest.path("/opt/a/b").mkdir(parents=True)
    oven.guest.path("/opt/a/b/file").touch(0o644)
    await done(oven, "SetFolderPermissions", {"path": "/opt/a", "permissions": "0750", "recursive": "false"})
    assert oven.guest.path("/opt/a/b/file").stat().st_mode & 0o777 == 0o644
    await done(oven, "SetFolderPermissions", {"path": "/opt/a", "permissions": "0750"})
    assert oven.guest.path("/opt/a/b/file").stat().st_mode & 0o777 == 0o750
    assert "must be octal" in await refused(oven, "SetFilePermissions", {"path": "/opt/a", "permissions": "u+s"})
    assert "is a folder" in await refused(oven, "SetFilePermissions", {"path": "/opt/a", "permissions": "755"})
    assert "does not exist" in await refused(oven, "SetFilePermissions", {"path": "/opt/x", "permissions": "755"})


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
async def test_ownership_takes_names_and_numbers_and_spares_what_links_point_to(oven: Oven) -> None:
    oven.guest.path("/opt/a").mkdir()
    oven.guest.path("/opt/a/file").touch()
    oven.guest.path("/opt/other").touch()
    oven.guest.path("/opt/a/link").symlink_to("/opt/other")
    oven.guest.path("/opt/link").symlink_to("/opt/a/file")
    nobody, daemon = pwd.getpwnam("nobody"), grp.getgrnam("daemon")
    await done(oven, "SetFolderOwner", {"path": "/opt/a", "owner": "nobody"})
    file = oven.guest.path("/opt/a/file").stat()
    assert (file.st_uid, file.st_gid) == (nobody.pw_uid, nobody.pw_gid)
    assert oven.guest.path("/opt/other").stat().st_uid == 0
    await done(oven, "SetFileOwner", {"path": "/opt/link", "owner": "54321", "group": "daemon"})
    file = oven.guest.path("/opt/a/file").stat()
    assert (file.st_uid, file.st_gid) == (54321, daemon.gr_gid)
    await done(oven, "CreateFile", {"path": "/opt/n", "owner": "nobody", "group": "daemon", "permissions": "4755"})
    made = oven.guest.path("/opt/n").stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o7777) == (nobody.pw_uid, daemon.gr_gid, 0o4755)
    assert "nosuchuser" in await refused(oven, "SetFileOwner", {"path": "/opt/n", "owner": "nosuchuser"})
    assert "is no owner's name" in await refused(oven, "SetFileOwner", {"path": "/opt/n", "owner": "root:root"})


async def test_relative_paths_count_from_the_working_directory(oven: Oven) -> None:
    await done(oven, "CreateFile", {"path": "sub/file", "content": "x"})
    assert oven.guest.path("/tmp/sub/file").read_text() == "x"


async def test_the_first_entry_that_fails_ends_the_list(oven: Oven) -> None:
    await refused(oven, "CreateFile", {"path": "/opt/one"}, {"path": "/opt/"}, {"path": "/opt/three"})
    assert oven.guest.path("/opt/one").exists()
    assert not oven.guest.path("/opt/three").exists()
