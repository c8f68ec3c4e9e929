"""A failed build is run again as it was: what the new one will be is shown first, with the tags the old one had."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.aws.imagebuilder import Kind
from core.aws.rehearsal import Rehearsal
from core.build import bundle, journal
from core.build.bundle import Contents
from core.errors import Invalid
from gui.actions import Desk
from gui.build.again import tags_of, tags_text
from gui.build.again_dialog import AgainDialog
from gui.build.commands import pipeline_of
from gui.build.page import TimelinePage
from gui.document import Document
from gui.session import Session
from tests.fakes.commanded import CommandedConnection
from tests.qt.build.conftest import Journals, shown
from tests.qt.build.test_commands import again, press
from tests.qt.build.test_timeline import load, wait_for_end

DAY = timedelta(days=1)
RECIPE = "schemaVersion: 1\nname: hardened-base\nimageRecipe:\n  parentImage: debian-12-x86\n"
TAGS = {"team": "web", "cost-centre": "42"}


@pytest.fixture
def at(rehearsal: Rehearsal) -> CommandedConnection:
    return CommandedConnection(rehearsal)


@pytest.fixture
def failed(page: TimelinePage, at: CommandedConnection, journals: Journals, qtbot: QtBot) -> str:
    """A build that failed yesterday is shown; its record says what it was baked from. The ARN of its image."""
    arn = journals.write("hardened-base", 1, DAY)
    path = journal.find(journals.folder, "rehearsal", arn)
    assert path is not None
    bundle.keep(path, Contents(recipe_file="hardened-base.yml", recipe={"hardened-base.yml": RECIPE}))
    at.told.images[arn] = {"arn": arn, "tags": {**TAGS, "aws:createdBy": "somebody"}}
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    return arn


def facts(dialog: AgainDialog) -> dict[str, str]:
    return dict(dialog.facts.shown)


def test_what_it_will_be_is_shown_before_anything_starts(
    page: TimelinePage, at: CommandedConnection, failed: str, qtbot: QtBot
) -> None:
    press(page, "Run again")
    dialog = again(page, qtbot)
    pipeline = at.image_builder().find(Kind.PIPELINE, pipeline_of(shown(page)))
    assert pipeline is not None
    told = facts(dialog)
    assert told["Connection"] == "rehearsal, eu-central-1"
    assert told["Pipeline"] == pipeline.members["name"]
    assert told["Recipe file"] == "hardened-base.yml"
    assert told["Recipe"].startswith("hardened-base ")
    assert {"Parent image", "Instance types", "Components"} <= set(told)
    assert dialog.tags.text() == "team=web, cost-centre=42"
    assert not at.told.said("StartImagePipelineExecution")
    press(dialog, "Cancel")
    assert not at.told.said("StartImagePipelineExecution")


def test_it_starts_with_the_tags_of_the_one_before_and_keeps_the_same_recipe(
    page: TimelinePage, at: CommandedConnection, session: Session, journals: Journals, failed: str, qtbot: QtBot
) -> None:
    """It was started without tags, and its record did not know its recipe."""
    press(page, "Run again")
    press(again(page, qtbot), "Run again")
    qtbot.waitUntil(lambda: len(session.runs) == 1)
    (asked,) = at.told.said("StartImagePipelineExecution")
    assert asked["tags"] == TAGS
    path = journal.find(journals.folder, "rehearsal", session.runs[0].arn)
    assert path is not None
    assert bundle.kept(path).recipe == {"hardened-base.yml": RECIPE}


def test_other_tags_can_be_given_and_wrong_ones_are_said_at_once(
    page: TimelinePage, at: CommandedConnection, session: Session, failed: str, qtbot: QtBot
) -> None:
    press(page, "Run again")
    dialog = again(page, qtbot)
    dialog.tags.setText("team")
    press(dialog, "Run again")
    assert dialog.isVisible()
    assert "“team” is no tag." in dialog.problem.accessibleName()
    dialog.tags.clear()
    QTest.keyClicks(dialog.tags, "team=ops")
    assert not dialog.problem.isVisible()
    press(dialog, "Run again")
    qtbot.waitUntil(lambda: len(session.runs) == 1)
    assert at.told.said("StartImagePipelineExecution")[0]["tags"] == {"team": "ops"}


def test_who_has_mended_the_recipe_file_is_told_that_the_pipeline_has_not_heard_of_it(
    page: TimelinePage, at: CommandedConnection, session: Session, desk: Desk, failed: str, tmp_path: Path, qtbot: QtBot
) -> None:
    """The same failure came again, since what had been mended was never published."""
    baked: list[bool] = []
    desk.bind("run.bake", lambda: baked.append(True))
    path = tmp_path / "hardened-base.yml"
    path.write_text(f"{RECIPE}# mended\n")
    session.open(Document.read(path))
    press(page, "Run again")
    dialog = again(page, qtbot)
    assert "has changed since" in dialog.banner.accessibleName()
    press(dialog, "Bake the recipe file")
    assert baked == [True]
    assert not at.told.said("StartImagePipelineExecution")


def test_a_pipeline_that_builds_another_recipe_by_now_says_so(
    page: TimelinePage, at: CommandedConnection, failed: str, qtbot: QtBot
) -> None:
    was = "arn:aws:imagebuilder:eu-central-1:123456789012:image-recipe/hardened-base/0.9.0"
    at.told.images[failed] = {"arn": failed, "imageRecipe": {"arn": was}}
    press(page, "Run again")
    assert "this build was of 0.9.0" in again(page, qtbot).banner.accessibleName()


def test_a_pipeline_that_is_gone_is_said_and_what_to_do(
    page: TimelinePage, at: CommandedConnection, failed: str, qtbot: QtBot
) -> None:
    at.told.gone.add("GetImagePipeline")
    press(page, "Run again")
    (dialog,) = page.findChildren(AgainDialog)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert "Bake the recipe file" in dialog.problem.accessibleName()
    assert not dialog.go.isEnabled()


@pytest.mark.parametrize("text", ["team", "=web", "aws:team=web"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        tags_of(text)


def test_tags_read_as_they_are_written() -> None:
    assert tags_of(tags_text(TAGS)) == TAGS
    assert tags_of(" team = , ") == {"team": ""}
