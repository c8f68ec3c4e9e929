"""Component documents beside a recipe file: found by their keys, within bounds, whatever else lies around."""

from pathlib import Path

import pytest

from core.recipe.beside import DEEPEST, MOST_FILES, components_beside
from tests.installed import ROOT

DOCUMENT = "name: a\ndescription: 'Says so'\nschemaVersion: 1.0\nphases: []\n"


def put(base: Path, *paths: str, text: str = DOCUMENT) -> None:
    for path in paths:
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_text(text)


def test_the_documents_of_an_example_are_found_and_the_recipe_file_is_not_one() -> None:
    found = components_beside(ROOT / "resources/examples/web-server")
    assert [(each.path, each.name) for each in found] == [("components/nginx.yml", "nginx")]
    assert found[0].description.startswith("nginx from the distribution")


def test_hidden_folders_and_packages_are_not_looked_into(tmp_path: Path) -> None:
    put(tmp_path, "a.yml", "b/c.yaml", ".git/d.yml", "node_modules/e.yml", "f.json")
    assert [each.path for each in components_beside(tmp_path)] == ["a.yml", "b/c.yaml"]


def test_other_yaml_and_what_is_no_text_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "compose.yml", text="services: {}\n")
    put(tmp_path, "workflow.yml", text="schemaVersion: 1.0\nsteps: []\n")
    (tmp_path / "binary.yml").write_bytes(b"phases:\nschemaVersion:\n\xff\xfe")
    assert components_beside(tmp_path) == ()


def test_a_description_in_quotes_or_in_a_block(tmp_path: Path) -> None:
    put(tmp_path, "a.yml")
    put(tmp_path, "b.yml", text=DOCUMENT.replace("'Says so'", "|\n  Long"))
    assert [each.description for each in components_beside(tmp_path)] == ["Says so", ""]


def test_a_deep_or_crowded_folder_is_looked_at_within_bounds(tmp_path: Path) -> None:
    put(tmp_path, "/".join(["deep"] * (DEEPEST - 1) + ["seen.yml"]), "/".join(["deep"] * DEEPEST + ["unseen.yml"]))
    assert [each.name for each in components_beside(tmp_path)] == ["seen"]
    put(tmp_path, *(f"many/{number:04}.yml" for number in range(MOST_FILES + 5)))
    assert len(components_beside(tmp_path)) <= MOST_FILES


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_is_gone_or_empty_has_none(there: bool, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    if there:
        folder.mkdir()
    assert components_beside(folder) == ()
