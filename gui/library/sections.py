"""What the library shows of each kind of resource: columns, facts and the words for an empty list, as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import QMimeData

from core.aws.imagebuilder import Kind, Members
from core.aws.stock import Owner, Stock, StockComponent, StockImage, StockPipeline, StockRecipe
from core.recipe.calendar import next_runs, pattern_of
from core.recipe.names import Arn
from core.recipe.render import block
from gui.actions import COMPONENT_MIME
from gui.theme.status import presentation
from gui.widgets.facts import Fact
from gui.widgets.moments import shown_moment
from gui.widgets.table import Column, Mark, mime_of

OWNER_ICONS: Final = {Owner.SELF: "component", Owner.SHARED: "connections", Owner.AMAZON: "aws"}
UNSAID: Final = frozenset({"arn", "name", "version", "platform", "owner", "dateCreated", "tags", "parentImage"})


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the library. `text` is what there is to read about a row, asked for when it is looked at; `facts` get
    the pipelines too, as far as they are known."""

    id: str
    title: str
    icon: str
    columns: tuple[Column[Any], ...]
    searched: Callable[[Any], str]
    read: Callable[[Stock], Sequence[Any]]
    facts: Callable[[Any, Sequence[StockPipeline]], tuple[Fact, ...]]
    status: Callable[[Any], str]
    empty: str
    text: Callable[[Stock, Any], str] | None = None
    text_name: str = ""
    mime: Callable[[Any], QMimeData] | None = None


def _status_mark(status: str) -> Mark | None:
    if not status:
        return None
    shown = presentation(status)
    return shown.icon, shown.role


def _status_word(status: str) -> str:
    return presentation(status).word if status else ""


def _tail(arn: str) -> str:
    """An ARN's name and version, as in ``web-server 1.0.3``; other references as they are."""
    try:
        found = Arn.parse(arn)
    except ValueError:
        return arn
    version = "/".join(str(part) for part in (found.version, found.build) if part is not None)
    return f"{found.name} {version}".strip()


def _version_order(version: str) -> tuple[int, ...]:
    return tuple(int(node) for node in version.replace("/", ".").split(".") if node.isdecimal())


def _owner_mark(row: StockComponent) -> Mark:
    return OWNER_ICONS[row.owner], "muted"


def schedule_words(row: StockPipeline) -> str:
    """A pipeline's schedule in words, as far as there are any for it."""
    if not row.schedule:
        return "Only when it is run"
    pattern = pattern_of(row.schedule)
    said = pattern.words if pattern is not None else row.schedule
    return f"{said} ({row.timezone or 'UTC'})"


def _next_run(row: StockPipeline) -> str:
    """What the service says, else what the schedule says."""
    if row.next_run or not row.schedule or row.status == "DISABLED":
        return shown_moment(row.next_run)
    runs = next_runs(row.schedule, row.timezone, datetime.now(UTC), 1)
    return f"{runs[0].astimezone():%Y-%m-%d %H:%M}" if runs else ""


def _pipeline_facts(row: StockPipeline, _pipelines: Sequence[StockPipeline]) -> tuple[Fact, ...]:
    last = f"{shown_moment(row.last_run)}  {_status_word(row.last_status)}".strip()
    return (
        ("Description", row.description),
        ("Schedule", schedule_words(row)),
        ("Next run", _next_run(row)),
        ("Last run", last or "Never"),
        ("Failures in a row", str(row.failures) if row.failures else ""),
        ("Recipe", _tail(row.recipe_arn)),
        ("Infrastructure", _tail(row.infrastructure_arn)),
        ("Distribution", _tail(row.distribution_arn)),
        ("Platform", row.platform),
        ("Created", shown_moment(row.created)),
        ("Updated", shown_moment(row.updated)),
        ("ARN", row.arn),
    )


def _recipe_facts(row: StockRecipe, pipelines: Sequence[StockPipeline]) -> tuple[Fact, ...]:
    used = ", ".join(each.name for each in pipelines if each.recipe_arn == row.arn)
    return (
        ("Kind", row.kind.words.capitalize()),
        ("Version", row.version),
        ("Platform", row.platform),
        ("Parent image", _tail(row.parent_image)),
        ("Used by", used),
        ("Owner", row.owner.word),
        ("Created", shown_moment(row.created)),
        ("ARN", row.arn),
    )


def _component_facts(row: StockComponent, _pipelines: Sequence[StockPipeline]) -> tuple[Fact, ...]:
    return (
        ("Description", row.description),
        ("Version", row.version),
        ("Owner", row.owner.word),
        ("Platform", row.platform),
        ("Systems", ", ".join(row.os_versions)),
        ("Type", row.type.capitalize()),
        ("In a recipe", row.reference),
        ("Created", shown_moment(row.created)),
        ("ARN", row.arn),
    )


