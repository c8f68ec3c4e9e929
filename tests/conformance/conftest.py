"""A user with an empty home, a local Image Builder of their own, and the AWS CLI set to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.awscli import AwsCli, environment_of_service
from tests.installed import Bakehouse


@contextmanager
def user_at(folder: Path) -> Iterator[AwsCli]:
    """The CLI of a user who lives in `folder`; their service is stopped at the end."""
    installed = Bakehouse.at(folder)
    try:
        yield AwsCli(environment_of_service(installed.environment), folder)
    finally:
        installed.run("service", "stop")


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsCli]:
    with user_at(tmp_path_factory.mktemp("user")) as cli:
        yield cli
