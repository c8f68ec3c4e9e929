"""A run as one file: out, in again, and what is refused."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from core.build import bundle, journal
from core.build.bundle import Contents, Package, contents_path, export, import_run, imported, kept
from core.build.chart import chart
from core.build.events import IMPORTED, Event, ImageChanged, RunOpened, to_json
from core.build.run import replay
from core.errors import BakehouseError, Conflict, HostFault, Invalid, NotFound
from tests.fakes.builds import failed_build, good_build
from tests.fakes.source import at
from tests.functional.build.test_journal import written
from tests.unit.build.following import followed

STORY = followed(good_build())
CONTENTS = Contents(
    recipe_file="web-server.yml",
    recipe={"web-server.yml": "schemaVersion: 1\n", "components/nginx.yml": "phases: []\n"},
    packages=(Package(name="nginx", version="1.22"),),
    size=14_688_256,
    cost="$0.00 (this machine)",
    environment={"bakehouse": "0.1", "acceleration": "none"},
)
SMALL = dict.fromkeys(bundle.LIMITS, 2**20)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return written(tmp_path / "mine", STORY)


@pytest.fixture
def file(mine: Path, tmp_path: Path) -> Path:
    path = tmp_path / "run.bakehouse-run"
    export(path, mine, CONTENTS)
    return path


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    return tmp_path / "theirs"


def opened(path: Path) -> RunOpened:
    first = next(journal.events(path))
    assert isinstance(first, RunOpened)
    return first


def refused(path: Path, folder: Path, *words: str, limits: Mapping[str, int] = bundle.LIMITS) -> Invalid:
    """Importing says so in words and leaves nothing behind, in the folder or beside it."""
    before = set(folder.parent.rglob("*"))
    with pytest.raises(Invalid) as error:
        import_run(path, folder, limits=limits)
    assert all(word in error.value.message for word in words), error.value.message
    assert error.value.hint
    assert set(folder.parent.rglob("*")) - before <= {folder}
    assert path.name in error.value.message
    assert ".part" not in error.value.message
    return error.value


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, found: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return path


def test_an_exported_run_is_the_same_run_where_it_is_imported(mine: Path, file: Path, theirs: Path) -> None:
    there = import_run(file, theirs)
    one, other = replay(journal.events(mine)), replay(journal.events(there))
    assert chart(other, at(1000)) == chart(one, at(1000))
    assert (other.image, other.components, other.log, other.ended) == (one.image, one.components, one.log, one.ended)
    assert kept(there) == CONTENTS
    assert journal.entry(there)


def test_an_imported_run_is_never_taken_for_ones_own(mine: Path, file: Path) -> None:
    """Builds of two local services have the same ARNs: the next bake would have gone on in the colleague's journal."""
    there = import_run(file, mine.parent)
    assert there != mine
    assert imported(opened(there))
    assert not imported(opened(mine))
    assert opened(there).connection == f"{IMPORTED}Local"
    assert journal.find(mine.parent, "Local", opened(mine).image_arn) == mine


def test_importing_twice_gives_the_same_run_and_exporting_it_again_the_same_record(
    file: Path, theirs: Path, tmp_path: Path
) -> None:
    there = import_run(file, theirs)
    assert import_run(file, theirs) == there
    again = tmp_path / "again.bakehouse-run"
    export(again, there, kept(there))
    assert import_run(again, theirs) == there
    assert len(journal.listing(theirs)) == 1


def test_another_run_of_that_name_is_not_overwritten(file: Path, theirs: Path) -> None:
    there = import_run(file, theirs)
    with there.open("ab") as journal_file:
        journal_file.write(there.read_bytes().splitlines(keepends=True)[-1])
    before = there.read_bytes()
    with pytest.raises(Conflict):
        import_run(file, theirs)
    assert there.read_bytes() == before


def test_a_run_that_is_still_written_is_exported_as_far_as_it_is(tmp_path: Path, theirs: Path) -> None:
    writer, _ = journal.create(tmp_path / "mine", STORY[0])  # type: ignore[arg-type]
    file = tmp_path / "half.bakehouse-run"
    with writer:
        writer.append(*STORY[1:10])
        with writer.path.open("ab") as torn:
            torn.write(b'{"type":"image-ch')
        export(file, writer.path, Contents())
    assert len(list(journal.events(import_run(file, theirs)))) == 10


