"""Secrets of connections in a real gnome-keyring: stored, read, renamed, removed, locked, and found nowhere else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.secrets.desktop import Desktop, Keeper, desktop

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKENOFASESSION"
KEYS = {"kind": "keys", "access_key_id": "AKIAIOSFODNN7EXAMPLE"}


@pytest.fixture
def session() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def add(keeper: Keeper, name: str = "prod") -> None:
    assert keeper("add", name=name, region="eu-central-1", source=KEYS, secret=[SECRET, TOKEN]) == {"done": None}


def test_a_secret_is_stored_under_the_service_bakehouse_and_read_again(session: Desktop) -> None:
    with session.keeper() as keeper:
        add(keeper)
        assert keeper("kind") == {"done": "keyring"}
    assert json.loads(session.items()["connection:prod"])["secretAccessKey"] == SECRET
    with session.keeper() as later:
        assert later("secret", name="prod") == {"done": [SECRET, TOKEN]}


def test_renaming_moves_the_entry(session: Desktop) -> None:
    with session.keeper() as keeper:
        add(keeper)
        keeper("rename", name="prod", new="production")
        assert keeper("secret", name="production") == {"done": [SECRET, TOKEN]}
        assert keeper("list") == {"done": ["production"]}
    assert list(session.items()) == ["connection:production"]


def test_removing_deletes_the_entry(session: Desktop) -> None:
    with session.keeper() as keeper:
        add(keeper)
        add(keeper, "other")
        keeper("remove", name="prod")
        assert keeper("list") == {"done": ["other"]}
    assert list(session.items()) == ["connection:other"]


def test_a_locked_keyring_refuses_in_words_and_loses_nothing(session: Desktop) -> None:
    with session.keeper() as keeper:
        add(keeper)
        session.lock()
        changes = (
            keeper("secret", name="prod"),
            keeper("rename", name="prod", new="production"),
            keeper("remove", name="prod"),
            keeper("add", name="new", region="eu-central-1", source=KEYS, secret=[SECRET, ""]),
            keeper("replace", name="prod", region="us-east-1", source=KEYS, secret=["another", ""]),
        )
        assert [each["error"] for each in changes] == ["SecretsUnavailable"] * len(changes)
        assert all("Unlock the keyring" in each["hint"] for each in changes)
        assert keeper("list") == {"done": ["prod"]}
        session.unlock()
        assert keeper("secret", name="prod") == {"done": [SECRET, TOKEN]}
    assert list(session.items()) == ["connection:prod"]


def test_without_a_keyring_keys_are_for_this_session_only(session: Desktop) -> None:
    session.end_keyring()
    with session.keeper() as keeper:
        add(keeper)
        assert keeper("kind") == {"done": "session"}
        assert keeper("secret", name="prod") == {"done": [SECRET, TOKEN]}
    with session.keeper() as later:
        refused = later("secret", name="prod")
        assert refused["error"] == "Denied"
        assert "Type it in again" in refused["hint"]
    assert places_of(session, SECRET) == []


def test_a_secret_is_nowhere_but_in_the_keyring(session: Desktop) -> None:
    with session.keeper() as keeper:
        add(keeper)
        keeper("add", name="prod", region="eu-central-1", source=KEYS, secret=[SECRET, TOKEN])
        keeper("add", name="a/b", region="eu-central-1", source=KEYS, secret=[SECRET, TOKEN])
        keeper("add", name="c", region="eu-central-1", source={**KEYS, "access_key_id": SECRET}, secret=[SECRET, ""])
        keeper("replace", name="prod", region="us-east-1", source=KEYS, secret=[SECRET, TOKEN])
        keeper("rename", name="prod", new="production")
        session.lock()
        keeper("remove", name="production")
        assert [places_of(session, each) for each in (SECRET, TOKEN)] == [[], []]
        # The search itself finds what is there: a name that is no secret.
        assert session.home / "everything.log" in places_of(session, "SecretsUnavailable")
        assert places_of(session, "tests.functional.secrets.keeper") != []


def places_of(session: Desktop, text: str) -> list[Path]:
    """Every file of the home and every process's command line that has it."""
    files = [path for path in session.home.rglob("*") if path.is_file()]
    lines = list(Path("/proc").glob("[0-9]*/cmdline"))
    return [path for path in (*files, *lines) if text.encode() in content(path)]


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # a process that ended meanwhile
