"""Checking any of our documents: recipe file, component document or workflow document, told apart by their keys."""

from pathlib import Path
from typing import Literal, TypeAlias

from core.errors import Problem
from core.recipe.component import examine_component
from core.recipe.findings import Findings
from core.recipe.tree import Entries, Tree, read
from core.recipe.workflow import examine_workflow

DocumentKind: TypeAlias = Literal["recipe", "component", "workflow"]

_MARKS: tuple[tuple[str, DocumentKind], ...] = (
    ("imageRecipe", "recipe"),
    ("containerRecipe", "recipe"),
    ("phases", "component"),
    ("steps", "workflow"),
    ("infrastructureConfiguration", "recipe"),
    ("distributions", "recipe"),
    ("connections", "recipe"),
    ("constants", "component"),
    ("outputs", "workflow"),
)


def check(text: str, *, file: str = "", base: Path | None = None) -> tuple[Problem, ...]:
    """Everything wrong or doubtful in a document of any kind, in source order.

    With `base`, the documents that a recipe file names are read from that folder and checked as well. A component
    document may be for any platform that fits all of its steps.
    """
    tree = read(text, file=file)
    findings = Findings(file)
    match kind_of_document(tree):
        case "component":
            examine_component(tree, findings)
        case "workflow":
            examine_workflow(tree, findings)
        case "recipe":
            # Its models take longer to import than a component takes to check.
            from core.recipe.file import examine_recipe

            examine_recipe(tree, findings, base=base)
        case None:
            findings.extend(tree.problems)
            if tree.root is None:
                findings.empty_unless_failed("The file")
            else:
                hint = "One has 'imageRecipe' or 'containerRecipe', 'phases', or 'steps'"
                message = "This is neither a recipe file nor a component or workflow document"
                findings.error(tree.root, message, hint)
    return findings.problems


def kind_of_document(tree: Tree) -> DocumentKind | None:
    """What a text is, by the keys only one kind of document has; None when it has none of them."""
    if not isinstance(tree.root, Entries):
        return None
    return next((kind for mark, kind in _MARKS if mark in tree.root.index), None)
