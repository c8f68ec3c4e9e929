"""The whole way of a user of the app: an empty screen, a recipe made by hand, and an image of it on this computer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.local.endpoint import Home, stop
from tests.qt.journey.web_server import EXAMPLE, before_the_app, keys_at_their_default, make_web_server, parsed, user_of

BAKE_SECONDS = 1800
"""Without KVM on a busy machine; a test machine has to start as well."""

pytestmark = pytest.mark.vm


def test_a_recipe_made_by_mouse_and_keyboard_is_baked_into_an_image(
    new_home: Callable[[], Home], tmp_path: Path
) -> None:
    home, file = new_home(), tmp_path / "recipes/web-server.yml"
    try:
        with before_the_app(file.parent, user_of(tmp_path, home.root)) as user:
            make_web_server(user, file)
            user.press("ctrl+b")
            user.until(lambda: user.shows("Cancel build"), "the Timeline with a build")
            user.until(lambda: user.shows("Available", "Failed"), "the end of the build", BAKE_SECONDS, pause=3)
            assert user.shows("Available"), user.ask("names")
        saved = file.read_text()
        assert parsed(saved) == parsed(EXAMPLE.read_text())
        assert keys_at_their_default(saved) == []
    finally:
        stop(home)
