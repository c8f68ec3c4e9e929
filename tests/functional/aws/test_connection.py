"""Connections: Local sees nothing of the user's AWS settings, profiles see all of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.aws.asking import Nobody
from core.aws.book import Book
from core.aws.connection import Capability, Connection, LocalConnection, Opener, connect, profiles, stored
from core.errors import Invalid, NotFound, Unreachable, Unsupported
from core.local.endpoint import Endpoint, Home
from core.secrets import SessionSecrets
from tests.functional.aws.serving import Answer, Server, serving

HOSTILE = {
    "AWS_PROFILE": "does-not-exist",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_IMAGEBUILDER": "http://127.0.0.1:1",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "token-of-aws",
    "AWS_REGION": "ap-south-1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_CONFIG_FILE": "/does/not/exist",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
}


def local(server: Server) -> LocalConnection:
    endpoint = Endpoint(server.url, 1, "AKIALOCAL", "local-secret")
    return LocalConnection("eu-central-1", Home(Path("/nowhere")), lambda home: endpoint)


def test_local_works_whatever_the_environment_says_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    with serving() as server:
        server.script(Answer(body=json.dumps({"imageVersionList": []}).encode()))
        assert local(server).image_builder().images("Self") == ()
        (request,) = server.requests
    assert "Credential=AKIALOCAL/" in request.headers["Authorization"]
    assert "/eu-central-1/imagebuilder/" in request.headers["Authorization"]
    assert "token-of-aws" not in str(request.headers)


def test_local_is_looked_up_again_after_it_went_away() -> None:
    with serving() as first:
        gone = first.url
    with serving() as second:
        second.script(Answer(body=json.dumps({"imageVersionList": []}).encode()))
        found = iter([Endpoint(gone, 1, "a", "b"), Endpoint(second.url, 2, "a", "b")])
        builder = LocalConnection("eu-central-1", Home(Path("/nowhere")), lambda home: next(found)).image_builder()
        with pytest.raises(Unreachable):
            builder.images("Self")
        assert builder.images("Self") == ()


def test_nothing_is_started_before_it_is_needed() -> None:
    def refuse(home: Home) -> Endpoint:
        raise AssertionError("the service was started")

    connection = LocalConnection("eu-central-1", Home(Path("/nowhere")), refuse)
    assert (connection.account, connection.partition, connection.kind) == ("123456789012", "aws", "local")
    assert connection.instance_profile


def of_profile(profile: str, region: str = "") -> Connection:
    return connect(profile, region, Home(Path("/nowhere")))


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAKEHOUSE_CONFIG", str(tmp_path / "bakehouse"))
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\n[profile prod]\nregion = cn-north-1\n[profile bare]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    return config


def test_the_profiles_of_the_configuration_are_known(configured: Path) -> None:
    assert profiles() == ("bare", "default", "prod")


def test_a_profile_brings_its_region_and_partition(configured: Path) -> None:
    connection = of_profile("prod")
    assert (connection.region, connection.partition) == ("cn-north-1", "aws-cn")


def test_a_region_asked_for_wins(configured: Path) -> None:
    assert of_profile("prod", "us-east-1").region == "us-east-1"


def test_a_profile_without_region_needs_one(configured: Path) -> None:
    with pytest.raises(Invalid, match="no region"):
        assert of_profile("bare").region


def test_a_profile_that_does_not_exist_is_not_found(configured: Path) -> None:
    with pytest.raises(NotFound, match="nothing-like-it"):
        of_profile("nothing-like-it", "eu-west-1").client("imagebuilder")


def test_aws_has_no_machine_calls_and_says_so(configured: Path) -> None:
    connection = of_profile("prod")
    assert connection.capabilities == {
        Capability.LOOKUPS,
        Capability.SCHEDULES,
        Capability.CONTAINERS,
        Capability.BILLING,
    }
    with pytest.raises(Unsupported):
        connection.machines()


def test_connections_of_one_opener_share_their_sign_ins_and_load_nothing_early(tmp_path: Path) -> None:
    book = Book(tmp_path / "connections.json", SessionSecrets())
    opener = Opener(book, Nobody())
    first, second = (opener.open(stored(name, book)) for name in ("a", "b"))
    assert (first.name, first.kind, first.expires_at) == ("a", "aws", None)
    assert first._around() is second._around()


def test_opening_connections_loads_no_botocore(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from core.aws.asking import Nobody; from core.aws.book import Book; from core.aws.connection import *\n"
        "from core.aws.stored import *; from core.secrets import UserSecrets\n"
        "made = StoredConnection(name='a', source=Profile(profile='p'))\n"
        "Opener(Book(Path(sys.argv[1]), UserSecrets()), Nobody()).open(made).expires_at\n"
        "sys.exit('botocore' in sys.modules or 'keyring' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "connections.json")], check=True, timeout=60)
