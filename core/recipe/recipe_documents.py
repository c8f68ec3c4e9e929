"""The documents a recipe file names, read and checked together with what the recipe gives them."""

from collections.abc import Iterable, Mapping

from core.catalog.limits import RECIPE_COMPONENTS_BYTES
from core.errors import BakehouseError
from core.recipe.documents import Folder
from core.recipe.findings import Findings, did_you_mean
from core.recipe.image_recipe import enabled
from core.recipe.reading import component_reading, workflow_reading
from core.recipe.recipe import RecipeFile
from core.recipe.recipe_rules import Places, check_template, recipe_key
from core.recipe.tree import Node


def documents_of(recipe: RecipeFile) -> tuple[str, ...]:
    """Paths of the documents that a recipe file names, from its folder, each once."""
    container = recipe.container_recipe
    named = (
        *(entry.document for entry in recipe.recipe.components),
        *(entry.document for entry in recipe.workflows),
        container.dockerfile_template if container else None,
    )
    return tuple(dict.fromkeys(path for path in named if path))


def check_documents(recipe: RecipeFile, places: Places, folder: Folder, findings: Findings) -> None:
    """Read every document beside the recipe file; what is wrong with or in them goes to `findings`."""
    _check_components(recipe, places, folder, findings)
    _check_workflows(recipe, places, folder, findings)
    _check_template(recipe, places, folder, findings)


def _check_components(recipe: RecipeFile, places: Places, folder: Folder, findings: Findings) -> None:
    key = recipe_key(recipe)
    total = 0
    for number, entry in enumerate(recipe.recipe.components):
        if entry.document is None:
            continue
        text = _text(folder, entry.document, places.at(key, "components", number, "document"), findings)
        if text is None:
            continue
        total += 0 if entry.disabled else len(text.encode())
        platform = entry.platform or recipe.platform
        reading = component_reading(text, file=str(folder.base / entry.document), platform=platform)
        findings.extend(reading.problems)
        if reading.document is not None:
            wanted = {one.name: (one.default is not None, one.allowed_values) for one in reading.document.parameters}
            place = places.at(key, "components", number, "parameters")
            _check_values(entry.parameters, wanted, place, places, (key, "components", number), findings)
    if total > RECIPE_COMPONENTS_BYTES:
        message = f"The component documents have {total:,} bytes; Image Builder's quota is {RECIPE_COMPONENTS_BYTES:,}"
        findings.warning(places.at(key, "components"), message)


def _check_workflows(recipe: RecipeFile, places: Places, folder: Folder, findings: Findings) -> None:
    for number, entry in enumerate(recipe.workflows):
        if entry.document is None:
            continue
        text = _text(folder, entry.document, places.at("workflows", number, "document"), findings)
        if text is None:
            continue
        reading = workflow_reading(text, file=str(folder.base / entry.document), stage=entry.stage)
        findings.extend(reading.problems)
        if reading.document is not None:
            wanted = {one.name: (one.default is not None, ()) for one in reading.document.parameters}
            place = places.at("workflows", number, "parameters")
            _check_values(entry.parameters, wanted, place, places, ("workflows", number), findings)


def _check_values(
    given: Mapping[str, tuple[str, ...]],
    declared: Mapping[str, tuple[bool, tuple[str, ...]]],
    place: Node,
    places: Places,
    path: tuple[str | int, ...],
    findings: Findings,
) -> None:
    """Every value given must be declared and allowed, everything declared without default must be given."""
    for name, values in given.items():
        at = places.at(*path, "parameters", name)
        if name not in declared:
            findings.error(at, f"The document has no parameter {name!r}", did_you_mean(name, list(declared)))
            continue
        allowed = declared[name][1]
        for value in values:
            if allowed and value not in allowed:
                findings.error(at, f"{name!r} must be one of {', '.join(allowed)}, not {value!r}")
    for name in _missing(given, declared):
        findings.error(place, f"The document's parameter {name!r} has no default and needs a value")


def _missing(given: Iterable[str], declared: Mapping[str, tuple[bool, tuple[str, ...]]]) -> list[str]:
    return [name for name, (has_default, _) in declared.items() if not has_default and name not in set(given)]


def _check_template(recipe: RecipeFile, places: Places, folder: Folder, findings: Findings) -> None:
    container = recipe.container_recipe
    if container is not None and container.dockerfile_template is not None:
        place = places.at("containerRecipe", "dockerfileTemplate")
        text = _text(folder, container.dockerfile_template, place, findings)
        if text is not None:
            check_template(text, bool(enabled(container.components)), place, findings)


def _text(folder: Folder, path: str, place: Node, findings: Findings) -> str | None:
    try:
        return folder.read(path)
    except BakehouseError as error:
        findings.error(place, error.message, error.hint)
        return None
