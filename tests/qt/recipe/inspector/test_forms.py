"""The forms of the inspector, each for its purpose."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QPushButton, QTimeEdit
from pytestqt.qtbot import QtBot

from core.aws.connection import Connection
from core.errors import Denied
from gui.actions import Desk, EditComponent
from gui.recipe.forms.bound import TextsField
from gui.recipe.inspector import Inspector
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.widgets.entry import Choice, Option, SearchEntry, TextEntry, focus_proxy
from gui.widgets.paragraph import Paragraph
from tests.fakes.looking import FakeLookups, LookingConnection
from tests.qt.recipe.test_inspector import chosen, field, text_field, typed

Opened = Callable[..., str]

RECIPE = """\
schemaVersion: 1
name: web
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components:
    - document: app.yml
      parameters:
        Mode: nonsense
        Extra: "1"
"""

APP = """\
schemaVersion: 1.0
parameters:
  - Mode: {type: string, default: production, allowedValues: [production, staging], description: How it runs}
  - Port: {type: string, default: "80"}
  - License: {type: string}
phases: [{name: build, steps: [{name: Say, action: ExecuteBash, inputs: {commands: [a]}}]}]
"""


def said(inspector: Inspector) -> str:
    """Everything the form says in words now."""
    assert inspector.form is not None
    words = [each.said if isinstance(each, Paragraph) else each.text() for each in inspector.form.findChildren(QLabel)]
    return "\n".join(filter(None, words))


def press(inspector: Inspector, name: str) -> None:
    assert inspector.form is not None
    (found,) = [each for each in inspector.form.findChildren(QAbstractButton) if each.accessibleName() == name]
    found.click()


def show(inspector: Inspector, part: Part, *indexes: int) -> None:
    inspector.show_selection(Selection(part, indexes))


# Components


def test_a_parameter_with_allowed_values_is_a_choice_and_others_show_their_default(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    opened(RECIPE, app=APP)
    show(inspector, Part.COMPONENT, 0)
    mode, port = field(inspector, "Mode").control, field(inspector, "Port").control
    assert isinstance(mode, Choice)
    assert [mode.itemText(n) for n in range(4)] == ["Default: production", "production", "staging", "nonsense"]
    assert mode.currentText() == "nonsense"
    assert isinstance(port, TextEntry)
    assert (port.text(), port.placeholderText()) == ("", "Default: 80")
    assert "How it runs" in said(inspector)
    chosen(inspector, "Mode", "staging")
    assert asking.draft.source.value("imageRecipe.components[0].parameters.Mode") == "staging"
    chosen(inspector, "Mode", "")
    assert asking.draft.source.value("imageRecipe.components[0].parameters") == {"Extra": "1"}


def test_a_parameter_is_written_as_a_text_and_a_required_one_is_marked(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE, app=APP)
    show(inspector, Part.COMPONENT, 0)
    typed(qtbot, inspector, "Port", "8080")
    assert '        Port: "8080"\n' in asking.document.text
    assert field(inspector, "License").aside.text() == "Required"
    assert not field(inspector, "Port").aside.text()


def test_a_parameter_that_the_document_does_not_declare_can_be_removed(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    opened(RECIPE, app=APP)
    show(inspector, Part.COMPONENT, 0)
    assert field(inspector, "Extra").notes.shown
    press(inspector, "Remove Extra")
    assert "Extra" not in asking.document.text


def test_a_component_is_disabled_and_enabled(inspector: Inspector, opened: Opened, asking: Session) -> None:
    before = opened(RECIPE, app=APP)
    show(inspector, Part.COMPONENT, 0)
    cast(QAbstractButton, field(inspector, "Disabled").control).click()
    assert asking.canvas.components[0].disabled
    cast(QAbstractButton, field(inspector, "Disabled").control).click()
    assert asking.document.text == before


def test_its_document_opens_in_the_component_editor(
    inspector: Inspector, opened: Opened, desk: Desk, qtbot: QtBot
) -> None:
    opened(RECIPE, app=APP)
    show(inspector, Part.COMPONENT, 0)
    with qtbot.waitSignal(desk.intended) as intent:
        press(inspector, "Edit document")
    assert intent.args is not None
    assert isinstance(intent.args[0], EditComponent)
    assert intent.args[0].path.name == "app.yml"


def test_parameters_of_an_existing_component_come_from_the_connection(
    inspector: Inspector, opened: Opened, connection: LookingConnection, qtbot: QtBot
) -> None:
    connection.seed_component("app", APP)
    opened(RECIPE.replace("document: app.yml", "componentArn: aws/app/x.x.x"))
    show(inspector, Part.COMPONENT, 0)
    qtbot.waitUntil(lambda: isinstance(field(inspector, "Mode").control, Choice))
    assert "1.0.0" in said(inspector)


def test_a_component_that_is_not_there_is_said_in_place(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(RECIPE.replace("document: app.yml", "componentArn: aws/gone/x.x.x"))
    show(inspector, Part.COMPONENT, 0)
    qtbot.waitUntil(lambda: "There is no component aws/gone/x.x.x here." in said(inspector))


def test_several_components_are_disabled_together(inspector: Inspector, opened: Opened, asking: Session) -> None:
    before = opened(RECIPE + "    - componentArn: aws/update-linux/x.x.x\n", app=APP)
    show(inspector, Part.COMPONENT, 0, 1)
    press(inspector, "Disable")
    assert [card.disabled for card in asking.canvas.components] == [True, True]
    assert "update-linux (disabled)" in said(inspector)
    asking.document.undo.undo()
    assert asking.document.text == before


# Parent image


def test_the_parent_image_says_what_a_name_stands_for_now(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(RECIPE)
    show(inspector, Part.PARENT)
    qtbot.waitUntil(lambda: "debian-12-x86 · 1.2.0 · Amazon · Debian 12" in said(inspector))


def test_a_wildcard_that_no_version_fits_is_said_in_place(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(RECIPE.replace("debian-12-x86", "arn:aws:imagebuilder:eu-central-1:aws:image/debian-12-x86/9.x.x"))
    show(inspector, Part.PARENT)
    qtbot.waitUntil(lambda: "No version of this image fits 9.x.x." in said(inspector))


def test_images_of_the_connection_are_offered_with_their_owner(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    show(inspector, Part.PARENT)
    entry = field(inspector, "Image").control
    assert isinstance(entry, SearchEntry)
    own = Option("hardened-base", "hardened-base · 1.0.3 · own · Debian 12")
    qtbot.waitUntil(lambda: own in entry.options)
    entry.setFocus()
    qtbot.waitUntil(lambda: entry.count() > 0)
    assert entry.text() == entry.currentText() == "debian-12-x86"
    entry.setCurrentIndex(entry.options.index(own))
    entry.activated.emit(entry.currentIndex())
    assert asking.canvas.parent.image == "hardened-base"
    assert entry.currentText() == "hardened-base"


def test_an_ssm_parameter_is_typed_without_its_prefix(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    show(inspector, Part.PARENT)
    assert inspector.form is not None
    (sources,) = [each for each in inspector.form.findChildren(Choice) if each.accessibleName() == "Taken from"]
    sources.setCurrentIndex(2)
    sources.activated.emit(2)
    typed(qtbot, inspector, "SSM parameter", "/debian")
    assert asking.canvas.parent.image == "ssm:/debian"
    qtbot.waitUntil(lambda: "debian-12-amd64-20260901" in said(inspector))


def test_another_connection_gets_a_parent_image_of_its_own(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    show(inspector, Part.PARENT)
    assert inspector.form is not None
    (whose,) = [each for each in inspector.form.findChildren(SearchEntry) if "another" in each.accessibleName()]
    whose.present("aws")
    press(inspector, "Add parent image for this connection")
    typed(qtbot, inspector, "For aws", "ami-0123456789abcdef0")
    assert asking.canvas.parent.overrides == {"aws": "ami-0123456789abcdef0"}
    typed(qtbot, inspector, "For aws", "")
    assert "connections" not in asking.document.text


# Output, infrastructure, distribution


def test_a_volume_is_added_with_a_free_device_and_removed(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    before = opened(RECIPE)
    show(inspector, Part.OUTPUT)
    press(inspector, "Add volume")
    press(inspector, "Add volume")
    assert [each.device for each in asking.canvas.output.volumes] == ["/dev/xvda", "/dev/sdb"]  # type: ignore[union-attr]
    press(inspector, "Remove volume 2")
    press(inspector, "Remove volume 1")
    assert asking.document.text == before


def test_a_script_is_typed_as_it_is_and_written_in_base64(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    opened(RECIPE + "  additionalInstanceConfiguration: {userDataOverride: IyEvYmluL3NoCg==}\n")
    show(inspector, Part.OUTPUT)
    script = field(inspector, "User data").control
    assert isinstance(script, QPlainTextEdit)
    assert script.toPlainText() == "#!/bin/sh\n"
    QTest.keyClicks(script, "#")
    assert "userDataOverride: IyMhL2Jpbi9zaAo=" in asking.document.text


def test_instance_types_say_what_they_are(inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot) -> None:
    opened(RECIPE)
    show(inspector, Part.INFRASTRUCTURE)
    press(inspector, "Add instance type")
    types = field(inspector, "Instance types")
    assert isinstance(types, TextsField)
    entry = types.entries[0]
    assert isinstance(entry, SearchEntry)
    QTest.keyClicks(focus_proxy(entry), "t3.medium")
    assert asking.canvas.infrastructure.instance_types == ("t3.medium",)
    assert "t3.medium — 2 vCPU · 4 GiB · x86_64" in said(inspector)
    assert "Add" not in entry.accessibleName()


def test_subnets_are_looked_up_and_other_text_stays_possible(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE + "infrastructureConfiguration: {subnetId: subnet-1, securityGroupIds: [sg-1]}\n")
    show(inspector, Part.INFRASTRUCTURE)
    subnet = field(inspector, "Subnet").control
    assert isinstance(subnet, SearchEntry)
    found = Option("subnet-0a1b2c3d", "subnet-0a1b2c3d · build · eu-central-1a · 10.0.1.0/24")
    qtbot.waitUntil(lambda: subnet.options == (found,))
    assert subnet.text() == "subnet-1"
    typed(qtbot, inspector, "Subnet", "subnet-2")
    assert asking.draft.source.value("infrastructureConfiguration.subnetId") == "subnet-2"


def test_a_denied_look_up_says_so_at_its_field(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    denied = Denied("You may not list instance profiles.", hint="Ask for iam:ListInstanceProfiles.")
    opened(RECIPE)
    asking.connect_to(cast(Connection, LookingConnection(looks=FakeLookups(denied))))
    show(inspector, Part.INFRASTRUCTURE)
    qtbot.waitUntil(lambda: "You may not list instance profiles." in field(inspector, "Instance profile").notes.text)
    assert "iam:ListInstanceProfiles" in field(inspector, "Instance profile").notes.text


REGION = (
    RECIPE
    + """\
