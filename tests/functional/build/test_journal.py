"""Journals on a real file system: killed writers, second writers, readers beside them, listings."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.build import journal
from core.build.events import Event, LogRead, LogText
from core.build.messages import Messages
from core.build.run import fold, replay
from core.build.source import ImageStatus, LogEvent
from core.build.toe_log import Reading
from core.errors import Conflict, HostFault, Invalid, NotFound
from tests.fakes.builds import failed_build, good_build
from tests.fakes.source import ARN, START, line
from tests.unit.build.following import followed, opened

STORY = followed(good_build())


def written(folder: Path, story: list[Event]) -> Path:
    writer, _ = journal.create(folder, opened())
    with writer:
        for event in story[1:]:
            writer.append(event)
    return writer.path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("whole"), STORY).read_bytes()


def test_replaying_a_journal_gives_exactly_the_live_run(tmp_path: Path) -> None:
    writer, run = journal.create(tmp_path, opened())
    with writer:
        for event in STORY[1:]:
            writer.append(event)
            run = fold(run, event)
    assert replay(journal.events(writer.path)) == run
    assert list(journal.events(writer.path)) == STORY


def test_a_journal_told_briefly_gives_the_same_run_and_all_of_the_log(tmp_path: Path) -> None:
    path = written(tmp_path, STORY)
    told = list(journal.told(path))
    brief = [each for each in told if not isinstance(each, LogText)]
    records = [one for each in STORY if isinstance(each, LogRead) for one in each.events]
    assert replay(brief) == replay(STORY)
    assert texts_of(told) == [(number, one.message, one.timestamp) for number, one in enumerate(records)]
    assert all(len(each.events) == 1 for each in brief if isinstance(each, LogRead))
    assert [each for each in brief if not isinstance(each, LogRead)] == [
        each for each in STORY if not isinstance(each, LogRead)
    ]


def texts_of(told: Sequence[Event | LogText]) -> list[tuple[int, str, int]]:
    return [
        (each.first + number, message, time)
        for each in told
        if isinstance(each, LogText)
        for number, (message, time) in enumerate(zip(each.messages, each.times, strict=True))
    ]


def test_reads_of_the_log_that_follow_each_other_are_told_together(tmp_path: Path) -> None:
    """A hundred thousand reads would each be a value and a fold, of which the last counts."""
    reads = [each for each in STORY if isinstance(each, LogRead)]
    first = reads[0].model_copy(update={"first": 0})
    many = [first.model_copy(update={"first": len(first.events) * n, "number": 1 + n}) for n in range(10)]
    gap = first.model_copy(update={"first": 1000, "number": 20})
    told = list(journal.told(written(tmp_path, [STORY[0], *many, gap])))
    parts = [each.first for each in told if isinstance(each, LogText)]
    size = len(first.events)
    assert parts == [0, 4 * size, 8 * size, 1000]
    assert replay(each for each in told if not isinstance(each, LogText)).log == replay([STORY[0], *many, gap]).log
    assert len(texts_of(told)) == 11 * size


def long_reads(count: int) -> list[LogRead]:
    """What a chatty build brings: reads of many records that follow each other."""
    size = 200
    return [
        LogRead(
            number=number,
            at=START,
            first=number * size,
            events=tuple(
                LogEvent(
                    timestamp=1_793_491_200_000 + n,
                    message=f'line {n} of "many"' + "\t\x1b[1mä\nand more" * (n % 9 == 4),
                )
                for n in range(number * size, (number + 1) * size)
            ),
            token=f"f/{number}",
            token_position=(number + 1) * size,
            reading=Reading(line=(number + 1) * size),
        )
        for number in range(count)
    ]


def test_a_log_of_many_lines_is_told_as_it_was_read(tmp_path: Path) -> None:
    """Long reads are cut, not parsed, and a read that is missing in their midst is missed."""
    reads = long_reads(12)
    del reads[6]
    story = [STORY[0], *reads[:5], STORY[1], *reads[5:]]
    told = list(journal.told(written(tmp_path, story)))
    records = [(each.first + n, one.message, one.timestamp) for each in reads for n, one in enumerate(each.events)]
    assert texts_of(told) == records
    assert any(isinstance(each, LogText) and isinstance(each.messages, Messages) for each in told)
    assert replay(each for each in told if not isinstance(each, LogText)).log == replay(story).log


def test_damage_among_many_lines_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, [STORY[0], *long_reads(8)])
    lines = path.read_bytes().splitlines(keepends=True)
    lines[7] = lines[7].replace(b"line 1111 ", b"line\x001111 ")
    path.write_bytes(b"".join(lines))
    with pytest.raises(Invalid, match="damaged at line 8:"):
        list(journal.told(path))


@pytest.mark.parametrize(
    "records",
    [
        b"[]",
        b"{}",
        b"[1]",
        b'[{"timestamp":1}]',
        b'[{"timestamp":"1","message":"x"}]',
        b'[{"timestamp":true,"message":"x"}]',
        b'[{"timestamp":1,"message":null}]',
    ],
)
def test_a_log_that_is_none_is_damage_with_its_line(tmp_path: Path, records: bytes) -> None:
    """Not looked at record by record, it went on as text of another type and ended the app where it was painted."""
    path = written(tmp_path, STORY)
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(n for n, each in enumerate(lines) if each.startswith(b'{"type":"log-read"'))
    begin, end = lines[number].index(b'"events":[') + 9, lines[number].index(b',"token"')
    lines[number] = lines[number][:begin] + records + lines[number][end:]
    path.write_bytes(b"".join(lines))
    with pytest.raises(Invalid, match=f"damaged at line {number + 1}:"):
        list(journal.told(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_writer_killed_at_any_byte_loses_its_torn_last_line_only(
    data: st.DataObject, whole: bytes, tmp_path: Path
) -> None:
    """Without the cut at the last line end, the next event would be glued to half a line and both be lost."""
    size = data.draw(st.integers(0, len(whole)))
    path = tmp_path / journal.file_name(opened())
    path.write_bytes(whole[:size])
    kept = max(whole[:size].count(b"\n") - 1, 0)
    assert list(journal.events(path)) == STORY[:kept]
    writer, run = journal.follow(tmp_path, opened())
    assert path.read_bytes().endswith(b"\n")
    with writer:
        writer.append(*STORY[run.number + 1 :])
    assert list(journal.events(path)) == STORY
    assert path.read_bytes() == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_lines_repeated_anywhere_change_nothing(data: st.DataObject, whole: bytes, tmp_path: Path) -> None:
    header, *lines = whole.splitlines(keepends=True)
    start = data.draw(st.integers(0, len(lines)))
    again = data.draw(st.integers(0, start))
    path = tmp_path / "repeated.jsonl"
    path.write_bytes(header + b"".join([*lines[:start], *lines[again:]]))
    assert replay(journal.events(path)) == replay(STORY)


def test_a_killed_process_frees_its_journal_and_what_it_wrote_is_there(tmp_path: Path) -> None:
    code = """
