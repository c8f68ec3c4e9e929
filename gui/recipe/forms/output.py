"""What comes out: an image with its disks and tags, or a container image with its Dockerfile and repository."""

import base64
import binascii
from typing import Final

from PySide6.QtWidgets import QWidget

from core.catalog.limits import INLINE_DOCUMENT_CHARACTERS, USER_DATA_CHARACTERS
from core.recipe.address import Path
from core.recipe.draft import Draft
from gui.recipe.abilities import why_no_container
from gui.recipe.forms.bound import TextField, TextsField, flag, text_at, truth
from gui.recipe.forms.form import INFORMATION, MORE, Form, Varying
from gui.recipe.forms.shared import VersionField, description, name, tags
from gui.recipe.forms.volumes import volumes
from gui.recipe.forms.workplace import Workplace
from gui.theme.tokens import Space
from gui.widgets.dress import heading
from gui.widgets.entry import Choice, Option, TextArea, TextEntry
from gui.widgets.field import Field, Note
from gui.widgets.layout import column, holding
from gui.widgets.meter import Meter

TEMPLATES: Final = (
    Option("dockerfileTemplate", "A file beside the recipe"),
    Option("dockerfileTemplateData", "Text in the recipe"),
    Option("dockerfileTemplateUri", "An object in S3"),
)
_WORKING: Final = "/tmp"  # noqa: S108 - the service's default on the build machine, no file of ours
_MINIMAL: Final = """\
FROM {{{ imagebuilder:parentImage }}}
{{{ imagebuilder:environments }}}
{{{ imagebuilder:components }}}
"""


class ImageForm(Form):
    def __init__(self, at: Workplace) -> None:
        key = ("imageRecipe",)
        apart = ((*key, "components"), (*key, "parentImage"))
        super().__init__(at, "image", "Image", "What is captured from the build machine.", places=(key,), apart=apart)
        file_name = at.session.canvas.name
        self.add(
            name(at, (*key, "name"), file_name),
            VersionField(at, (*key, "semanticVersion")),
            description(at, (*key, "description")),
            _titled("Volumes", volumes(self, (*key, "blockDeviceMappings"))),
        )
        script = (*key, "additionalInstanceConfiguration")
        self.section("Build machine", ((*key, "workingDirectory"), script), lambda: _machine(at, key, script))
        self.section(MORE, ((*key, "amiTags"), (*key, "tags"), (*key, "amiWatermarks")), lambda: _labels(at, key))


def _machine(at: Workplace, key: Path, script: Path) -> tuple[TextField, ...]:
    return (
        TextField(
            at,
            (*key, "workingDirectory"),
            "Working directory",
            TextEntry(_WORKING, fixed=True),
            "Where components run on the build machine.",
        ),
        _UserData(at, (*script, "userDataOverride")),
        TextField(
            at,
            (*script, "systemsManagerAgent", "uninstallAfterBuild"),
            "Remove the agent after the build",
            flag("no"),
            "The agent stays where the parent image already had it.",
            write=truth,
        ),
    )


def _labels(at: Workplace, key: Path) -> tuple[QWidget, ...]:
    return (
        tags(at, (*key, "amiTags"), "On the AMI while it is built; those of the distribution come on top.", "AMI tags"),
        tags(at, (*key, "tags"), "On the image recipe.", "Recipe tags"),
        TextsField(at, (*key, "amiWatermarks"), "Watermarks", "Watermark", "Names that stay with the AMI. At most 5."),
    )


