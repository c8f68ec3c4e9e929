"""The samples of a build's machines on disk."""

from pathlib import Path

from core.local.machine.curves import KEPT, CurveShelf
from core.local.machine.meter import Sample
from core.local.machine.ports import LaunchSpec
from core.local.machine.qemu import Shape

ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/a/1.0.0/1"
SPEC = LaunchSpec("eu-central-1", "ami-0123", "build", ARN)
SHAPE = Shape(2, 4096)


def sample(at: float) -> Sample:
    return Sample(at, at / 2, 2**20, 1, 2, 3, 4)


def test_samples_outlive_their_machine(tmp_path: Path) -> None:
    record = CurveShelf(tmp_path).begin("i-1", SPEC, SHAPE)
    record(sample(10.0))
    record(sample(11.0))
    (machine,) = CurveShelf(tmp_path).of(ARN)
    assert (machine.instance_id, machine.role, machine.vcpus, machine.memory_mib) == ("i-1", "build", 2, 4096)
    assert machine.samples == (sample(10.0), sample(11.0))


def test_only_what_is_later_is_told(tmp_path: Path) -> None:
    shelf = CurveShelf(tmp_path)
    record = shelf.begin("i-1", SPEC, SHAPE)
    for at in (10.0, 11.0, 12.0):
        record(sample(at))
    assert [one.at for one in shelf.of(ARN, after=11.0)[0].samples] == [12.0]


def test_a_line_that_a_kill_tore_is_left_out(tmp_path: Path) -> None:
    """The rest of the file could not be read any more."""
    shelf = CurveShelf(tmp_path)
    shelf.begin("i-1", SPEC, SHAPE)(sample(10.0))
    (file,) = tmp_path.glob("*/*.jsonl")
    with file.open("a") as lines:
        lines.write("[11.0, 5.5, 10")
    assert shelf.of(ARN)[0].samples == (sample(10.0),)


def test_a_curve_that_cannot_be_written_costs_the_build_nothing(tmp_path: Path) -> None:
    """Nobody's build may end because its curve has no room."""
    (tmp_path / "file").touch()
    shelf = CurveShelf(tmp_path / "file" / "curves")
    shelf.begin("i-1", SPEC, SHAPE)(sample(10.0))
    assert shelf.of(ARN) == ()


def test_the_curves_of_the_oldest_builds_go_first(tmp_path: Path) -> None:
    shelf = CurveShelf(tmp_path)
    shelf.begin("i-1", SPEC, SHAPE)(sample(10.0))
    for number in range(KEPT):
        (tmp_path / f"newer-{number}").mkdir()
    shelf.sweep()
    assert shelf.of(ARN) == ()
    assert len(list(tmp_path.iterdir())) == KEPT