import sys, pathlib
from core.build import journal
from tests.functional.build.test_journal import STORY
from tests.unit.build.following import opened
writer, _ = journal.create(pathlib.Path(sys.argv[1]), opened())
writer.append(*STORY[1:10])
print("written", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        (path,) = journal.listing(tmp_path)
        with pytest.raises(Conflict, match="Another Bakehouse"):
            journal.attach(path)
        assert list(journal.events(path)) == STORY[:10]
        child.send_signal(signal.SIGKILL)
        child.wait()
    writer, run = journal.attach(path)
    writer.close()
    assert run == replay(STORY[:10])


def test_a_second_writer_is_refused_and_may_read(tmp_path: Path) -> None:
    writer, _ = journal.create(tmp_path, opened())
    with writer, journal.Tail(writer.path) as tail:
        with pytest.raises(Conflict):
            journal.attach(writer.path)
        with pytest.raises(Conflict):
            journal.create(tmp_path, opened())
        assert list(tail.read()) == STORY[:1]
        writer.append(STORY[1])
        writer.append(STORY[2])
        assert list(tail.read()) == STORY[1:3]
        assert list(tail.read()) == []
    reopened, _ = journal.attach(writer.path)
    reopened.close()


def test_a_reader_waits_for_the_rest_of_a_half_written_line(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "growing.jsonl"
    end = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    path.write_bytes(whole[: end - 10])
    with journal.Tail(path) as tail:
        assert list(tail.read()) == []
        path.write_bytes(whole[: end + 10])
        assert list(tail.read()) == STORY[:1]
        path.write_bytes(whole)
        assert list(tail.read()) == STORY[1:]


def test_a_journal_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / journal.file_name(opened())
    newer = b'{"bakehouse":"journal","version":2}\n{"type":"run-dreamt"}\n{"torn'
    path.write_bytes(newer)
    for use in (lambda: list(journal.events(path)), lambda: journal.attach(path), lambda: journal.entry(path)):
        with pytest.raises(Invalid, match="newer Bakehouse") as refused:
            use()
        assert "Update Bakehouse" in refused.value.hint
    assert path.read_bytes() == newer


@pytest.mark.parametrize("first", [b"PK\x03\x04\n", b"{}\n", b"[1]\n", b'{"bakehouse":"journal","version":"x"}\n'])
def test_a_file_that_is_no_journal_is_refused(first: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(first)
    with pytest.raises(Invalid, match="not a journal"):
        list(journal.events(path))


def test_damage_before_the_last_line_is_told_with_its_line(whole: bytes, tmp_path: Path) -> None:
    lines = whole.splitlines(keepends=True)
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join([*lines[:4], b"\0" * 40 + b"\n", *lines[5:]]))
    with pytest.raises(Invalid, match=r"damaged\.jsonl is damaged at line 5"):
        list(journal.events(path))


def test_a_missing_journal_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        list(journal.events(tmp_path / "none.jsonl"))


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    """Writes beyond `limit` bytes of a file fail, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_is_told_and_leaves_no_half_line(tmp_path: Path) -> None:
    """Without the cut, half a line would stay in the middle once there is room again."""
    writer, _ = journal.create(tmp_path, opened())
    with writer:
        before = writer.path.read_bytes()
        with file_size_limit(len(before) + 100), pytest.raises(HostFault):
            writer.append(STORY[1])
        assert writer.path.read_bytes() == before
        writer.append(*STORY[1:])
    assert list(journal.events(writer.path)) == STORY


def test_a_listing_tells_how_far_each_run_came_newest_first(tmp_path: Path) -> None:
    written(tmp_path, STORY)
    later = opened().model_copy(update={"at": START.replace(year=2027), "image_arn": f"{ARN[:-1]}4"})
    writer, _ = journal.create(tmp_path, later)
    with writer:
        writer.append(*followed(failed_build())[1:5])
    entries = [journal.entry(path) for path in journal.listing(tmp_path)]
    assert [(each.status, each.ended) for each in entries if each] == [
        (ImageStatus.BUILDING, None),
        (ImageStatus.AVAILABLE, STORY[-1].at),
    ]
    assert entries[0] is not None
    assert entries[0].opened == later


def test_the_state_of_a_run_is_found_before_any_amount_of_log(tmp_path: Path) -> None:
    noisy = next(event for event in STORY if isinstance(event, LogRead))
    lines = tuple(line(1, "Stdout: " + '{"type":"run-ended",' * 50) for _ in range(200))
    writer, _ = journal.create(tmp_path, opened())
    with writer:
        writer.append(*STORY[:3])
        writer.append(*[noisy.model_copy(update={"events": lines, "number": 100 + n}) for n in range(10)])
    found = journal.entry(writer.path)
    assert found is not None
    assert (found.status, found.ended) == (ImageStatus.BUILDING, None)
    assert found.size == writer.path.stat().st_size


def test_a_torn_last_line_is_no_state(tmp_path: Path) -> None:
    path = written(tmp_path, STORY[:3])
    with path.open("ab") as file:
        file.write(b'{"type":"run-ended","number"')
    found = journal.entry(path)
    assert found is not None
    assert found.status is ImageStatus.BUILDING


def test_a_journal_killed_before_its_first_event_is_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "young.jsonl"
    for begun in (b"", b'{"bakehouse":', b'{"bakehouse":"journal","version":1}\n{"type":"run-op'):
        path.write_bytes(begun)
        assert journal.entry(path) is None


def test_a_build_is_found_by_connection_and_arn_only(tmp_path: Path) -> None:
    path = written(tmp_path, STORY[:3])
    assert journal.find(tmp_path, "Local", ARN) == path
    assert journal.find(tmp_path, "prod-eu", ARN) is None
    assert journal.find(tmp_path / "none", "Local", ARN) is None


@pytest.mark.parametrize("arn", ["../../etc/passwd", "a/../../b\0c/1", "x/" + "é" * 500 + "/1.0.0/1", ""])
def test_no_arn_leads_out_of_the_folder(arn: str, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    writer, _ = journal.create(folder, opened().model_copy(update={"image_arn": arn}))
    writer.close()
    assert [path.parent for path in tmp_path.rglob("*.jsonl")] == [folder]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_may_read_a_log(tmp_path: Path) -> None:
    path = written(tmp_path / "runs", STORY[:2])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
