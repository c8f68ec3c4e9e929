"""Conditions, judged: what `if` decides and Assert asserts. Files, folders, programs and hashes are the guest's."""

from typing import assert_never

from core.local.toe.comparison import compare, is_blank, is_empty
from core.local.toe.outcome import ActionFailed
from core.local.toe.scene import Scene
from core.local.toe.values import Values
from core.recipe.component import Comparison, Condition, Logical

SHOWN_CHARACTERS = 200
"""Of each side of a comparison that is told of."""

# 0 for yes, 1 for no. The type builtin knows functions and builtins of bash too, as AWSTOE's own test does.
_TESTS = {
    "binaryExists": 'type -- "$1" > /dev/null 2>&1',
    "fileExists": '[ -f "$1" ]',
    "folderExists": '[ -d "$1" ]',
}
_SUMS = {
    "fileMD5Equals": "md5sum",
    "fileSHA1Equals": "sha1sum",
    "fileSHA256Equals": "sha256sum",
    "fileSHA512Equals": "sha512sum",
}
# From stdin, since a strange name would change how the sum is printed.
_SUM = '[ -f "$2" ] && [ -r "$2" ] || exit 0; "$1" < "$2"'


async def holds(condition: Condition, values: Values, scene: Scene) -> bool:
    """Whether the condition is true now; `and` and `or` stop at the first child that decides.

    Raises:
        ActionFailed: a pattern is none, or an expression has no answer.
    """
    match condition:
        case Comparison():
            return await _comparison(condition, values, scene)
        case Logical("not", (child,)):
            return not await holds(child, values, scene)
        case Logical(operator, children):
            decisive = operator == "or"
            for child in children:
                if await holds(child, values, scene) is decisive:
                    return decisive
            return not decisive
        case _:
            assert_never(condition)


async def resolved(condition: Condition, values: Values) -> Condition:
    """The condition with what its texts mean now, each cut at `SHOWN_CHARACTERS`.

    Raises:
        ActionFailed: an expression has no answer.
    """
    match condition:
        case Comparison(operator, operand, value, path):
            return Comparison(
                operator,
                await _shown(operand, values),
                None if value is None else await _shown(value, values),
                None if path is None else await _shown(path, values),
            )
        case Logical(operator, children):
            return Logical(operator, tuple([await resolved(child, values) for child in children]))
        case _:
            assert_never(condition)


async def _shown(text: str, values: Values) -> str:
    found = await values.text(text)
    return found if len(found) <= SHOWN_CHARACTERS else f"{found[: SHOWN_CHARACTERS - 1]}…"


async def _comparison(condition: Comparison, values: Values, scene: Scene) -> bool:
    operand = await values.text(condition.operand)
    match condition.operator:
        case "stringIsEmpty":
            return is_empty(operand)
        case "stringIsWhitespace":
            return is_blank(operand)
        case "binaryExists":
            return await _test("binaryExists", operand, scene)
        case "fileExists" | "folderExists" as operator:
            return await _test(operator, scene.path(operand), scene) if operand else False
        case operator if operator in _SUMS:
            path = scene.path(await values.text(condition.path or ""))
            printed = (await scene.script(_SUM, _SUMS[operator], path)).decode("ascii", "replace")
            return printed.split(" ")[0].lower() == operand.strip().lower() != ""
        case operator:
            return compare(operator, await values.text(condition.value or ""), operand)


async def _test(operator: str, name: str, scene: Scene) -> bool:
    end = await scene.run(("bash", "-c", _TESTS[operator], operator, name))
    if end.code not in (0, 1):
        raise ActionFailed(f"{operator}: the test of {name!r} ended with status {end.code}")
    return end.succeeded
