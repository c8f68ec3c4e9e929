"""A document on disk: read as it is, saved whole, never over somebody else's changes."""

import os
from pathlib import Path

import pytest

from core.errors import Conflict, HostFault, Invalid, NotFound
from core.recipe.document_file import Change, Versions, changed, open_file, save_file

TEXTS = ["a: 1\n", "\ufeffa: 1\r\nb: 2\r\n", "a: 1", "", "a: é✓\n\tb\n<<<<<<< mine\n"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_and_saved_byte_for_byte(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(text.encode())
    opened = open_file(path)
    assert (opened.text, opened.read_only) == (text, False)
    save_file(path, opened.text, expected=opened.fingerprint)
    assert path.read_bytes() == text.encode()


def test_saving_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("old")
    path.chmod(0o640)
    save_file(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    save_file(tmp_path / "a.yml", "new")
    assert (tmp_path / "a.yml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_saving_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yml").write_text("old")
    (tmp_path / "link.yml").symlink_to("real.yml")
    save_file(tmp_path / "link.yml", "new")
    assert (tmp_path / "link.yml").is_symlink()
    assert (tmp_path / "real.yml").read_text() == "new"


def test_a_file_that_another_program_changed_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("base")
    opened = open_file(path)
    path.write_text("theirs")
    assert changed(path, opened.fingerprint)
    with pytest.raises(Conflict):
        save_file(path, "mine", expected=opened.fingerprint)
    assert path.read_text() == "theirs"
    save_file(path, "mine")
    assert path.read_text() == "mine"


def test_a_file_that_was_only_touched_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("base")
    opened = open_file(path)
    os.utime(path, ns=(1, 1))
    assert not changed(path, opened.fingerprint)


def test_a_saved_file_is_not_changed_and_a_vanished_one_is(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    fingerprint = save_file(path, "mine")
    assert not changed(path, fingerprint)
    path.unlink()
    assert changed(path, fingerprint)
    with pytest.raises(Conflict):
        save_file(path, "more", expected=fingerprint)


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("old")
    path.chmod(0o440)
    assert open_file(path).read_only
    with pytest.raises(HostFault, match="read-only"):
        save_file(path, "new")
    assert path.read_text() == "old"


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "no-such-folder"
    with pytest.raises(HostFault, match=r"a\.yml cannot be saved"):
        save_file(folder / "a.yml", "new")


def test_half_a_character_cannot_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("old")
    with pytest.raises(Invalid, match="Line 2"):
        save_file(path, "a\n\ud800")
    assert path.read_text() == "old"


def test_what_is_no_document_is_refused_in_words(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"ok\n\xff\xfe")
    large.write_bytes(b"a" * (1024 * 1024 + 1))
    with pytest.raises(Invalid, match=r"not UTF-8 \(line 2\)"):
        open_file(binary)
    with pytest.raises(Invalid, match="larger than 1,024 KiB"):
        open_file(large)
    with pytest.raises(Invalid, match="folder"):
        open_file(tmp_path)
    with pytest.raises(NotFound):
        open_file(tmp_path / "gone")


@pytest.mark.parametrize(
    ("mine", "theirs", "change"),
    [
        ("base", "base", Change.NOBODY),
        ("mine", "base", Change.MINE),
        ("base", "theirs", Change.THEIRS),
        ("mine", "theirs", Change.BOTH),
        ("same", "same", Change.MINE),
        ("base", None, Change.THEIRS),
        ("mine", None, Change.BOTH),
    ],
)
def test_only_two_different_changes_are_a_question(mine: str, theirs: str | None, change: Change) -> None:
    assert Versions("base", mine, theirs).change is change
