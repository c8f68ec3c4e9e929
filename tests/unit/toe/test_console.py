"""The runner's own lines."""

import pytest

from core.local.toe.choices import CHOICES
from core.local.toe.console import Console
from core.local.toe.facts import os_release
from core.local.toe.inputs import Entry, flag, text, texts
from core.local.toe.logfolder import timestamp
from core.local.toe.modules import MODULES
from core.local.toe.outcome import ActionFailed
from core.recipe.actions import ACTIONS


def test_one_call_is_one_line() -> None:
    said: list[str] = []
    console = Console(said.append)
    console.line("a\nb\r\nc")
    console.printed("d\ne")
    console.heading("f\ng")
    assert said == ["a\\nb\\nc", "d\\ne", "f\\ng"]


def test_silence_nests_and_ends() -> None:
    said: list[str] = []
    console = Console(said.append)
    with console.silence(True):
        with console.silence(False):
            console.line("never")
        with console.silence(True):
            console.printed("never")
        console.line("never")
        console.heading("heading")
    console.line("said")
    assert said == ["heading", "said"]


def test_secrets_are_masked_longest_first_in_the_runners_own_lines_only() -> None:
    said: list[str] = []
    console = Console(said.append)
    for secret in ("pass", "password", ""):
        console.keep_secret(secret)
    console.line("my password and pass")
    console.printed("password")
    assert said == ["my ******** and ********", "password"]


def test_os_release_is_read_as_its_manual_says() -> None:
    given = '# comment\nNAME="Amazon Linux"\nVERSION_ID=\'2023\'\nODD="a\\"b\\$c"\nBROKEN\n not-a-name=x\nPLAIN=deb\n'
    assert os_release(given) == {"NAME": "Amazon Linux", "VERSION_ID": "2023", "ODD": 'a"b$c', "PLAIN": "deb"}


def test_times_have_nanoseconds_and_a_z() -> None:
    assert timestamp(1_653_487_305_000_000_042) == "2022-05-25T14:01:45.000000042Z"


def test_inputs_are_judged_after_substitution() -> None:
    entry: Entry = {
        "text": "x",
        "yes": "TRUE",
        "no": "false",
        "odd": "maybe",
        "list": ("a", ("b", "c")),
        "map": {"a": "b"},
    }
    assert text(entry, "text") == "x"
    assert text(entry, "none", "default") == "default"
    assert flag(entry, "yes", False)
    assert not flag(entry, "no", True)
    assert flag(entry, "none", True)
    assert texts(entry, "list") == ("a", "b\nc")
    assert texts(entry, "text") == ("x",)
    assert texts(entry, "none") == ()
    for read in (lambda: text(entry, "none"), lambda: text(entry, "list"), lambda: flag(entry, "odd", True)):
        with pytest.raises(ActionFailed):
            read()
    with pytest.raises(ActionFailed):
        texts(entry, "map")


def test_every_action_of_linux_has_a_module_and_no_other() -> None:
    linux = {module.name for module in ACTIONS.values() if "Linux" in module.platforms}
    assert set(MODULES) == linux - {"Assert"}


def test_no_choice_is_listed_twice_or_without_a_reason() -> None:
    assert len({choice.topic for choice in CHOICES}) == len(CHOICES)
    assert all(choice.choice and choice.why for choice in CHOICES)