def _image_facts(row: StockImage, _pipelines: Sequence[StockPipeline]) -> tuple[Fact, ...]:
    amis = (
        (f"AMI in {ami.region}", ami.image or _status_word(ami.state.status if ami.state else "")) for ami in row.amis
    )
    return (
        ("Reason", row.reason),
        ("Version", row.version),
        ("Owner", row.owner.word),
        ("Type", row.type),
        ("Platform", row.platform),
        ("System", row.os_version),
        *amis,
        ("Container", ", ".join(row.containers)),
        ("Pipeline", row.pipeline),
        ("Created", shown_moment(row.created)),
        ("ARN", row.arn),
    )


def members_text(members: Members) -> str:
    """Members of a call as YAML, in the API's own names; empty ones left out."""
    said = {key: value for key, value in members.items() if value not in (None, "", [], {})}
    return "\n".join(block(said, 2, 2))


def _recipe_text(stock: Stock, row: StockRecipe) -> str:
    members = stock.resource(row.kind, row.arn).members
    return members_text({key: value for key, value in members.items() if key not in UNSAID})


def _component_text(stock: Stock, row: StockComponent) -> str:
    return stock.document(row.arn)


def _component_mime(row: StockComponent) -> QMimeData:
    return mime_of(COMPONENT_MIME, row.reference)


def _created(width: int = 126) -> Column[Any]:
    return Column("Created", lambda row: shown_moment(row.created), width, order=lambda row: row.created, muted=True)


def _version(width: int) -> Column[Any]:
    return Column("Version", lambda row: row.version, width, order=lambda row: _version_order(row.version))


PIPELINES: Final = Section(
    "image-pipeline",
    "Pipelines",
    "pipeline",
    (
        Column("Name", lambda row: row.name, share=2),
        Column(
            "Status",
            lambda row: _status_word(row.status),
            100,
            mark=lambda row: _status_mark(row.status),
            marked_text=True,
        ),
        Column("Schedule", schedule_words, share=2, optional=True, muted=True),
        Column("Last run", lambda row: shown_moment(row.last_run) or "Never", 126, order=lambda row: row.last_run),
        Column(
            "Result",
            lambda row: _status_word(row.last_status),
            110,
            mark=lambda row: _status_mark(row.last_status),
            marked_text=True,
        ),
    ),
    lambda row: f"{row.name} {row.description} {row.status} {row.schedule}",
    Stock.pipelines,
    _pipeline_facts,
    lambda row: row.status,
    "Publish or bake a recipe file, and its pipeline appears here.",
)

RECIPES: Final = Section(
    "image-recipe",
    "Recipes",
    "recipe",
    (
        Column(
            "Name",
            lambda row: row.name,
            share=2,
            mark=lambda row: ("container" if row.kind is Kind.CONTAINER_RECIPE else "image", "muted"),
        ),
        _version(90),
        Column("Parent image", lambda row: _tail(row.parent_image), share=2, optional=True, muted=True),
        Column("Platform", lambda row: row.platform, 90),
        _created(),
    ),
    lambda row: f"{row.name} {row.version} {row.platform} {row.parent_image} {row.kind.words}",
    Stock.recipes,
    _recipe_facts,
    lambda row: "",
    "Every published recipe file leaves its recipe here, in every version.",
    _recipe_text,
    "What the recipe says",
)

COMPONENTS: Final = Section(
    "component",
    "Components",
    "component",
    (
        Column("Name", lambda row: row.name, share=2, mark=_owner_mark),
        _version(90),
        Column("Owner", lambda row: row.owner.word, 90),
        Column("Platform", lambda row: row.platform, 90),
        Column("Type", lambda row: row.type.capitalize(), 70),
        Column("Description", lambda row: row.description, share=2, optional=True, muted=True),
    ),
    lambda row: f"{row.name} {row.version} {row.owner.word} {row.platform} {row.type} {row.description}",
    Stock.components,
    _component_facts,
    lambda row: row.status if row.status not in ("", "ACTIVE") else "",
    "Component documents that a recipe file names are published with it and appear here.",
    _component_text,
    "Component document",
    _component_mime,
)

IMAGES: Final = Section(
    "image",
    "Images",
    "image",
    (
        Column("Name", lambda row: row.name, share=2),
        _version(100),
        Column(
            "Status",
            lambda row: _status_word(row.status) or f"By {row.owner.word}",
            130,
            mark=lambda row: _status_mark(row.status),
            marked_text=True,
        ),
        Column("Regions", lambda row: ", ".join(ami.region for ami in row.amis), optional=True, muted=True),
        Column("System", lambda row: row.os_version or row.platform, 110),
        _created(),
    ),
    lambda row: " ".join(
        (row.name, row.version, row.status, row.os_version, row.pipeline, *(ami.image for ami in row.amis))
    ),
    Stock.images,
    _image_facts,
    lambda row: row.status,
    "Bake a recipe, and its image appears here with every build.",
)

SECTIONS: Final = (PIPELINES, RECIPES, COMPONENTS, IMAGES)


def section_of(arn: str) -> Section | None:
    """Where a resource is shown."""
    try:
        kind = Arn.parse(arn).type
    except ValueError:
        return None
    kind = Kind.IMAGE_RECIPE.value if kind == Kind.CONTAINER_RECIPE else kind
    return next((section for section in SECTIONS if section.id == kind), None)
