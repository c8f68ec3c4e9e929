"""The book of connections on disk: whole or unchanged, never with a secret; what it can't read it does not touch."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.aws.book import Book, book_file, checked
from core.aws.connection import connect
from core.aws.stored import KeySecret, StoredConnection
from core.cli import choice
from core.cli.connecting import known
from core.errors import Conflict, Denied, HostFault, Invalid, NotFound
from core.local.endpoint import Home
from core.secrets import SecretsUnavailable, SessionSecrets

SECRET = KeySecret("wJalrXUtnFEMI", "token")
KEYS = {"kind": "keys", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
CENTER = {
    "kind": "identityCenter",
    "startUrl": "https://example.awsapps.com/start",
    "ssoRegion": "eu-central-1",
    "accountId": "123456789012",
    "roleName": "Builder",
}
PORTAL = "identity-center:https://example.awsapps.com/start"


class Shelf(SessionSecrets):
    """A keyring that can be locked; what it keeps can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.locked = False

    @property
    def kept(self) -> list[str]:
        return sorted(self._kept)

    def get(self, name: str) -> str | None:
        if self.locked:
            raise SecretsUnavailable("locked")
        return super().get(name)

    def set(self, name: str, value: str) -> None:
        self.get(name)
        super().set(name, value)


def stored(name: str = "prod", source: Any = KEYS, **more: Any) -> StoredConnection:
    return checked(**{"name": name, "region": "eu-central-1", "source": source, **more})


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "connections.json"


@pytest.fixture
def book(file: Path, shelf: Shelf) -> Book:
    return Book(file, shelf)


def test_what_was_added_is_there_in_order_after_a_restart(book: Book, file: Path, shelf: Shelf) -> None:
    made = (
        stored("zeta", production=True),
        stored("alpha", CENTER, roleArn="arn:aws:iam::123456789012:role/b", externalId="x"),
        stored("mid", {"kind": "profile", "profile": "work"}, region="", mfaSerial="arn:mfa"),
    )
    for each in made:
        book.add(each, SECRET if each.name == "zeta" else None)
    again = Book(file, shelf)
    assert again.list() == made
    assert again.secret("zeta") == SECRET


def test_the_file_is_readable_and_holds_no_secret(book: Book, file: Path) -> None:
    book.add(stored(production=True), SECRET)
    assert json.loads(file.read_text()) == {
        "schemaVersion": 1,
        "connections": [{"name": "prod", "region": "eu-central-1", "source": KEYS, "production": True}],
    }
    assert [each.name for each in file.parent.iterdir()] == ["connections.json"]


def test_a_name_is_given_once(book: Book) -> None:
    book.add(stored(), SECRET)
    book.add(stored("other"), SECRET)
    with pytest.raises(Conflict):
        book.add(stored(), SECRET)
    with pytest.raises(Conflict):
        book.rename("other", "prod")


def test_what_is_not_there_is_not_found(book: Book) -> None:
    for change in (lambda: book.remove("x"), lambda: book.rename("x", "y"), lambda: book.replace(stored("x"))):
        with pytest.raises(NotFound):
            change()
    with pytest.raises(Denied):
        book.secret("x")


def test_keys_come_with_their_secret(book: Book) -> None:
    with pytest.raises(Invalid) as caught:
        book.add(stored())
    assert caught.value.problems[0].address == "secretAccessKey"
    with pytest.raises(Invalid):
        book.add(stored(source=CENTER), SECRET)


def test_replacing_keeps_the_secret_of_the_same_key(book: Book) -> None:
    book.add(stored(), SECRET)
    book.replace(stored(region="us-east-1"))
    assert book.secret("prod") == SECRET
    other = {**KEYS, "accessKeyId": "AKIAIOSFODNN7ANOTHER"}
    with pytest.raises(Invalid):
        book.replace(stored(source=other))
    book.replace(stored(source=other), KeySecret("another"))
    assert book.secret("prod") == KeySecret("another")


def test_a_secret_nobody_needs_any_more_is_gone(book: Book, shelf: Shelf) -> None:
    book.add(stored(), SECRET)
    book.replace(stored(source=CENTER))
    assert shelf.kept == []
    shelf.set(PORTAL, "token")
    book.add(stored("second", CENTER))
    book.remove("prod")
    assert shelf.kept == [PORTAL]
    book.rename("second", "third")
    assert shelf.kept == [PORTAL]
    book.remove("third")
    assert shelf.kept == []


