"""A recipe that was never built: its parent as it was measured, and what builds from it added."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from core.aws.connection import LocalConnection
from core.aws.local_service import BaseImage, base_images
from core.aws.machines import ImageFile, Machines
from core.build import journal
from core.build.events import RunOpened
from core.cost.assumptions import NOTHING_TO_FULL, assumptions
from core.cost.bake import Shape
from core.cost.estimate import estimate
from core.cost.history import History
from core.cost.parents import NOTHING, Parents
from core.cost.shape import shape_of
from core.cost.sizes import Library, measured
from core.local.endpoint import Endpoint, Home
from core.recipe.file import parse_recipe
from tests.unit.cost.examples import PRICES
from tests.unit.cost.runs import Story
from tests.unit.cost.test_shape import PLAIN

GIB = 2**30
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, tzinfo=UTC)
BASE = BaseImage("debian-12-x86", GIB * 7 // 8, date(2026, 11, 25))
MADE = "arn:aws:imagebuilder:eu-central-1:123456789012:image/hardened/1.0.0/3"


def layer(ami_id: str, size: int, parent: str, sha256: str = "", name: str = "web 2026-11-25") -> ImageFile:
    return ImageFile("eu-central-1", ami_id, name, "/disk.qcow2", size, 8 * GIB, sha256, parent)


def keep(folder: Path, story: Story) -> None:
    opened, *rest = story.events()
    assert isinstance(opened, RunOpened)
    with journal.create(folder, opened)[0] as writer:
        writer.append(*rest)


def shape(parents: Parents, parent: str = "debian-12-x86") -> Shape:
    recipe = parse_recipe(PLAIN.replace("debian-12-x86", parent))
    return shape_of(recipe, "eu-central-1", History(), NOW, parents.of)


def test_before_a_first_build_the_base_is_as_large_as_it_was_made_here(tmp_path: Path) -> None:
    """The least that an image can have was a guess, with the real one on the disk."""
    found = shape(Parents(Library((BASE,), (), TODAY), tmp_path))
    (_, parent), (_, added) = found.stored.parts
    assert (parent.low, parent.source) == (Decimal("0.875"), "debian-12-x86, made on this machine on 2026-11-25")
    assert (added.low, added.high, added.source) == (Decimal(0), Decimal("7.125"), NOTHING_TO_FULL)
    assert (found.stored.low, found.stored.high) == (Decimal("0.875"), Decimal(8))


def test_what_components_add_is_what_builds_from_the_same_parent_added(tmp_path: Path) -> None:
    """A copy in another region is the same image, and what was built on top of one adds to another parent."""
    files = (
        layer("ami-1", GIB // 4, "ami-base", "a"),
        layer("ami-2", GIB // 4, "ami-base", "a"),
        layer("ami-3", GIB // 2, "ami-base", "b"),
        layer("ami-4", 3 * GIB, "ami-3", "c"),
    )
    found = shape(Parents(Library((BASE,), files, TODAY), tmp_path))
    added = dict(found.stored.parts)["Added by the components"]
    assert (added.low, added.high) == (Decimal("0.25"), Decimal("0.5"))
    assert added.source == "as 2 images built from it on this machine, measured 2026-11-26"
    assert (found.stored.low, found.stored.high) == (Decimal("1.125"), Decimal("1.375"))


def test_every_input_of_the_size_says_where_it_is_from(tmp_path: Path) -> None:
    found = shape(Parents(Library((BASE,), (layer("ami-1", GIB // 4, "ami-base"),), TODAY), tmp_path))
    snapshot = next(estimate(found, PRICES).standing.items())
    told = {each.name: (each.value, each.source) for each in snapshot.inputs}
    assert told["Size of the image"] == ("1.125 GiB", "the parent image and what its components add")
    assert told["Parent image"] == ("0.875 GiB", "debian-12-x86, made on this machine on 2026-11-25")
    assert told["Added by the components"][0] == "0.25 GiB"
    (sentence,) = (each for each in assumptions(found) if each.startswith("No image of this recipe was measured"))
    assert "0.875 GiB (debian-12-x86, made on this machine on 2026-11-25)" in sentence


@pytest.mark.parametrize(
    "parent", ["hardened", "Hardened", MADE, MADE.removesuffix("/3"), MADE.replace("1.0.0/3", "x.x.x")]
)
def test_an_image_that_was_built_here_is_a_parent_with_a_size(tmp_path: Path, parent: str) -> None:
    keep(tmp_path, Story(arn=MADE, recipe="hardened", connection="local"))
    files = (layer("ami-00000000", GIB, "ami-base"), layer("ami-9", GIB // 2, "ami-00000000"))
    known = Parents(Library((BASE,), files, TODAY), tmp_path).of(parent)
    assert known.size is not None
    assert (known.size.low, known.size.source) == (
        Decimal("1.875"),
        "hardened 1.0.0/3, built on local, 2026-09-01",
    )
    assert known.added is not None
    assert known.added.high == Decimal("0.5")


def test_an_ami_and_an_image_that_was_imported_are_known_by_their_files(tmp_path: Path) -> None:
    files = (layer("ami-7", 2 * GIB, "", name="Old server"),)
    parents = Parents(Library((), files, TODAY), tmp_path)
    for parent in ("ami-7", "old-server"):
        size = parents.of(parent).size
        assert size is not None
        assert (size.low, size.source) == (Decimal(2), f"{parent}, measured on this machine, 2026-11-26")


@pytest.mark.parametrize(
    "parent",
    [
        "ami-elsewhere",
        "ssm:/aws/service/debian/release/bookworm/latest/amd64",
        MADE.replace("1.0.0/3", "2.0.0"),
        "arn:aws:ssm:::parameter/x",
        "",
    ],
)
def test_a_parent_that_nobody_has_measured_stays_a_guess_and_says_so(tmp_path: Path, parent: str) -> None:
    keep(tmp_path, Story(arn=MADE, recipe="hardened", connection="local"))
    parents = Parents(Library((BASE,), (layer("ami-00000000", GIB, "ami-base"),), TODAY), tmp_path)
    assert parents.of(parent) == NOTHING
    assert shape(Parents(Library(), tmp_path)).stored.source.startswith("assumed: ")


def test_a_damaged_journal_of_a_parent_leaves_the_one_before_it(tmp_path: Path) -> None:
    keep(tmp_path, Story(arn=MADE, recipe="hardened", connection="local"))
    keep(tmp_path, Story(arn=MADE.replace("/3", "/4"), recipe="hardened", connection="local", days=1))
    newest = journal.listing(tmp_path)[0]
    newest.write_bytes(newest.read_bytes().replace(b'"workflow-changed"', b'"nonsense"'))
    size = Parents(Library((BASE,), (layer("ami-00000000", GIB, "ami-base"),), TODAY), tmp_path).of("hardened").size
    assert size is not None
    assert "1.0.0/3" in size.source


def test_bases_are_told_by_their_files_while_nothing_runs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert base_images(LocalConnection("eu-central-1", home)) == ()
    for name in ("debian-12-x86-12.0.0-0123456789ab", ".making-debian-12-x86-12.0.0-0123456789ab", "notes"):
        (home.bases / name).mkdir(parents=True)
        (home.bases / name / "disk.qcow2").write_bytes(b"x" * 8192)
    (home.bases / "debian-13-x86-13.0.0-0123456789ab").mkdir()
    (found,) = base_images(LocalConnection("eu-central-1", home))
    assert (found.name, found.written_bytes >= 8192) == ("debian-12-x86", True)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A service that stops in the middle of an answer, or says something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4096")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            del format, args

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_service_that_breaks_off_leaves_its_sizes_out_and_says_so(tmp_path: Path) -> None:
    """A cost that needs none of it was refused: the whole estimate failed with the connection."""
    with answering(json.dumps({"files": []}).encode()[:4]) as url:
        found = measured((BASE,), lambda: Machines(Endpoint(url, 1, "key", "secret"), "eu-central-1"), TODAY)
    assert (found.bases, found.files) == ((BASE,), ())
    assert found.left_out.startswith("Sizes of images built on this machine were left out: ")
    assert shape(Parents(found, tmp_path)).stored.parts
