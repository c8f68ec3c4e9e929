"""How somebody makes the shipped web-server example by hand, from File › New on: by mouse and keyboard only."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from core.errors import BakehouseError
from core.recipe.file import merged, parse_recipe
from core.recipe.recipe import RecipeFile
from tests.installed import PROGRAM, ROOT
from tests.qt.journey.screen import Person, person, screen

EXAMPLE = ROOT / "resources/examples/web-server/web-server.yml"
AMI = "ssm:/aws/service/debian/release/bookworm/latest/amd64"


def user_of(folder: Path, home: Path | None = None) -> dict[str, str]:
    """The environment of somebody who has nothing but this folder, and the local service's home."""
    return {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "BAKEHOUSE_HOME": str(home or folder / "home"),
        "BAKEHOUSE_STATE": str(folder / "runs"),
        "BAKEHOUSE_CONFIG": str(folder / "config"),
    }


@contextmanager
def before_the_app(folder: Path, environment: Mapping[str, str]) -> Iterator[Person]:
    """Somebody before the app, in a folder that has the component's document and no recipe."""
    component = folder / "components/nginx.yml"
    component.parent.mkdir(parents=True)
    component.write_bytes((EXAMPLE.parent / "components/nginx.yml").read_bytes())
    with screen() as display, person(display, environment, folder) as made:
        yield made


def make_web_server(user: Person, file: Path) -> None:
    begin(user, file)
    choose_what_it_is_made_of(user)
    distribute(user, "eu-central-1")
    distribute(user, "us-east-1")
    user.click("File")
    user.click("Save")


def begin(user: Person, file: Path) -> None:
    """A new recipe gets a name and a file: its folder says which components lie beside it."""
    user.click("File")
    user.click("New recipe")
    user.fill("Name", "web-server")
    user.fill("Description", "nginx with one page, up as soon as the machine is")
    user.press("ctrl+s")
    user.until(lambda: user.ask("focus")["text"].endswith("web-server.yml"), "the dialog to save")
    user.press("ctrl+a")
    user.type(str(file))
    user.press("Return")
    user.until(file.is_file, "the file")


def choose_what_it_is_made_of(user: Person) -> None:
    user.click("Parent image")
    user.fill("Image", "debian-12-x86")
    user.press("Tab")
    user.fill("Connection with another parent image", "aws")
    user.press("Tab")
    user.click("Add parent image for this connection")
    user.fill("For aws", AMI)
    user.click("Built and tested on")
    user.click("Add instance type")
    user.type("t3.medium")
    user.press("Tab")
    user.fill("Instance profile", "EC2InstanceProfileForImageBuilder")
    user.press("Tab")
    user.fill("Search components", "nginx")
    user.click("nginx")
    user.press("Return")
    user.click("Component 1")
    user.fill("Port", "80")
    user.click("Test")
    user.fill("Time-out in minutes", "60")


def distribute(user: Person, region: str) -> None:
    """A region of the picker; its image gets the usual name by itself and is tagged by hand."""
    user.click("Add region")
    user.type(region)
    user.press("Return")
    user.click("Add AMI tag")
    user.type("service")
    user.press("Tab")
    user.type("web-server")


def parsed(text: str) -> tuple[RecipeFile, ...]:
    """What a recipe file says by itself, and to each kind of connection."""
    return parse_recipe(text), merged(text, "local"), merged(text, "aws")


def keys_at_their_default(text: str) -> list[str]:
    """The keys of a recipe file that could be left out without changing what it says."""
    whole = parsed(text)
    found = []
    for path in _paths(YAML(typ="safe").load(text)):
        less = YAML(typ="safe").load(text)
        inside: Any = less
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]
        try:
            same = parsed(json.dumps(less)) == whole
        except BakehouseError:
            continue
        if same:
            found.append(".".join(map(str, path)))
    return found


def _paths(node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key of every map."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if isinstance(node, dict):
            yield (*above, key)
        yield from _paths(value, (*above, key))