def test_a_secret_can_be_for_this_session_only(book: Book, shelf: Shelf, file: Path) -> None:
    book.add(stored(), SECRET, for_session=True)
    assert shelf.kept == []
    assert book.kept_for_session("prod")
    book.rename("prod", "new")
    assert book.secret("new") == SECRET
    with pytest.raises(Denied):
        Book(file, shelf).secret("new")
    book.replace(stored("new"), SECRET)
    assert shelf.kept == ["connection:new"]


def test_a_locked_shelf_changes_nothing(book: Book, shelf: Shelf, file: Path) -> None:
    book.add(stored(), SECRET)
    before = file.read_bytes()
    shelf.locked = True
    changes = (
        lambda: book.add(stored("new"), SECRET),
        lambda: book.replace(stored(), SECRET),
        lambda: book.rename("prod", "new"),
        lambda: book.remove("prod"),
    )
    for change in changes:
        with pytest.raises(SecretsUnavailable):
            change()
    shelf.locked = False
    assert file.read_bytes() == before
    assert shelf.kept == ["connection:prod"]


def test_a_disk_that_refuses_leaves_file_and_secrets_as_they_were(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file where the folder would be")
    book = Book(tmp_path / "in the way" / "connections.json", shelf)
    with pytest.raises(HostFault):
        book.add(stored(), SECRET)
    assert shelf.kept == []


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("{", "", "Expecting"),
        ("[]", "", "no object"),
        ("null", "", "no object"),
        ('{"schemaVersion": 2}', "schemaVersion", "newer Bakehouse"),
        ('{"schemaVersion": true}', "schemaVersion", "no version"),
        ('{"connections": []}', "schemaVersion", "no version"),
        ('{"schemaVersion": 1, "more": 1}', "more", "not known"),
        ('{"schemaVersion": 1, "connections": {}}', "connections", "no list"),
        ('{"schemaVersion": 1, "connections": [{"name": "a"}]}', "connections[0].source", "required"),
        (
            '{"schemaVersion": 1, "connections": [{"name": "a", "source": {"kind": "profile"}}]}',
            "connections[0].source.profile",
            "required",
        ),
        ("<<<<<<< HEAD", "", "Expecting"),
        ("[" * 100_000, "", "nested too deep"),
    ],
)
def test_a_bad_file_says_where_and_is_not_touched(book: Book, file: Path, text: str, address: str, words: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    for change in (book.list, lambda: book.add(stored(), SECRET), lambda: book.remove("a")):
        with pytest.raises(Invalid) as caught:
            change()
        (problem,) = caught.value.problems
        assert problem.address == address
        assert words in problem.message
        assert problem.file == str(file)
        assert "Nothing was changed" in caught.value.hint
    assert file.read_text() == text


def test_a_name_twice_is_a_bad_file(book: Book, file: Path) -> None:
    book.add(stored(), SECRET)
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "connections": content["connections"] * 2}))
    with pytest.raises(Invalid, match=r"connections\[1\].name"):
        book.list()


def test_a_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BAKEHOUSE_CONFIG", str(tmp_path))
    assert book_file() == tmp_path / "connections.json"


def test_a_stored_connection_comes_before_a_profile_of_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "aws").write_text("[profile prod]\nregion = cn-north-1\n[profile other]\nregion = cn-north-1\n")
    for name in ("AWS_CONFIG_FILE", "BAKEHOUSE_CONFIG", "BAKEHOUSE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "aws" if name == "AWS_CONFIG_FILE" else tmp_path))
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    Book(book_file(), SessionSecrets()).add(stored(production=True), SECRET)
    home = Home(Path("/nowhere"))
    assert (connect("prod", "", home).region, connect("prod", "", home).production) == ("eu-central-1", True)
    assert connect("prod", "us-east-1", home).region == "us-east-1"
    assert choice.connection("prod").region == "eu-central-1", "a stored region comes before the environment's"
    assert choice.connection("prod", "us-west-2").region == "us-west-2"
    assert choice.connection("other").region == "ap-south-1"
    assert [(each.name, each.region, each.state) for each in known()[1:]] == [
        ("prod", "eu-central-1", "access key AKIAIOSFODNN7EXAMPLE, production"),
        ("other", "", "profile of the AWS configuration"),
    ]
    assert (connect("other", "", home).region, connect("other", "", home).production) == ("cn-north-1", False)