def test_what_is_known_besides_the_journal_is_nothing_until_it_is_kept(mine: Path) -> None:
    assert kept(mine) == Contents()
    bundle.keep(mine, CONTENTS)
    assert kept(mine) == CONTENTS
    contents_path(mine).write_text("{")
    with pytest.raises(Invalid, match="is damaged"):
        kept(mine)
    assert journal.listing(mine.parent) == (mine,)


def test_a_journal_without_a_run_and_a_folder_that_is_not_there_are_said_to_be_so(tmp_path: Path, mine: Path) -> None:
    with pytest.raises(NotFound):
        export(tmp_path / "x.bakehouse-run", tmp_path / "nowhere.jsonl", Contents())
    with pytest.raises(HostFault, match="could not be imported"):
        import_run(tmp_path / "nowhere.bakehouse-run", tmp_path / "theirs")
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(HostFault, match="could not be written"):
        export(blocked / "x.bakehouse-run", mine, Contents())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99, 1.0])
def test_a_file_that_was_cut_off_is_called_damaged(file: Path, theirs: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: min(int(len(content) * share), len(content) - 1)])
    refused(file, theirs, "is damaged, or no exported run")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_file_in_which_a_byte_was_changed_is_refused(file: Path, theirs: Path, share: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * share)] ^= 0xFF
    file.write_bytes(content)
    refused(file, theirs)


