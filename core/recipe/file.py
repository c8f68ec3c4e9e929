"""Reading a recipe file: one YAML file with a whole pipeline, made to live in Git.

What differs between connections stands under `connections`, merged over the file first by kind (local, aws), then by
the connection's name: maps are merged key by key, everything else replaces, and null removes. Problems keep the place
of the node they are about, also when it came from an override.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from core.errors import Problem
from core.recipe.documents import Folder
from core.recipe.findings import Findings, entries_of
from core.recipe.recipe import RecipeFile
from core.recipe.recipe_documents import check_documents
from core.recipe.recipe_rules import Places, check_rules
from core.recipe.tree import Entries, Node, Scalar, Tree, read
from core.recipe.validation import validate

__all__ = ["ConnectionKind", "RecipeFile", "check_recipe", "examine_recipe", "merged", "parse_recipe"]

ConnectionKind: TypeAlias = Literal["local", "aws"]
KINDS: tuple[ConnectionKind, ...] = ("local", "aws")


def parse_recipe(text: str | Tree, *, file: str = "") -> RecipeFile:
    """The recipe file as it is without any connection's overrides.

    Raises:
        Invalid: the text is no valid recipe file; `problems` say where.
    """
    return _parsed(text if isinstance(text, Tree) else read(text, file=file), ())


def merged(text: str | Tree, kind: ConnectionKind, name: str = "", *, file: str = "") -> RecipeFile:
    """The recipe file as one connection sees it: overrides of its kind first, then those of its name.

    Raises:
        Invalid: the text is no valid recipe file, or not with these overrides; `problems` say where.
    """
    tree = text if isinstance(text, Tree) else read(text, file=file)
    return _parsed(tree, layers_of(kind, name))


def layers_of(kind: ConnectionKind, name: str = "") -> tuple[str, ...]:
    """The overrides that a connection uses, in the order in which they are merged."""
    return (kind, name) if name and name != kind else (kind,)


def check_recipe(
    text: str | Tree, *, file: str = "", base: Path | Folder | None = None, layers: tuple[str, ...] = ()
) -> tuple[Problem, ...]:
    """Everything wrong or doubtful, in source order: for every connection the file names, or with the overrides of
    `layers` only.

    With `base`, the folder of the recipe file, the documents it names are read and checked as well.
    """
    tree = text if isinstance(text, Tree) else read(text, file=file)
    findings = Findings(tree.file)
    examine_recipe(tree, findings, base=base, layers=layers)
    return findings.problems


def examine_recipe(
    tree: Tree, findings: Findings, *, base: Path | Folder | None = None, layers: tuple[str, ...] = ()
) -> None:
    """As `check_recipe`, for a text that is read already."""
    root = _root(tree, findings)
    if root is None:
        return
    ways = (layers,) if layers else _views(root, findings)
    views = [view for way in ways if (view := _record(root, way, findings)) is not None]
    if base is not None:
        folder = Folder(base) if isinstance(base, Path) else base
        for recipe, places in views:
            check_documents(recipe, places, folder, findings)


def _views(root: Entries, findings: Findings) -> Iterator[tuple[str, ...]]:
    """The layers of every way the file can be seen: plain, for each kind it speaks of, for each connection by name.

    A file that overrides for both kinds need not be complete by itself.
    """
    node = root.get("connections")
    names = [] if node is None else [key.text for key, _ in _overrides(node, findings)]
    kinds = [kind for kind in KINDS if kind in names]
    if len(kinds) < len(KINDS):
        yield ()
    yield from ((kind,) for kind in kinds)
    yield from ((*kinds[-1:], name) for name in names if name not in KINDS)


def _overrides(node: Node, findings: Findings) -> tuple[tuple[Scalar, Node], ...]:
    if isinstance(node, Scalar) and node.is_null:
        return ()
    connections = entries_of(node, findings, "'connections'")
    return () if connections is None else connections.entries


def _parsed(tree: Tree, layers: tuple[str, ...]) -> RecipeFile:
    findings = Findings(tree.file)
    root = _root(tree, findings)
    found = None if root is None else _record(root, layers, findings)
    if found is None or findings.failed:
        raise findings.invalid("The recipe file")
    return found[0]


def _root(tree: Tree, findings: Findings) -> Entries | None:
    findings.extend(tree.problems)
    if isinstance(tree.root, Entries):
        return tree.root
    if tree.root is not None:
        findings.error(tree.root, "A recipe file is a map with 'schemaVersion', 'name' and 'imageRecipe'")
    else:
        findings.empty_unless_failed("The recipe file")
    return None


def _record(root: Entries, layers: tuple[str, ...], findings: Findings) -> tuple[RecipeFile, Places] | None:
    """The file with the overrides of `layers` merged in, validated and checked against the rules."""
    connections = root.get("connections")
    entries = () if connections is None else _overrides(connections, findings)
    overrides = {key.text: value for key, value in entries}
    view: Node = _without(root, "connections")
    for layer in layers:
        patch = overrides.get(layer)
        if patch is None or (isinstance(patch, Scalar) and patch.is_null):
            continue
        if entries_of(patch, findings, f"the overrides of {layer!r}") is None:
            return None
        view = _overlaid(view, patch)
    if not isinstance(view, Entries):
        raise AssertionError("a map merged with a map is a map")
    recipe = validate(view, RecipeFile, findings)
    if recipe is None:
        return None
    places = Places(view)
    check_rules(recipe, places, findings)
    if "aws" in layers and recipe.infrastructure_configuration.instance_profile_name is None:
        message = "AWS needs 'instanceProfileName' in infrastructureConfiguration"
        findings.error(places.at("infrastructureConfiguration"), message, "Such as EC2InstanceProfileForImageBuilder")
    return recipe, places


def _without(root: Entries, name: str) -> Entries:
    return replace(root, entries=tuple(entry for entry in root.entries if entry[0].text != name))


def _overlaid(base: Node, patch: Node) -> Node:
    if not isinstance(base, Entries) or not isinstance(patch, Entries):
        return patch
    entries = {key.text: (key, value) for key, value in base.entries}
    for key, value in patch.entries:
        below = entries.get(key.text)
        entries[key.text] = (key, value if below is None else _overlaid(below[1], value))
    return replace(base, entries=tuple(entries.values()))
