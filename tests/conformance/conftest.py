"""A user with an empty home, a local Image Builder of their own, and the AWS CLI set to it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.awscli import PATIENCE, PROGRAMS, AwsCli, environment_of_service


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsCli]:
    folder: Path = tmp_path_factory.mktemp("user")
    user = {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "HOME": str(folder),
        "BAKEHOUSE_HOME": str(folder / "bakehouse"),
        "BAKEHOUSE_STATE": str(folder / "runs"),
    }
    settings = environment_of_service(user)
    try:
        yield AwsCli(settings, folder)
    finally:
        subprocess.run(
            [str(PROGRAMS / "bakehouse"), "service", "stop"],
            env=user,
            check=True,
            timeout=PATIENCE,
            capture_output=True,
        )
