"""Where the key rests: in a keyring, or in a file when there is none."""

import stat
from pathlib import Path

import pytest

from core.local.endpoint import Home
from core.local.service.process import keys_of
from core.secrets import FileSecrets, SecretsUnavailable, file_of


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


def test_keys_are_made_once_and_differ_between_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    homes = [Home(tmp_path / name) for name in ("a", "b")]
    keys = [keys_of(home) for home in homes]
    assert keys == [keys_of(home) for home in homes]
    (first, kind), (second, _) = keys
    assert kind == "file"
    assert first != second
    assert len(first.access_key_id) == 20
    assert len(first.secret_access_key) == 40
