"""What the cards of the canvas say, as data: made from the file's cards by pure functions, drawn by `gui.recipe.cards`.

A face that equals the one already shown costs nothing, which is what keeps an edit of a long recipe on time; and what a
screen reader says is made from the same face, so nothing is said to one reader only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from core.aws.connection import Connection
from core.catalog.regions import REGIONS
from core.errors import Problem, Severity
from core.recipe.calendar import pattern_of
from core.recipe.canvas import (
    Canvas,
    ComponentCard,
    ContainerCard,
    ImageCard,
    InfrastructureCard,
    ParentCard,
    RegionCard,
    ScheduleCard,
    TestsCard,
    VolumeCard,
    WorkflowCard,
)
from gui.recipe.abilities import why_no_container, why_no_schedule
from gui.theme.status import Role

LONGEST_VALUE: Final = 60
"""Letters of a parameter's value that a card shows; the inspector has all of it."""

_TEMPLATES: Final = {
    "dockerfileTemplate": "Dockerfile template {}",
    "dockerfileTemplateData": "Dockerfile template of {} lines in this file",
    "dockerfileTemplateUri": "Dockerfile template {}",
}
_CONDITIONS: Final = {
    "EXPRESSION_MATCH_ONLY": "at every time",
    "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE": "only when a dependency has a newer version",
}


