"""A user with an empty home, a local Image Builder of their own, and the AWS CLI set to it."""

from collections.abc import Iterator

import pytest

from tests.conformance.awscli import AwsCli, environment_of_service
from tests.installed import Bakehouse


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsCli]:
    folder = tmp_path_factory.mktemp("user")
    installed = Bakehouse.at(folder)
    try:
        yield AwsCli(environment_of_service(installed.environment), folder)
    finally:
        installed.run("service", "stop")
