"""Earlier runs, read from their journals."""

from decimal import Decimal
from pathlib import Path

from core.build import journal
from core.build.events import RunOpened
from core.cost.history import read
from core.errors import Invalid
from tests.fakes.source import ARN
from tests.unit.cost.runs import Story


def keep(folder: Path, story: Story) -> Path:
    opened, *rest = story.events()
    assert isinstance(opened, RunOpened)
    writer, _ = journal.create(folder, opened)
    with writer:
        writer.append(*rest)
    return writer.path


def test_journals_are_read_newest_first_for_one_recipe(tmp_path: Path) -> None:
    keep(tmp_path, Story())
    keep(tmp_path, Story(days=1, arn=ARN + "4"))
    keep(tmp_path, Story(days=2, arn=ARN + "5", recipe="other"))
    found = read(tmp_path, {ARN: Decimal("9.2")}, "web-server")
    assert [(each.image_arn, each.gib) for each in found.runs] == [(ARN + "4", None), (ARN, Decimal("9.2"))]
    assert len(read(tmp_path, {}).runs) == 3
    assert len(read(tmp_path, {}, newest=1).runs) == 1


def test_many_builds_on_local_do_not_hide_what_aws_taught(tmp_path: Path) -> None:
    """Its minutes would be those usual for anyone again, after a day of baking here."""
    keep(tmp_path, Story())
    for day in (1, 2, 3):
        keep(tmp_path, Story(days=day, arn=f"{ARN}{day}", connection="local"))
    found = read(tmp_path, {}, newest=2)
    assert [each.connection for each in found.runs] == ["local", "local", "production"]
    assert found.build is not None


def test_a_damaged_journal_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """Without that, one bad file would leave the whole recipe without an estimate."""
    keep(tmp_path, Story())
    broken = keep(tmp_path, Story(days=1, arn=ARN + "4"))
    broken.write_bytes(broken.read_bytes().replace(b'"workflow-changed"', b'"nonsense"'))
    found = read(tmp_path, {})
    assert [each.image_arn for each in found.runs] == [ARN]
    assert isinstance(found.problems[0], Invalid)
    assert broken.name in found.problems[0].message


def test_an_empty_folder_is_an_empty_history(tmp_path: Path) -> None:
    assert read(tmp_path / "none", {}).runs == ()