class ContainerForm(Form):
    def __init__(self, at: Workplace) -> None:
        key = ("containerRecipe",)
        apart = ((*key, "components"), (*key, "parentImage"))
        sentence = "What is built from the Dockerfile template and pushed to the repository."
        super().__init__(at, "container", "Container image", sentence, places=(key,), apart=apart)
        self._key = key
        self._kinds = Choice(TEMPLATES)
        self._kinds.edited.connect(self._turn_to)
        self.add(
            name(at, (*key, "name"), at.session.canvas.name),
            VersionField(at, (*key, "semanticVersion")),
            TextField(
                at,
                (*key, "targetRepository", "repositoryName"),
                "Target repository",
                TextEntry("team/web-server"),
                "A repository of Amazon ECR in the account.",
                required=True,
            ),
            description(at, (*key, "description")),
            Field(at.theme, "Dockerfile template", self._kinds),
            Varying(self._kind, self._template),
        )
        machine = (*key, "instanceConfiguration")
        self.section("Build machine", (machine, (*key, "workingDirectory")), lambda: self._build_machine(machine))
        self.section(MORE, ((*key, "kmsKeyId"), (*key, "tags")), self._rest)
        self._kinds.present(self._kind())

    def refresh(self) -> None:
        super().refresh()
        self._kinds.present(self._kind())

    def _build_machine(self, machine: Path) -> tuple[QWidget, ...]:
        working = (*self._key, "workingDirectory")
        words = "It runs Docker and builds the container image."
        image = TextEntry("The newest ECS-optimised one")
        return (
            TextField(self.at, (*machine, "image"), "AMI of the build machine", image, words),
            volumes(self, (*machine, "blockDeviceMappings")),
            TextField(self.at, working, "Working directory", TextEntry(_WORKING, fixed=True)),
        )

    def _rest(self) -> tuple[QWidget, ...]:
        key = TextEntry("The service's own")
        return (
            TextField(self.at, (*self._key, "kmsKeyId"), "KMS key", key, "Encrypts the Dockerfile."),
            tags(self.at, (*self._key, "tags"), "On the container recipe.", "Recipe tags"),
        )

    def own_notes(self) -> list[Note]:
        words = why_no_container(self.at.session.connection)
        return [Note(INFORMATION, words)] if words else []

    def _kind(self) -> str:
        source = self.at.session.draft.source
        kinds = (option.value for option in TEMPLATES)
        return next((kind for kind in kinds if source.node((*self._key, kind)) is not None), TEMPLATES[1].value)

    def _turn_to(self, kind: str) -> None:
        before = self._kind()

        def turned(draft: Draft) -> Draft:
            empty = {"dockerfileTemplate": "Dockerfile", "dockerfileTemplateData": _MINIMAL}
            return draft.clear((*self._key, before)).put((*self._key, kind), empty.get(kind, "s3://"))

        if kind != before:
            self.change("Change kind of Dockerfile template", turned)
        self.refresh()

    def _template(self) -> list[QWidget]:
        kind = self._kind()
        place = (*self._key, kind)
        match kind:
            case "dockerfileTemplateData":
                return [_Dockerfile(self.at, place)]
            case "dockerfileTemplate":
                words = "A path beside or below the recipe file. It is read when the recipe is published."
                return [TextField(self.at, place, "Path", TextEntry("Dockerfile", fixed=True), words)]
            case _:
                return [TextField(self.at, place, "S3 URI", TextEntry("s3://bucket/key", fixed=True))]


class _Dockerfile(TextField):
    """The template's text, with what it has to name and how much of its room is used."""

    def __init__(self, at: Workplace, place: Path) -> None:
        self._meter = Meter(at.theme, "characters", INLINE_DOCUMENT_CHARACTERS)
        words = "It needs imagebuilder:parentImage; with components also :environments and :components."
        super().__init__(at, place, "Dockerfile", TextArea(_MINIMAL, lines=14, fixed=True), words)
        self.append(self._meter)

    def refresh(self) -> None:
        super().refresh()
        self._meter.measure(len(text_at(self.at.session.draft, self.place)))


class _UserData(TextField):
    """The script a build machine starts with: written in base64, shown and typed as the script it is."""

    def __init__(self, at: Workplace, place: Path) -> None:
        self._meter = Meter(at.theme, "characters of base64", USER_DATA_CHARACTERS)
        words = "A script that runs once, before the components. It must leave the Systems Manager agent running."
        area = TextArea("#!/bin/sh", lines=5, fixed=True)
        super().__init__(at, place, "User data", area, words, write=_encoded, read=_decoded)
        self.append(self._meter)

    def refresh(self) -> None:
        super().refresh()
        self._meter.measure(len(text_at(self.at.session.draft, self.place)))


def _encoded(script: str) -> str:
    return base64.b64encode(script.encode()).decode("ascii")


def _decoded(text: str) -> str:
    """The script, or the text as it is where it is no script in base64."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _titled(title: str, widget: QWidget) -> QWidget:
    return holding(column(heading(title), widget, gap=Space.SMALL))