distributions:
  - region: eu-central-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate:yyyy }} b"}
"""
)


def test_the_name_of_an_ami_is_shown_as_it_will_be(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(REGION)
    show(inspector, Part.REGION, 0)
    assert "Now it would be: web 20" in said(inspector)
    typed(qtbot, inspector, "AMI name", "fixed")
    assert "Now it would be: fixed" in said(inspector)


def test_an_image_is_made_public_and_private(inspector: Inspector, opened: Opened, asking: Session) -> None:
    before = opened(REGION)
    show(inspector, Part.REGION, 0)
    press(inspector, "Who may start it")
    public = cast(QAbstractButton, field(inspector, "Public").control)
    public.click()
    place = "distributions[0].amiDistributionConfiguration.launchPermission"
    assert asking.draft.source.value(place) == {"userGroups": ["all"]}
    public.click()
    assert asking.document.text == before


def test_an_ssm_parameter_is_added_to_a_region(inspector: Inspector, opened: Opened, asking: Session) -> None:
    opened(REGION)
    show(inspector, Part.REGION, 0)
    press(inspector, "SSM parameters")
    press(inspector, "Add SSM parameter")
    assert asking.draft.source.value("distributions[0].ssmParameterConfigurations") == [
        {"parameterName": "/images/web"}
    ]


# Container

CONTAINER = """\
schemaVersion: 1
name: web
containerRecipe:
  semanticVersion: 1.0.x
  parentImage: debian:12
  targetRepository: {repositoryName: web}
  dockerfileTemplate: Dockerfile
