"""Our own bars on the code: what no linter we use measures, held by reading the source once.

A bar that is broken names every place, so that one run is enough to put all of them right.
"""

import ast
import functools
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
# Where a last resort has to catch everything: the service's outermost handler and the app's two bridges.
MAY_CATCH_ALL = {"core/local/service/http.py", "gui/ops.py", "gui/bridge.py"}


@functools.cache
def modules() -> tuple[tuple[str, str, ast.Module], ...]:
    """(path from the root, text, tree) of every Python file of ours. Nearly a million nodes, none of them garbage."""
    paths = sorted(path for folder in ("core", "gui", "resources", "tests") for path in (ROOT / folder).rglob("*.py"))
    texts = ((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)
    gc.disable()
    try:
        return tuple((name, text, ast.parse(text, name)) for name, text in texts)
    finally:
        gc.enable()
        gc.freeze()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end; decorators are not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_function_is_over_60_lines() -> None:
    long = [
        f"{name}:{function.lineno} {function.name} has {length(function)}"
        for name, _, tree in modules()
        for function in functions(tree)
        if length(function) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_no_file_is_over_500_lines() -> None:
    long = [f"{name} has {count}" for name, text, _ in modules() if (count := len(text.splitlines())) > LONGEST_FILE]
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, text, tree in modules() if text.strip() and not ast.get_docstring(tree)]
    assert not silent, "\n".join(silent)


def test_a_module_is_a_noun_of_the_domain() -> None:
    vague = [name for name, _, _ in modules() if VAGUE_NAMES & set(Path(name).with_suffix("").parts)]
    assert not vague, "\n".join(vague)


def test_no_except_is_broad() -> None:
    broad = [
        f"{name}:{node.lineno}"
        for name, _, tree in modules()
        if name not in MAY_CATCH_ALL
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and not (node.body and isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    assert not broad, "\n".join(broad)


def test_tests_use_fakes_and_patch_nothing() -> None:
    patching = [
        f"{name}:{node.lineno}"
        for name, _, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom | ast.Import) and any("mock" in alias.name for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest.mock"))
        or (isinstance(node, ast.Attribute) and node.attr in {"setattr", "delattr"} and _is_monkeypatch(node.value))
    ]
    assert not patching, "\n".join(patching)


def _is_monkeypatch(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "monkeypatch"


@pytest.mark.parametrize("layer", ["unit", "functional"])
def test_only_the_vm_tier_starts_machines(layer: str) -> None:
    marked = [
        name
        for name, text, _ in modules()
        if name.startswith(f"tests/{layer}/") and "mark.vm" in text and "test_bars" not in name
    ]
    assert not marked, "\n".join(marked)