def test_a_file_of_another_kind_is_called_so(tmp_path: Path, theirs: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("bread and butter, " * 20)
    refused(text, theirs, "no exported run")
    other = rewritten(tmp_path / "other.zip", {"a.txt": b"x"})
    refused(other, theirs, "it holds other files than a run's")


def escaping(found: dict[str, bytes]) -> dict[str, bytes]:
    return {**found, "../../escaped.jsonl": b"x"}


def absolute(found: dict[str, bytes]) -> dict[str, bytes]:
    return {"/tmp/escaped.jsonl" if name == "journal.jsonl" else name: content for name, content in found.items()}


def missing(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in found.items() if name != "contents.json"}


@pytest.mark.parametrize("change", [escaping, absolute, missing])
def test_names_that_lead_elsewhere_are_refused(
    file: Path, theirs: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    """Zip slip: a member named like a path outside of the folder would have been written there."""
    rewritten(file, change(members(file)))
    refused(file, theirs, "it holds other files than a run's")
    assert not Path("/tmp/escaped.jsonl").exists()


@pytest.mark.parametrize("name", ["../x.yml", "/etc/x.yml", "a/../../x.yml", "C:\\x.yml", "a\0b", ""])
def test_a_recipe_that_would_be_saved_elsewhere_is_refused(mine: Path, tmp_path: Path, theirs: Path, name: str) -> None:
    file = tmp_path / "slip.bakehouse-run"
    export(file, mine, Contents.model_construct(recipe_file="x.yml", recipe={name: "x"}))
    refused(file, theirs, "no file below the recipe's folder")


@pytest.mark.parametrize("name", ["journal.jsonl", "contents.json", "manifest.json"])
def test_a_bomb_is_not_unpacked_beyond_what_a_run_may_have(file: Path, theirs: Path, name: str) -> None:
    """A megabyte can unpack to a gigabyte, and a header can promise less than comes."""
    rewritten(file, {**members(file), name: b" " * (2 * 2**20)})
    refused(file, theirs, f"{name} unpacks to more than 1,024 KiB", limits=SMALL)


def test_sizes_are_counted_and_not_believed(file: Path, theirs: Path) -> None:
    rewritten(file, {**members(file), "journal.jsonl": b" " * (3 * 2**20)})
    honest = struct.pack("<L", 3 * 2**20)
    file.write_bytes(file.read_bytes().replace(honest, struct.pack("<L", 100)))
    refused(file, theirs, limits=SMALL)


def test_a_directory_of_thousands_of_files_is_not_read(file: Path, theirs: Path) -> None:
    rewritten(file, {**members(file), **{f"{n}": b"" for n in range(500)}})
    refused(file, theirs, "it holds more than a run")


def test_a_member_given_twice_is_refused(file: Path, theirs: Path) -> None:
    """Two readers of the same archive may then see two different journals."""
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("journal.jsonl", b"x")
    refused(file, theirs, "it holds other files than a run's")


def changed(path: Path, name: str, **changes: object) -> Path:
    found = members(path)
    found[name] = json.dumps({**json.loads(found[name]), **changes}).encode()
    return rewritten(path, found)


def test_a_file_of_a_newer_version_is_refused_in_words(file: Path, theirs: Path) -> None:
    error = refused(changed(file, "manifest.json", version=2, members="who knows"), theirs, "by a newer Bakehouse")
    assert error.hint == "Update Bakehouse to open this run."


def test_a_manifest_of_something_else_is_refused(file: Path, theirs: Path) -> None:
    refused(changed(file, "manifest.json", bakehouse="recipe"), theirs, "it is no run of Bakehouse")


def test_contents_that_are_not_those_that_were_exported_are_refused(file: Path, theirs: Path) -> None:
    refused(changed(file, "contents.json", cost="$0"), theirs, "contents.json is not what was exported")


def exported(tmp_path: Path, content: bytes) -> Path:
    """A run whose journal was written by somebody else, with checksums that fit."""
    fake = tmp_path / "fake.jsonl"
    good = written(tmp_path / "good", STORY)
    file = tmp_path / "fake.bakehouse-run"
    export(file, good, Contents())
    fake.write_bytes(content)
    found = members(file)
    digest, size = bundle._digest(io.BytesIO(content))
    manifest = json.loads(found["manifest.json"])
    manifest["members"]["journal.jsonl"] = {"size": size, "sha256": digest}
    return rewritten(file, {**found, "journal.jsonl": content, "manifest.json": json.dumps(manifest).encode()})


HEADER = b'{"bakehouse":"journal","version":1}\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "its journal does not begin with a run"),
        (HEADER, "its journal does not begin with a run"),
        (b'{"bakehouse":"journal","version":99}\n', "newer Bakehouse"),
        (b"not a journal\n", "is not a journal"),
        (
            HEADER + b'{"type":"run-ended","number":0,"at":"2026-01-01T00:00:00Z","status":"FAILED"}\n',
            "begin with a run",
        ),
        (HEADER + b"[" * 100_000 + b"\n", "damaged at line 2"),
    ],
    ids=["empty", "header", "newer", "text", "no-opening", "deep"],
)
def test_a_journal_that_is_none_is_refused(tmp_path: Path, theirs: Path, content: bytes, words: str) -> None:
    refused(exported(tmp_path, content), theirs, words)


def test_a_hostile_journal_names_no_file_outside_of_the_folder(tmp_path: Path, theirs: Path) -> None:
    opening = STORY[0].model_copy(update={"image_arn": "arn:x/../../../etc/passwd/1.0.0/1", "connection": "../../x"})
    story: list[Event] = [opening, *(event for event in STORY[1:] if isinstance(event, ImageChanged))]
    lines = b"".join(to_json(event) + b"\n" for event in story)
    there = import_run(exported(tmp_path, HEADER + lines), theirs)
    assert there.parent == theirs


def test_every_refusal_is_an_error_for_people(file: Path, theirs: Path) -> None:
    """Whatever byte is changed, nothing but our own errors comes out."""
    content = file.read_bytes()
    for position in range(0, len(content), max(1, len(content) // 150)):
        broken = bytearray(content)
        broken[position] ^= 0x5A
        file.write_bytes(broken)
        with suppress(BakehouseError):
            import_run(file, theirs)


def test_a_failed_run_travels_with_its_failure(tmp_path: Path, theirs: Path) -> None:
    file = tmp_path / "failed.bakehouse-run"
    story = followed(failed_build())
    export(file, written(tmp_path / "mine", story), Contents())
    assert replay(journal.events(import_run(file, theirs))).failures == replay(story).failures
