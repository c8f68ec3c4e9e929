"""Where the key rests: in a keyring, or in a file when there is none."""

import stat
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from core.local.endpoint import Home
from core.local.service.process import keys_of
from core.secrets import FileSecrets, KeyringSecrets, SecretsUnavailable, file_of, keyring_or_none
from tests.fakes.keyrings import DepartedKeyring, MemoryKeyring, keyring_of_the_user, useless_keyrings


def test_a_file_of_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    shelf = file_of(tmp_path)
    assert shelf.get("a") is None
    shelf.set("a", "1")
    shelf.set("b", "2")
    shelf.delete("a")
    shelf.delete("never")
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (shelf.get("a"), shelf.get("b")) == (None, "2")


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    """Read as empty, it was replaced at the next start, and with it went the keys of every other home."""
    path = tmp_path / "secrets.json"
    path.write_text('{"a": "1"')
    with pytest.raises(SecretsUnavailable, match="not a file of secrets"):
        FileSecrets(path).set("b", "2")
    assert path.read_text() == '{"a": "1"'


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Where another user can write to the folder, a link made us read keys they know."""
    target = tmp_path / "theirs.json"
    target.write_text('{"a": "1"}')
    link = tmp_path / "secrets.json"
    link.symlink_to(target)
    with pytest.raises(SecretsUnavailable):
        FileSecrets(link).get("a")


def _homes(root: Path) -> list[Home]:
    return [Home(root / name) for name in ("a", "b")]


def test_keys_are_made_once_and_differ_between_homes(tmp_path: Path) -> None:
    with keyring_of_the_user(useless_keyrings()[0]):
        keys = [keys_of(home) for home in _homes(tmp_path)]
        assert keys == [keys_of(home) for home in _homes(tmp_path)]
    (first, kind), (second, _) = keys
    assert kind == "file"
    assert first != second
    assert len(first.access_key_id) == 20
    assert len(first.secret_access_key) == 40


def test_a_keyring_keeps_the_key_and_no_file_is_written(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    with keyring_of_the_user(backend):
        keys = [keys_of(home) for home in _homes(tmp_path)]
        assert keys == [keys_of(home) for home in _homes(tmp_path)]
    assert [kind for _, kind in keys] == ["keyring", "keyring"]
    assert sorted(backend.kept.values()) == sorted(pair.secret_access_key for pair, _ in keys)
    assert list(tmp_path.rglob("secrets.json")) == []


def test_a_locked_keyring_does_not_keep_the_service_from_starting(tmp_path: Path) -> None:
    """On a machine reached over SSH the keyring is locked: the service died there with a trace of the library."""
    backend = MemoryKeyring()
    backend.locked = True
    home = Home(tmp_path)
    with keyring_of_the_user(backend):
        keys, kind = keys_of(home)
        assert kind == "file"
        backend.locked = False
        assert keys_of(home) == (keys, "file")


def test_a_key_that_only_a_locked_keyring_has_is_asked_for_in_words(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    shelf = KeyringSecrets()
    with keyring_of_the_user(backend):
        shelf.set("a", "1")
        assert shelf.get("a") == "1"
        shelf.delete("a")
        shelf.delete("a")
        backend.locked = True
        with pytest.raises(SecretsUnavailable) as caught:
            shelf.get("a")
    assert "Unlock the keyring" in caught.value.hint


class NarrowKeyring(MemoryKeyring):
    """Takes no entry over 40 characters, as Windows takes none over 2,560 bytes."""

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password) <= 40
        super().set_password(service, username, password)


@pytest.mark.parametrize("length", [0, 1, 40, 41, 26, 27, 300])
def test_a_text_too_long_for_one_entry_is_kept_in_parts(length: int) -> None:
    backend, shelf = NarrowKeyring(), KeyringSecrets(longest=40)
    text = "".join(chr(ord("a") + number % 26) for number in range(length))
    with keyring_of_the_user(backend):
        shelf.set("a", text)
        shelf.set("b", "other")
        assert shelf.get("a") == text
        shelf.delete("a")
        assert shelf.get("a") is None
    assert list(backend.kept) == [("bakehouse", "b")]


def test_a_text_of_which_a_part_is_gone_is_not_there() -> None:
    backend, shelf = NarrowKeyring(), KeyringSecrets(longest=40)
    with keyring_of_the_user(backend):
        shelf.set("a", "x" * 100)
        del backend.kept["bakehouse", "a#2"]
        assert shelf.get("a") is None


@pytest.mark.parametrize("backend", useless_keyrings())
def test_a_keyring_that_keeps_nothing_safe_counts_as_none(backend: KeyringBackend) -> None:
    with keyring_of_the_user(backend):
        assert keyring_or_none() is None


def test_a_keyring_whose_bus_has_gone_counts_as_none() -> None:
    """The library's RuntimeError was told as a bug, in a dialog over the window."""
    with keyring_of_the_user(DepartedKeyring()):
        assert keyring_or_none() is None


def test_a_keyring_whose_bus_goes_meanwhile_refuses() -> None:
    with keyring_of_the_user(DepartedKeyring()), pytest.raises(SecretsUnavailable, match="the bus has gone"):
        KeyringSecrets().get("one")
