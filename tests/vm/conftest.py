"""What every test with real machines shares: a base image made once, and homes that have it.

Making the base takes a minute, so it is kept between runs: in $BAKEHOUSE_TEST_CACHE, or in `.cache/bases` of this
clone. Its folder is named after all that goes into it, so a changed definition makes a new one.
"""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.local.base.definition import BaseDefinition, definitions
from core.local.base.make import make_base
from core.local.endpoint import Home

ROOT = Path(__file__).parents[2]
BASE = "debian-12-x86"
REGION = "eu-central-1"


def shipped() -> BaseDefinition:
    """The base image that the tests build on."""
    return next(definition for definition in definitions() if definition.name == BASE)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two test runs make the base one after the other."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def base_cache() -> Path:
    """A folder with the base image, laid out as a home's `bases`. Tests read it and never write to it."""
    return made_bases()


def made_bases() -> Path:
    """The folder of base images that are kept, with the one that the tests build on."""
    cache = Path(os.environ.get("BAKEHOUSE_TEST_CACHE") or ROOT / ".cache" / "bases").absolute()
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / ".lock"):
        asyncio.run(make_base(shipped(), cache, lambda progress: None))
    return cache


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory, base_cache: Path) -> Callable[[], Home]:
    """A factory of homes with the base image and its saved starts in them: links where the file system lets us."""

    def make() -> Home:
        home = Home(tmp_path_factory.mktemp("home"))
        provide_base(base_cache, home)
        return home

    return make


@pytest.fixture
def home(new_home: Callable[[], Home]) -> Home:
    """A home of this test's own, with the base image."""
    return new_home()


def provide_base(cache: Path, home: Home) -> None:
    """Give a home the cached base and what was saved of it. A link stands for the same file, so nothing may be written
    to it."""
    disk = cache / shipped().id / "disk.qcow2"
    folder = home.bases / disk.parent.name
    folder.mkdir(parents=True)
    try:
        (folder / disk.name).hardlink_to(disk)
    except OSError:
        shutil.copyfile(disk, folder / disk.name)
    checkpoints = cache.with_name("checkpoints")
    checkpoints.mkdir(exist_ok=True)
    home.checkpoints.symlink_to(checkpoints)
