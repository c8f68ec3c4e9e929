"""How long components usually take, on their cards."""

from pathlib import Path

from core.build import journal
from gui.recipe.usual_times import times
from tests.installed import ROOT

RUNS = ROOT / "resources/rehearsal"


def test_a_component_usually_takes_as_long_as_in_earlier_builds_of_the_recipe() -> None:
    (opened,) = (each.opened for each in journal.entries(RUNS) if each.opened.recipe_name == "web-server")
    assert times(RUNS, "web-server", opened.connection) == {"nginx": "usually 2 min 33 s"}


def test_a_build_of_another_recipe_or_connection_says_nothing(tmp_path: Path) -> None:
    assert times(RUNS, "web-server", "production") == {}
    assert times(RUNS, "another", "local") == {}
    assert times(tmp_path, "web-server", "local") == {}
