"""How statuses add up, and the texts that go into the JSON files."""

import pytest

from core.local.toe.inputs import jsonable, plain
from core.local.toe.looping import MergedOutputs
from core.local.toe.record import GroupStatus, StepStatus, loop_json, overall
from core.local.toe.stream import KEPT_STDOUT_BYTES
from core.recipe.component import ForEachDelimited, ForEachList, ForRange, InputValue, Loop


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([], "success"),
        (["success", "skipped"], "success"),
        (["skipped"], "success"),
        (["ignoredFailure", "success"], "successWithIgnoredFailure"),
        (["successWithIgnoredFailure", "success"], "successWithIgnoredFailure"),
        (["ignoredFailure", "failed", "success"], "failed"),
        (["timedOut", "failed"], "timedOut"),
        (["failed", "timedOut", "notExecuted"], "failed"),
    ],
)
def test_the_first_failure_that_is_not_ignored_decides(
    parts: list[StepStatus | GroupStatus], status: GroupStatus
) -> None:
    assert overall(parts) == status


def test_a_loop_is_recorded_as_its_document_writes_it() -> None:
    assert loop_json(None) is None
    assert loop_json(Loop("L", ForRange(1, 10, 3))) == {"name": "L", "for": {"start": 1, "end": 10, "updateBy": 3}}
    assert loop_json(Loop(None, ForEachList(("a",)))) == {"forEach": ["a"]}
    assert loop_json(Loop(None, ForEachDelimited("a,b", ","))) == {"forEach": {"list": "a,b", "delimiter": ","}}


def test_outputs_of_turns_are_joined_by_line_ends_per_position_and_key() -> None:
    assert MergedOutputs().outputs == ()
    merged = MergedOutputs()
    merged.add(({"stdout": "a"}, {"stdout": "x"}))
    merged.add(())
    merged.add(({"stdout": "", "other": "o"},))
    merged.add(({"stdout": "c"},))
    assert merged.outputs == ({"stdout": "a\n\nc", "other": "o"}, {"stdout": "x"})


def test_merged_outputs_are_bounded() -> None:
    """A loop of a million turns with a megabyte each would fill this machine's memory."""
    merged = MergedOutputs()
    for _ in range(50):
        merged.add(({"stdout": "x" * 100_000},))
    assert KEPT_STDOUT_BYTES - 20 < len(merged.outputs[0]["stdout"]) <= KEPT_STDOUT_BYTES + 20


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (("a", "b"), "a\nb"),
        ((), ""),
        (({"name": "n"},), '[{"name": "n"}]'),
        ({"k": ("ä",)}, '{"k": ["ä"]}'),
    ],
)
def test_a_chained_input_is_text_whatever_its_shape(value: InputValue, text: str) -> None:
    assert plain(value) == text


def test_values_are_shown_masked_at_every_depth() -> None:
    assert jsonable({"a": ("secret", {"b": "secret"})}, lambda text: text.replace("secret", "*")) == {
        "a": ["*", {"b": "*"}]
    }
