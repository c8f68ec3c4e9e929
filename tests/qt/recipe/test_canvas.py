"""The canvas shows a recipe as it runs: what cards say, their problems, and what stays when the text is broken."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from core.aws.connection import Capability, LocalConnection
from core.local.endpoint import Home
from core.recipe.canvas import ComponentCard
from gui.actions import Desk
from gui.recipe.canvas import CanvasView
from gui.recipe.cards import Card
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.theme.theme import Scheme, Theme
from tests.qt.recipe.conftest import EXAMPLE, Opened

TEXT = (EXAMPLE / "hardened-base.yml").read_text(encoding="utf-8")
CONTAINER = """\
schemaVersion: 1
name: tools
containerRecipe:
  containerType: DOCKER
  semanticVersion: 1.0.x
  parentImage: amazonlinux:latest
  dockerfileTemplateData: |
    FROM {{{ imagebuilder:parentImage }}}
  targetRepository: {service: ECR, repositoryName: tools}
schedule: {scheduleExpression: "cron(0 2 ? * sun *)", timezone: Europe/Berlin}
workflows:
  - workflowArn: arn:aws:imagebuilder:eu-central-1:aws:workflow/build/build-container/x.x.x
"""


class AbleConnection(LocalConnection):
    """A connection that can do everything."""

    capabilities = frozenset(Capability)


def titles(cards: list[Card]) -> list[str]:
    return [card.face.title for card in cards]


def test_the_stages_show_what_the_file_says(canvas: CanvasView) -> None:
    pipeline = canvas.pipeline
    assert pipeline.recipe.face.title == "hardened-base"
    assert pipeline.parent_image.face.title == "debian-12-x86"
    assert "On aws: ssm:/aws/service/debian/release/bookworm/latest/amd64" in pipeline.parent_image.face.lines
    assert pipeline.infrastructure.face.title == "t3.medium"
    assert titles(pipeline.build.cards) == ["packages", "accounts", "sshd", "firewall", "kernel-settings"]
    assert pipeline.output.face.title == "hardened-base"
    assert titles(pipeline.distribution.cards) == ["eu-central-1"]
    assert pipeline.schedule.face.lines == ("The pipeline runs when you start it.",)
    assert not pipeline.workflows.isVisible()


def test_a_component_with_a_test_phase_is_in_the_test_lane_too(canvas: CanvasView) -> None:
    tested = ["accounts", "sshd", "firewall", "kernel-settings"]
    assert titles(canvas.pipeline.test.cards) == [f"Tests of {name}" for name in tested]


def test_a_card_says_everything_on_it_to_a_screen_reader(canvas: CanvasView) -> None:
    name = canvas.pipeline.build.cards[3].accessibleName()
    assert name == "Component 4. firewall 1.0.0. Document components/firewall.yml · Linux. OpenPorts = 22"
    canvas.select(Selection(Part.COMPONENT, (3,)))
    assert canvas.pipeline.build.cards[3].accessibleName() == f"{name}. Selected"


def test_every_stop_has_an_accessible_name(canvas: CanvasView) -> None:
    assert all(stop.accessibleName() for stop in canvas.pipeline.stops())


def test_problems_are_on_the_card_they_are_about_and_on_no_other(canvas: CanvasView, opened: Opened) -> None:
    opened(TEXT.replace('OpenPorts: "22"', 'OpenDoors: "22"').replace("region: eu-central-1", "region: nowhere"))
    marked = {
        card.face.title: card.face.problems for card in canvas.pipeline.addresses().values() if card.face.problems
    }
    assert set(marked) == {"firewall", "nowhere"}
    assert "OpenDoors" in marked["firewall"][0].message
    assert "Error: " in canvas.pipeline.build.cards[3].accessibleName()


def test_a_problem_inside_a_document_is_on_its_component(canvas: CanvasView, recipe: Path, opened: Opened) -> None:
    document = recipe.parent / "components/sshd.yml"
    document.write_text(document.read_text(encoding="utf-8").replace("ExecuteBash", "ExecuteBush"), encoding="utf-8")
    opened(TEXT)
    assert "ExecuteBush" in canvas.pipeline.build.cards[2].face.problems[0].message


def test_a_missing_document_is_said_on_the_card(canvas: CanvasView, opened: Opened) -> None:
    opened(TEXT.replace("components/sshd.yml", "components/gone.yml"))
    assert canvas.pipeline.build.cards[2].face.notes == ("There is no file components/gone.yml",)


def test_what_the_connection_cannot_do_is_said_and_goes_with_another_connection(
    canvas: CanvasView, opened: Opened, session: Session, tmp_path: Path
) -> None:
    opened(CONTAINER)
    assert "can't build container images" in canvas.pipeline.output.face.notes[0]
    assert "does not run it yet" in canvas.pipeline.schedule.face.notes[0]
    session.connect_to(AbleConnection("eu-central-1", Home(tmp_path / "able")))
    assert canvas.pipeline.output.face.notes == canvas.pipeline.schedule.face.notes == ()


def test_a_container_recipe_shows_its_template_repository_and_workflows(canvas: CanvasView, opened: Opened) -> None:
    opened(CONTAINER)
    assert canvas.pipeline.output.face.lines == (
        "Dockerfile template of 1 lines in this file",
        "To the repository tools",
    )
    assert canvas.pipeline.workflows.isVisible()
    assert titles(canvas.pipeline.workflows.cards) == ["build-container"]


def test_empty_lanes_say_what_to_do_next(canvas: CanvasView, opened: Opened, desk: Desk, qtbot: QtBot) -> None:
    opened("schemaVersion: 1\nname: a\nimageRecipe:\n  semanticVersion: 1.0.x\n  parentImage: debian-12-x86\n")
    asked: list[str] = []
    desk.bind("recipe.add-component", lambda: asked.append("add"))
    adds = canvas.pipeline.build.adds
    assert adds is not None
    assert adds.text() == "Add the first component"
    assert "Nothing is built into the image yet" in canvas.pipeline.build.empty_text
    adds.click()
    assert asked == ["add"]


def test_an_unreadable_text_leaves_the_last_canvas_with_line_and_reason(
    canvas: CanvasView, session: Session, desk: Desk, qtbot: QtBot
) -> None:
    canvas.select(Selection(Part.COMPONENT, (1,)))
    with qtbot.waitSignal(session.checked):
        session.document.edit("Type", TEXT.replace("  components:\n", "  components: [\n"))
    assert len(canvas.pipeline.build.cards) == 5
    assert canvas.unreadable.isVisible()
    assert canvas.unreadable.accessibleName().startswith("Line 1")
    assert not desk.possible("edit.delete")
    assert "YAML" in desk.why_not("edit.delete")
    session.document.undo.undo()
    assert not canvas.unreadable.isVisible()
    assert desk.possible("edit.delete")


def test_cards_stay_the_same_widgets_when_the_file_changes(canvas: CanvasView, session: Session) -> None:
    before = {card.face.title: card for card in canvas.pipeline.build.cards}
    session.edit("Move", session.draft.move(session.draft.components, (4,), 0))
    session.edit("Parameter", session.draft.put((*session.draft.components, 1, "parameters", "Packages"), "vim"))
    assert titles(canvas.pipeline.build.cards)[:2] == ["kernel-settings", "packages"]
    assert {card.face.title: card for card in canvas.pipeline.build.cards} == before
    assert canvas.pipeline.build.cards[1].face.chips == ("Packages = vim",)


def test_a_choice_stays_with_its_card_when_undo_moves_it(canvas: CanvasView, session: Session) -> None:
    session.edit("Move", session.draft.move(session.draft.components, (4,), 0))
    canvas.select(Selection(Part.COMPONENT, (0,)))
    session.document.undo.undo()
    assert canvas.selection == Selection(Part.COMPONENT, (4,))


def test_an_address_is_shown_on_its_card_with_focus(canvas: CanvasView, qtbot: QtBot) -> None:
    canvas.show_address("imageRecipe.components[3].parameters.OpenPorts")
    assert canvas.selection == Selection(Part.COMPONENT, (3,))
    qtbot.waitUntil(canvas.pipeline.build.cards[3].hasFocus)
    canvas.show_address("distributions[0].amiDistributionConfiguration.name")
    assert canvas.selection == Selection(Part.REGION, (0,))
    region = canvas.pipeline.distribution.cards[0]
    assert canvas.area.viewport().rect().contains(region.mapTo(canvas.area.viewport(), region.rect().center()))
    canvas.show_address("connections.aws.imageRecipe.parentImage")
    assert canvas.selection == Selection(Part.PARENT)
    canvas.show_address("tags")
    assert canvas.selection == Selection(Part.RECIPE)


def test_an_address_in_a_document_is_shown_on_its_component(canvas: CanvasView, recipe: Path) -> None:
    canvas.show_address("phases[0]", str(recipe.parent / "components/sshd.yml"))
    assert canvas.selection == Selection(Part.COMPONENT, (2,))


def test_tests_that_are_off_are_said_to_be_off(canvas: CanvasView, opened: Opened) -> None:
    opened(TEXT.replace("imageTestsEnabled: true", "imageTestsEnabled: false"))
    assert canvas.pipeline.tests.face.state == "Off"
    assert canvas.pipeline.tests.face.lines == ("The image is not tested",)
    assert all(card.face.faded for card in canvas.pipeline.test.cards)


def test_it_is_drawn_in_other_colours_when_the_scheme_changes(canvas: CanvasView, theme: Theme) -> None:
    light = canvas.grab().toImage().pixelColor(5, 300)
    theme.set_scheme(Scheme.DARK)
    dark = canvas.grab().toImage().pixelColor(5, 300)
    theme.set_scheme(Scheme.LIGHT)
    assert (light.lightness() > 200, dark.lightness() < 60) == (True, True)


def test_a_usual_duration_is_shown_where_it_is_known(theme: Theme, desk: Desk, session: Session, qtbot: QtBot) -> None:
    def durations(card: ComponentCard) -> str:
        return "usually 14 s" if card.name == "update-linux" else ""

    session.edit("Add", session.draft.add_component("aws/update-linux/x.x.x"))
    view = CanvasView(theme, desk, session, durations)
    qtbot.addWidget(view)
    assert "usually 14 s" in view.pipeline.build.cards[0].accessibleName()
