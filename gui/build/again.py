"""What a build was made of, read to make another one of the same: its pipeline as it is now, and the tags it had.

A pipeline may have been changed since, and so may the recipe file that it came from. Nobody should find that out from
the new build's log, so both are looked at before it starts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.aws.connection import Connection
from core.build import bundle, journal
from core.build.bundle import Contents
from core.build.events import RunOpened
from core.errors import Invalid, NotFound, Unsupported

if TYPE_CHECKING:
    from core.aws.imagebuilder import ImageBuilder, Kind, Members

Facts = tuple[tuple[str, str], ...]

MOST_NAMES: Final = 4
"""Components named at most; of more their number is told."""
_OWNED: Final = "aws:"
"""Tags that begin so are the service's own, and refused from anybody else."""


@dataclass(frozen=True, slots=True)
class OpenRecipe:
    """The recipe file that is open in the editor."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """A run to be started: of which pipeline, with which tags. `facts` say what it will be, `changes` what is different
    from the build it repeats. `edited`: the recipe file that is open is the build's, and is another one by now.
    `contents` go with the new run's record."""

    pipeline: str
    facts: Facts = ()
    changes: tuple[str, ...] = ()
    edited: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    contents: Contents = field(default_factory=Contents)


def read_again(at: Connection, opened: RunOpened, pipeline_arn: str, runs: Path, recipe: OpenRecipe | None) -> Again:
    """Ask the connection what the pipeline is now. Raises NotFound where it is gone, and what the connection raises."""
    from core.aws.imagebuilder import Kind

    builder = at.image_builder()
    pipeline = builder.find(Kind.PIPELINE, pipeline_arn)
    if pipeline is None:
        name = pipeline_arn.rpartition("/")[2]
        raise NotFound(f"The pipeline {name} is gone from {at.name}.", hint="Bake the recipe file: it is made anew.")
    members = pipeline.members
    image = _image(builder, opened.image_arn)
    kept = _kept(runs, opened)
    recipe_arn = str(members.get("imageRecipeArn") or members.get("containerRecipeArn") or "")
    built_from = _arn(image, "imageRecipe") or _arn(image, "containerRecipe")
    changed = bool(built_from) and built_from != recipe_arn
    changes = (
        (f"Its recipe is {_version(recipe_arn)} now; this build was of {_version(built_from)}.",) if changed else ()
    )
    kept_recipe = Contents() if changed else Contents(recipe_file=kept.recipe_file, recipe=kept.recipe)
    return Again(
        pipeline_arn,
        tuple(_facts(builder, at, members, recipe_arn, kept)),
        changes,
        recipe is not None and _edited(recipe, kept),
        _own_tags(image),
        kept_recipe,
    )


def _own_tags(image: "Members") -> Mapping[str, str]:
    tags = image.get("tags")
    if not isinstance(tags, Mapping):
        return {}
    return {key: str(value) for key, value in tags.items() if not key.startswith(_OWNED)}


def _image(builder: "ImageBuilder", arn: str) -> "Members":
    """The image as the service tells it; nothing where it was deleted meanwhile."""
    try:
        return builder.image_members(arn)
    except NotFound:
        return {}


def _kept(runs: Path, opened: RunOpened) -> Contents:
    """What was kept when the build began; a damaged record keeps no new one from being started."""
    path = journal.find(runs, opened.connection, opened.image_arn)
    try:
        return bundle.kept(path) if path is not None else Contents()
    except Invalid:
        return Contents()


def _facts(
    builder: "ImageBuilder", at: Connection, pipeline: "Members", recipe_arn: str, kept: Contents
) -> Iterator[tuple[str, str]]:
    from core.aws.imagebuilder import Kind

    kind = Kind.IMAGE_RECIPE if pipeline.get("imageRecipeArn") else Kind.CONTAINER_RECIPE
    recipe = _found(builder, kind, recipe_arn)
    infrastructure = _found(builder, Kind.INFRASTRUCTURE, str(pipeline.get("infrastructureConfigurationArn") or ""))
    distribution = _found(builder, Kind.DISTRIBUTION, str(pipeline.get("distributionConfigurationArn") or ""))
    tests = pipeline.get("imageTestsConfiguration")
    tested = not isinstance(tests, Mapping) or tests.get("imageTestsEnabled", True)
    yield "Connection", f"{at.name}, {at.region}"
    yield "Pipeline", str(pipeline.get("name", ""))
    yield "Recipe", " ".join(filter(None, (str(recipe.get("name", "")), _version(recipe_arn))))
    yield "Recipe file", kept.recipe_file
    yield "Parent image", str(recipe.get("parentImage", ""))
    yield "Components", _named([str(each["componentArn"]).split("/")[1] for each in _list(recipe, "components")])
    yield "Instance types", ", ".join(map(str, _list(infrastructure, "instanceTypes")))
    yield "Regions", ", ".join(str(each["region"]) for each in _list(distribution, "distributions"))
    yield "Tests", "run" if tested else "switched off"


def _found(builder: "ImageBuilder", kind: "Kind", arn: str) -> "Members":
    """A part of the pipeline; nothing where it can't be told."""
    try:
        found = builder.find(kind, arn) if arn else None
    except Unsupported:
        found = None
    return found.members if found is not None else {}


def _list(members: "Members", key: str) -> Sequence[Mapping[str, object]]:
    found = members.get(key)
    return found if isinstance(found, list) else ()


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{len(names)}, {', '.join(names[:MOST_NAMES])} …"


def _arn(members: "Members", key: str) -> str:
    found = members.get(key)
    return str(found.get("arn", "")) if isinstance(found, Mapping) else ""


def _version(arn: str) -> str:
    """Of a recipe, as its ARN ends."""
    return arn.rpartition("/")[2]


def _edited(recipe: OpenRecipe, kept: Contents) -> bool:
    """Whether this is the file that was built, and says something else by now, it or a document of it."""
    if not kept.recipe_file or recipe.path.name != kept.recipe_file:
        return False
    beside = {name: text for name, text in kept.recipe.items() if name != kept.recipe_file}
    return recipe.text != kept.recipe.get(kept.recipe_file) or any(
        _text(recipe.path.parent / name) != text for name, text in beside.items()
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def tags_of(text: str) -> Mapping[str, str]:
    """Tags as they are typed, ``team=web, cost-centre=42``. Raises Invalid."""
    found: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not key or not equals:
            raise Invalid(f"“{part}” is no tag.", hint="A tag is a key and a value: team=web.")
        if key.startswith(_OWNED):
            raise Invalid(f"The tag {key} is AWS's own.", hint=f"Choose a key that doesn't begin with {_OWNED}")
        found[key] = value
    return found


def tags_text(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in tags.items())
