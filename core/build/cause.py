"""The root cause of a failed build: the one line that matters, what it means, and what earlier runs did there.

`failure` gathers what is said from the image, the workflow step, the component runner and the log. Of all those lines
this picks the one that a known failure fits best (a full disk, not what broke for it), else the one closest to the
command, and looks up the same step in earlier runs by its path.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final

from core.build.bars import Bar, Chart, Kind, Path
from core.build.chart import chart
from core.build.explanations import Explanation, find
from core.build.failure import Failure, explain, headline
from core.build.run import Run
from core.build.usual import spoken, usual
from core.recipe.component import ComponentDocument

ASSERT: Final = "Assert"

_BAD: Final = frozenset({"FAILED", "INTERRUPTED", "IGNORED", "CANCELLED"})
_EXIT_STATUS: Final = re.compile(r"exit status -?\d+")
_SCRIPT: Final = re.compile(r"^\S*/AWSTOE\d+/script-\d+\.sh: ")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the step did in earlier runs, the newest first told last: how often it succeeded, failed and was not there.
    `text` says it in one sentence."""

    succeeded: int
    failed: int
    absent: int
    last_success: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Cause:
    """`headline` is the line to show first: where, and `line`, what went wrong. `hint` says what to do, `known`
    explains it if it is a known failure. `key` is the bar of the chart that failed, `path` its path, `lines` its part
    of the log. `failure` holds document, phase, step, command, exit code and the last lines of stderr."""

    headline: str
    line: str
    hint: str
    known: Explanation | None
    key: str | None
    path: Path
    lines: tuple[int, int] | None
    earlier: Earlier | None
    failure: Failure


def cause(
    run: Run,
    documents: Mapping[str, ComponentDocument] | None = None,
    history: Iterable[Chart] = (),
    said: Sequence[str] = (),
) -> Cause | None:
    """Why the run's image FAILED; None if it did not.

    `documents` are component documents by ARN or file name, `history` charts of earlier runs of the same recipe, `said`
    more lines that the failed step printed: the Run holds the last of them only.
    """
    failure = explain(run, documents)
    if failure is None:
        return None
    before = tuple(_printed_before(run, failure))
    found = find(failure.evidence, before) or find((*failure.printed, *said), before)
    telling = found and not _EXIT_STATUS.fullmatch(found.line)
    line = _SCRIPT.sub("", found.line if found and telling else failure.what)
    bar = _bar(run, failure)
    return Cause(
        headline=headline(failure.place, _asserted(line, failure)),
        line=line,
        hint=failure.hint or (found.known.advice if found else ""),
        known=found.known if found else None,
        key=bar.key if bar else None,
        path=bar.path if bar else (),
        lines=bar.lines if bar else None,
        earlier=_earlier(bar, tuple(history)) if bar else None,
        failure=failure,
    )


def _asserted(line: str, failure: Failure) -> str:
    """An assertion that is false says nothing without what it asserts; the local runner tells it, with values."""
    return f"{line}: {failure.command}" if failure.action == ASSERT and failure.command and ": " not in line else line


def _printed_before(run: Run, failure: Failure) -> Iterator[str]:
    """What steps before the failed one, in the same run of the component runner, printed on stderr."""
    if failure.span is None:
        return
    for span in run.components_of(failure.step_execution_id):
        if span.key >= failure.span:
            return
        yield from (line.strip() for line in span.stderr.replace("\\n", "\n").splitlines())


def _bar(run: Run, failure: Failure) -> Bar | None:
    """The bar that failed, as finely as it is known."""
    drawn = chart(run, run.ended.at if run.ended else datetime.min.replace(tzinfo=UTC))
    found = drawn.bar(f"component {failure.span}") or drawn.bar(f"step {failure.step_execution_id}")
    if found:
        return found
    states = [bar for bar in drawn.bars if bar.kind is Kind.STATE]
    return states[-1] if states else None


def _earlier(bar: Bar, history: Sequence[Chart]) -> Earlier | None:
    if not history:
        return None
    ordered = sorted(history, key=lambda each: each.begin)
    found = [next((each for each in drawn.bars if each.path == bar.path), None) for drawn in ordered]
    good = [each for each in found if each and each.status == "COMPLETED"]
    bad = [each for each in found if each and each.status in _BAD]
    known = usual(ordered).get(bar.path)
    last = good[-1].start if good else None
    text = _history_text(found, len(good), len(bad), last, f", usually in {spoken(known.median)}" if known else "")
    return Earlier(len(good), len(bad), found.count(None), last, text)


def _history_text(found: Sequence[Bar | None], good: int, bad: int, last: datetime | None, took: str) -> str:
    """One or two sentences of what the step did before."""
    if not good and not bad:
        return "No earlier run came to this step."
    runs = good + bad
    if not bad:
        return f"It succeeded in {'the earlier run' if runs == 1 else f'all {runs} earlier runs'}{took}."
    if last is None:
        return f"It failed in {'the earlier run' if runs == 1 else f'all {runs} earlier runs'} too."
    row = sum(1 for _ in takewhile(lambda each: each.status in _BAD, reversed([each for each in found if each])))
    since = f"It last succeeded on {last:%Y-%m-%d at %H:%M} UTC{took}."
    if row:
        return f"It failed in the last {'run' if row == 1 else f'{row} runs'} too. {since}"
    return f"It succeeded in {good} of {runs} earlier runs. {since}"