"""


def test_a_container_recipe_gets_its_dockerfile_as_text(inspector: Inspector, opened: Opened, asking: Session) -> None:
    opened(CONTAINER)
    show(inspector, Part.OUTPUT)
    assert inspector.form is not None
    (kinds,) = [each for each in inspector.form.findChildren(Choice) if each.accessibleName() == "Dockerfile template"]
    kinds.setCurrentIndex(1)
    kinds.activated.emit(1)
    assert isinstance(field(inspector, "Dockerfile").control, QPlainTextEdit)
    value = asking.draft.source.value("containerRecipe")
    assert isinstance(value, dict)
    assert "dockerfileTemplate" not in value
    assert "imagebuilder:parentImage" in str(value["dockerfileTemplateData"])


# Schedule


def test_a_schedule_is_made_of_days_and_a_time_and_taken_away(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    before = opened(RECIPE)
    show(inspector, Part.SCHEDULE)
    assert "only when it is told to" in said(inspector)
    assert inspector.form is not None
    (kinds,) = [each for each in inspector.form.findChildren(Choice) if each.accessibleName() == "Runs"]
    kinds.setCurrentIndex(1)
    kinds.activated.emit(1)
    press(inspector, "Wednesday")
    (time,) = inspector.form.findChildren(QTimeEdit)
    time.setTime(QTime(3, 30))
    assert asking.draft.source.value("schedule") == {"scheduleExpression": "cron(30 3 ? * wed,sun *)"}
    assert said(inspector).count("UTC") >= 5
    kinds.setCurrentIndex(0)
    kinds.activated.emit(0)
    assert asking.document.text == before


def test_the_last_day_of_a_week_stays(inspector: Inspector, opened: Opened, asking: Session) -> None:
    before = opened(RECIPE + 'schedule: {scheduleExpression: "cron(0 2 ? * sun *)"}\n')
    show(inspector, Part.SCHEDULE)
    press(inspector, "Sunday")
    assert asking.document.text == before
    assert inspector.form is not None
    (sunday,) = [each for each in inspector.form.findChildren(QPushButton) if each.accessibleName() == "Sunday"]
    assert sunday.isChecked()


def test_a_connection_that_runs_no_schedules_says_so(inspector: Inspector, opened: Opened, asking: Session) -> None:
    opened(RECIPE + 'schedule: {scheduleExpression: "cron(0 2 ? * sun *)"}\n')
    show(inspector, Part.SCHEDULE)
    assert "does not run it yet" not in said(inspector)
    asking.connect_to(cast(Connection, LookingConnection(name="local", capabilities=frozenset())))
    assert "Local keeps the schedule with the pipeline and does not run it yet." in said(inspector)


def test_a_text_that_is_no_week_is_kept_as_text(inspector: Inspector, opened: Opened) -> None:
    opened(RECIPE + 'schedule: {scheduleExpression: "rate(12 hours)"}\n')
    show(inspector, Part.SCHEDULE)
    assert text_field(inspector, "Cron text").control.property("text") == "rate(12 hours)"
    assert "Every 12 hours, counted from when the pipeline is published." in said(inspector)
