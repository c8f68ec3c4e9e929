"""What a base image is called while the files it is made from change on disk."""

from dataclasses import replace
from pathlib import Path

from core.local.base.definition import definitions


def test_an_update_of_its_files_does_not_rename_a_base_that_a_service_has_begun_with(tmp_path: Path) -> None:
    """Without it a build that an update overtook ended in “the image under the machine's disk is gone”."""
    script = tmp_path / "setup"
    script.write_text("old")
    definition = replace(definitions()[0], scripts=tmp_path)
    before = definition.id
    script.write_text("new")
    assert definition.id == before


def test_a_base_is_called_after_its_files(tmp_path: Path) -> None:
    ids = set()
    for text in ("one", "two"):
        folder = tmp_path / text
        folder.mkdir()
        (folder / "setup").write_text(text)
        ids.add(replace(definitions()[0], scripts=folder).id)
    assert len(ids) == 2