@dataclass(frozen=True, slots=True)
class Face:
    """`kind` is what the thing is, `title` its name, `aside` what stands beside the name; `lines` are of second rank;
    `notes` what the user ought to know about it here; `state` a word such as Disabled, which goes with `faded`."""

    kind: str
    title: str
    aside: str = ""
    number: str = ""
    icon: str = ""
    lines: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    note_role: Role = "warn"
    state: str = ""
    duration: str = ""
    faded: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The worst of its problems."""
        found = {problem.severity for problem in self.problems}
        return next((each for each in (Severity.ERROR, Severity.WARNING) if each in found), None)

    @property
    def spoken(self) -> str:
        """Everything on the card in one text."""
        return ". ".join(
            part.rstrip(".")
            for part in (
                " ".join(filter(None, (self.kind, self.number))),
                " ".join(filter(None, (self.title, self.aside))),
                self.state,
                *self.lines,
                ", ".join(self.chips),
                self.duration,
                *self.notes,
                *map(sentence, self.problems),
            )
            if part
        )


def sentence(problem: Problem) -> str:
    """A problem in words, as a tool tip has it."""
    line = f" (line {problem.line})" if problem.line else ""
    hint = f" {problem.hint.rstrip('.')}." if problem.hint else ""
    return f"{str(problem.severity).capitalize()}: {problem.message.rstrip('.')}{line}.{hint}"


def recipe_face(canvas: Canvas) -> Face:
    """The file as a whole."""
    lines = (canvas.description,) if canvas.description else ()
    return Face("Recipe", canvas.name or "Recipe without a name", canvas.platform, lines=lines)


def parent_face(card: ParentCard) -> Face:
    lines = tuple(f"On {name}: {image}" for name, image in card.overrides.items())
    return Face("Parent image", card.image or "No parent image yet", lines=lines, faded=not card.image)


def infrastructure_face(card: InfrastructureCard) -> Face:
    lines = (f"Instance profile {card.instance_profile}",) if card.instance_profile else ()
    title = " or ".join(card.instance_types) or "Instance type left to Image Builder"
    return Face("Built and tested on", title, lines=lines, faded=not card.instance_types)


def component_face(card: ComponentCard, duration: str = "") -> Face:
    where = " · ".join(filter(None, (_origin(card), card.platform)))
    return Face(
        "Component",
        card.name or "Component without a reference",
        card.version,
        number=str(card.index + 1),
        lines=(where,) if where else (),
        chips=tuple(f"{name} = {_short(values)}" for name, values in card.parameters.items()),
        notes=(card.missing,) if card.missing else (),
        note_role="bad",
        state="Disabled" if card.disabled else "",
        duration=duration,
        faded=card.disabled,
    )


def output_face(card: ImageCard | ContainerCard, connection: Connection) -> Face:
    match card:
        case ImageCard():
            volumes = tuple(map(_volume, card.volumes))
            lines = tuple(filter(None, (card.description, "" if volumes else "Volumes as in the parent image")))
            return Face("Image", card.name or "Image without a name", card.version, lines=lines, chips=volumes)
        case ContainerCard():
            size = len(card.template.splitlines()) if card.template_key == "dockerfileTemplateData" else card.template
            template = _TEMPLATES[card.template_key].format(size) if card.template_key else "No Dockerfile template yet"
            repository = f"To the repository {card.repository}" if card.repository else "No target repository yet"
            note = why_no_container(connection)
            return Face(
                "Container image",
                card.name or "Container image without a name",
                card.version,
                lines=(template, repository),
                notes=(note,) if note else (),
            )


def tests_face(card: TestsCard, components: int) -> Face:
    off = card.enabled is False
    limit = f", at most {card.timeout_minutes} minutes" if card.timeout_minutes else ""
    what = "On a new machine, started from the image" + limit
    only = () if components else ("No component has a test phase; only the start is tested",)
    lines = ("The image is not tested",) if off else (what, *only)
    return Face("Tests", "Test", lines=lines, state="Off" if off else "", faded=off)


def tests_of_face(card: ComponentCard, off: bool) -> Face:
    return Face("Tests", f"Tests of {card.name}", icon="test", faded=off)


def has_tests(card: ComponentCard) -> bool:
    """Whether a component takes part in the test lane."""
    phases = card.document.phases if card.document is not None else ()
    return not card.disabled and any(phase.name == "test" for phase in phases)


def region_face(card: RegionCard) -> Face:
    known = REGIONS.get(card.region)
    accounts = f"Shared with {len(card.accounts)} accounts" if card.accounts else ""
    lines = tuple(filter(None, (card.ami_name or card.repository, accounts)))
    notes = (f"EC2 Image Builder is not in {known.name}.",) if known and known.image_builder is False else ()
    name = known.name if known else ""
    return Face("Region", card.region or "No region yet", name, icon="region", lines=lines, notes=notes)


def workflow_face(card: WorkflowCard) -> Face:
    lines = (card.reference,) if card.reference else ()
    return Face("Workflow", card.name or "No workflow yet", card.stage.capitalize(), icon="workflow", lines=lines)


def schedule_face(card: ScheduleCard | None, connection: Connection) -> Face:
    if card is None:
        return Face("Schedule", "No schedule", lines=("The pipeline runs when you start it.",), faded=True)
    condition = _CONDITIONS.get(card.start_condition, "")
    pattern = pattern_of(card.expression)
    note = why_no_schedule(connection)
    return Face(
        "Schedule",
        (pattern.words if pattern else card.expression) or "No expression yet",
        card.timezone or "UTC",
        lines=(f"Starts {condition}",) if condition else (),
        notes=(note,) if note else (),
    )


def problems_by_address(addresses: Collection[str], problems: Sequence[Problem], file: str) -> dict[str, list[Problem]]:
    """The problems of the recipe file by the card they are shown on: the one deepest in the file that holds them, so
    that a component's mistake isn't shown on the image as well. What no card holds is the recipe's, at ""."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.file == file:
            found.setdefault(home_of(problem.address, addresses), []).append(problem)
    return found


def home_of(place: str, addresses: Collection[str]) -> str:
    """The address of the card that shows a place, "" for the recipe as a whole."""
    if place.startswith("connections."):
        place = place.split(".", 2)[-1]
    holding = (each for each in addresses if place == each or place.startswith((each + ".", each + "[")))
    return max(holding, key=len, default="")


def _origin(card: ComponentCard) -> str:
    """Where a component comes from, in words."""
    match card.kind:
        case "document" | "uri":
            return f"Document {card.reference}"
        case "componentArn" if card.owner in ("aws", "amazon"):
            return "Managed by AWS"
        case "componentArn" if card.owner.isdigit():
            return f"From the account {card.owner}"
        case "componentArn":
            return f"From the connection, owner {card.owner}" if card.owner else "From the connection"
    return ""


def _short(values: tuple[str, ...]) -> str:
    text = " ".join(", ".join(values).split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _volume(card: VolumeCard) -> str:
    size = f"{card.size} GiB" if card.size else ""
    return " ".join(filter(None, (card.device, size, card.type, "encrypted" if card.encrypted else "")))
