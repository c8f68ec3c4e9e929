"""A store of small images."""

from pathlib import Path

import pytest

from tests.functional.image.pantry import Pantry


@pytest.fixture
def pantry(tmp_path: Path) -> Pantry:
    return Pantry(tmp_path)
