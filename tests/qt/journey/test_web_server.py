"""The web-server example, made by hand in the app as it is started by its users."""

from pathlib import Path

import pytest

from tests.qt.journey.web_server import EXAMPLE, before_the_app, keys_at_their_default, make_web_server, parsed, user_of


@pytest.mark.soak  # the same hands make it, and bake it, in tests/vm/test_bake.py
def test_the_example_is_made_from_file_new_by_mouse_and_keyboard_only(tmp_path: Path) -> None:
    file = tmp_path / "recipes/web-server.yml"
    with before_the_app(file.parent, user_of(tmp_path)) as user:
        make_web_server(user, file)
        user.until(lambda: parsed(file.read_text()) == parsed(EXAMPLE.read_text()), "the example in the file")
    assert keys_at_their_default(file.read_text()) == []


def test_a_key_at_its_default_would_be_found() -> None:
    assert keys_at_their_default(EXAMPLE.read_text() + "platform: Linux\n") == ["platform"]
