"""The log of a build on the screen: live, followed, folded, searched, copied and saved, whatever is in it."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.build.levels import Level
from core.build.lines import Lines
from gui.build.log.clock import Times
from gui.build.log.folds import Fold
from gui.build.log.painting import RowLook
from gui.build.log.view import MOST_COPIED, LogView
from gui.theme.theme import Scheme, Theme
from tests.qt.accessible import nameless
from tests.qt.fit import clipped

NOON = 1_795_608_000_000


def log(*messages: str) -> Lines:
    lines = Lines()
    add(lines, *messages)
    return lines


def add(lines: Lines, *messages: str) -> None:
    first = lines.records
    lines.take(first, messages, [NOON + 1000 * (first + number) for number in range(len(messages))])


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> Iterator[LogView]:
    made = LogView(theme)
    theme.dress(made)
    bugs: list[str] = []
    made.bug.connect(bugs.append)
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()
    assert not bugs, bugs[0]


def looks(view: LogView) -> list[RowLook]:
    return list(view.canvas.looks())


def text_of(look: RowLook) -> str:
    return "".join(part.text for part in look.stretches)


def shown(view: LogView) -> list[str]:
    return [text_of(look) for look in looks(view)]


def top(view: LogView) -> int:
    return view.canvas.verticalScrollBar().value()


def follows(view: LogView) -> bool:
    return view.following


def at_end(view: LogView) -> bool:
    bar = view.canvas.verticalScrollBar()
    return bar.value() == bar.maximum()


def key(view: LogView, which: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    QTest.keyClick(view.canvas, which, held)


def find(view: LogView, qtbot: QtBot, text: str, said: str) -> None:
    view.finder.open()
    view.finder.bar.field.setText(text)
    qtbot.waitUntil(lambda: view.finder.bar.said == said)


SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NUMBERED = tuple(f"line {n}" for n in range(500))


def test_the_log_follows_until_one_scrolls_away_and_again_when_asked(view: LogView, qtbot: QtBot) -> None:
    lines = log(*NUMBERED)
    view.show_log(lines)
    assert follows(view)
    assert at_end(view)
    view.canvas.verticalScrollBar().setValue(100)
    assert not follows(view)
    add(lines, *NUMBERED)
    view.grow()
    assert top(view) == 100
    view.tools.follow.click()
    assert follows(view)
    assert at_end(view)
    add(lines, "the last")
    view.grow()
    qtbot.waitUntil(lambda: shown(view)[-1] == "the last", timeout=1000)


def test_a_log_that_is_resized_stays_at_its_end(view: LogView, qapp: QApplication) -> None:
    view.show_log(log(*NUMBERED))
    view.resize(800, 250)
    qapp.processEvents()
    assert follows(view)
    assert at_end(view)


def test_only_rows_in_sight_are_made(view: LogView) -> None:
    view.show_log(log(*(f"{n}" for n in range(200_000))))
    assert len(looks(view)) <= view.canvas.row_count + 2


def test_without_lines_it_says_what_its_owner_says(view: LogView, qtbot: QtBot) -> None:
    lines = Lines()
    view.say("No log", "It was deleted.")
    view.show_log(lines)
    assert not view.canvas.isVisible()
    assert not view.tools.copy.isEnabled()
    add(lines, "the stream is there")
    view.grow()
    assert view.canvas.isVisible()
    assert shown(view) == ["the stream is there"]


def test_errors_and_warnings_are_marked_and_gone_to(view: LogView, qtbot: QtBot) -> None:
    messages = list(NUMBERED)
    messages[200], messages[300], messages[301] = "error: one", "W: careful", "error: two"
    view.show_log(log(*messages))
    qtbot.waitUntil(lambda: view.tools.errors.text() == "2 error lines")
    view.tools.errors.click()
    qtbot.waitUntil(lambda: view.canvas.caret[0] == 200)
    view.tools.errors.click()
    qtbot.waitUntil(lambda: view.canvas.caret[0] == 301)
    assert [look.level for look in looks(view) if look.level] == [Level.WARNING, Level.ERROR]
    view.tools.errors.click()
    qtbot.waitUntil(lambda: view.canvas.caret[0] == 200)


def test_finding_counts_all_and_steps_round(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log(*NUMBERED))
    find(view, qtbot, "LINE 4", "1 of 111")
    assert view.canvas.hit == (4, 0, 6)
    QTest.keyClick(view.finder.bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.canvas.hit == (40, 0, 6))
    QTest.keyClick(view.finder.bar.field, Qt.Key.Key_Return, SHIFT)
    QTest.keyClick(view.finder.bar.field, Qt.Key.Key_Return, SHIFT)
    qtbot.waitUntil(lambda: view.canvas.hit == (499, 0, 6))
    assert view.finder.bar.said == "111 of 111"
    view.finder.bar.case.setChecked(True)
    qtbot.waitUntil(lambda: view.finder.bar.said == "Nothing found")


def test_what_is_found_is_marked_where_it_is_seen(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log("a\x1b[31mb\x1b[0mcä x", "漢x"))
    find(view, qtbot, "x", "1 of 2")
    qtbot.waitUntil(lambda: [(hit.begin, hit.end) for look in looks(view) for hit in look.hits] == [(5, 6), (2, 3)])


def test_what_is_found_is_marked_far_away_too(view: LogView, qtbot: QtBot) -> None:
    """Places are looked for where somebody looks; once nobody did after the count was complete."""
    view.show_log(log(*(f"{n:080}" for n in range(20_000))))
    find(view, qtbot, "19999", "1 of 1")
    view.canvas.verticalScrollBar().setValue(0)
    view.finder.bar.field.setText("0000")
    qtbot.waitUntil(lambda: not view.finder.seeker.running)
    view.canvas.verticalScrollBar().setValue(10_000)
    qtbot.waitUntil(lambda: bool(looks(view)[0].hits))
    qtbot.waitUntil(lambda: not view.finder.seeker.running)


def test_marks_are_found_on_rows_of_many_chunks(view: LogView, qtbot: QtBot) -> None:
    """With fewer places kept than rows in sight, they were looked for again and again, for ever."""
    view.show_log(log(*(f"needle {n:080}" for n in range(40_000))))
    view.set_folds([Fold(first, first + 999, "") for first in range(0, 40_000, 1000)])
    view.tools.fold.click()
    find(view, qtbot, "needle", "1 of 40,000")
    view.tools.fold.setChecked(False)
    view.tools.fold.click()
    qtbot.waitUntil(lambda: all(look.hits for look in looks(view)))
    qtbot.waitUntil(lambda: not view.finder.seeker.running)


def test_an_expression_is_found_as_such_and_a_wrong_one_says_why(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log(*NUMBERED))
    view.finder.bar.regular.setChecked(True)
    find(view, qtbot, r"e [12]\d$", "1 of 20")
    view.finder.bar.field.setText("(")
    assert "missing )" in view.finder.bar.reason.text()
    assert view.finder.bar.reason.isVisible()
    view.finder.bar.field.setText("(9)")
    qtbot.waitUntil(lambda: view.finder.bar.said.endswith("of 100"))
    assert not view.finder.bar.reason.isVisible()


def test_finding_goes_on_in_lines_that_come(view: LogView, qtbot: QtBot) -> None:
    lines = log("x")
    view.show_log(lines)
    find(view, qtbot, "x", "1 of 1")
    add(lines, "x", "xx")
    view.grow()
    qtbot.waitUntil(lambda: view.finder.bar.said == "1 of 4")


def test_a_hostile_expression_never_holds_the_window_up(view: LogView, qtbot: QtBot, qapp: QApplication) -> None:
    """It drives RE2 out of its fast way, to half a megabyte a second: on the GUI thread the window would freeze."""
    numbers = (f"{n * 2654435761 % 2**64:064b}" * 3 for n in range(20_000))
    view.show_log(log(*(number.replace("1", "a").replace("0", "b") for number in numbers)))
    view.finder.bar.regular.setChecked(True)
    view.finder.open()
    view.finder.bar.field.setText("(a|b)*a(a|b){25}c")
    worst = 0.0
    for _ in range(40):
        begun = perf_counter()
        qapp.processEvents()
        view.canvas.viewport().repaint()
        worst = max(worst, perf_counter() - begun)
        QTest.qWait(5)
    assert worst < 1  # seconds, on a machine that does much else; frozen it would be ten
    assert "so far" in view.finder.bar.said
    view.finder.bar.leave()


def test_a_folded_step_leaves_its_first_line_and_how_many_are_hidden(view: LogView) -> None:
    view.show_log(log(*NUMBERED))
    view.set_folds([Fold(10, 400, "Install"), Fold(20, 30, "within")])
    view.go(0)
    view.toggle_fold(10)
    assert shown(view)[9:12] == ["line 9", "line 10", "line 401"]
    assert (looks(view)[10].note, looks(view)[10].fold) == ("… 390 lines", True)
    view.go(25)
    assert "line 25" in shown(view)
    assert view.canvas.caret == (25, 0)


def test_all_steps_fold_and_unfold_at_once(view: LogView) -> None:
    view.show_log(log(*NUMBERED))
    view.set_folds([Fold(0, 99, "one"), Fold(100, 499, "two")])
    view.tools.fold.click()
    assert shown(view) == ["line 0", "line 100"]
    view.tools.fold.click()
    assert len(shown(view)) > 2


def test_a_step_folds_at_a_click_and_at_a_key(view: LogView) -> None:
    view.show_log(log(*NUMBERED))
    view.set_folds([Fold(2, 9, "Install")])
    view.go(0)
    row = looks(view)[2]
    assert row.fold is False
    height = view.canvas.viewport().height() // view.canvas.row_count
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(8, 2 * height + height // 2))
    assert looks(view)[2].fold is True
    view.canvas.move_to((2, 0), selecting=False)
    key(view, Qt.Key.Key_Space)
    assert looks(view)[2].fold is False


def test_a_part_is_marked_and_can_be_shown_alone(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log(*NUMBERED))
    view.show_part(100, 104, "Install")
    assert shown(view)[0] == "line 100"
    assert [look.in_part for look in looks(view)[:7]] == [True] * 5 + [False] * 2
    view.part_bar.only.click()
    assert shown(view) == [f"line {n}" for n in range(100, 105)]
    find(view, qtbot, "line", "1 of 5")
    view.clear_part()
    assert len(shown(view)) > 5
    assert not any(look.in_part for look in looks(view))


def test_a_part_that_goes_on_grows_with_the_log(view: LogView, qtbot: QtBot) -> None:
    lines = log(*NUMBERED)
    view.show_log(lines)
    view.show_part(490, None, "Install")
    add(lines, "more")
    view.grow()
    assert looks(view)[-1].in_part
    assert view.canvas.part == (490, 500)


def test_who_reads_in_a_part_is_left_there(view: LogView) -> None:
    """A click on a line chooses its step, and the step its part of the log: the line must not jump away."""
    view.show_log(log(*NUMBERED))
    view.go(108)
    before = top(view)
    view.show_part(100, 300, "Install")
    assert (view.canvas.caret, top(view)) == ((108, 0), before)
    view.show_part(200, 300, "Install")
    assert view.canvas.caret == (200, 0)


def test_long_lines_wrap_on_demand(view: LogView) -> None:
    view.show_log(log("x" * 1000, "next"))
    view.go(0)
    assert len(shown(view)) == 2
    view.tools.wrap.click()
    columns = view.canvas.column_count
    rows = shown(view)
    assert "".join(rows[:-1]) == "x" * 1000
    assert len(rows[0]) == columns
    assert [look.number for look in looks(view)][:2] == ["1", ""]


def test_times_are_those_of_day_or_elapsed_or_none(view: LogView) -> None:
    view.show_log(log("one", "two"))
    view.set_times(Times.ELAPSED)
    assert [look.time for look in looks(view)] == ["00:00.000", "00:01.000"]
    view.tools.times.click()
    assert [look.time for look in looks(view)] == ["", ""]
    view.tools.times.click()
    assert looks(view)[0].time.endswith(":00:00.000") or looks(view)[0].time.endswith("0:00.000")


def test_a_line_is_gone_to_by_its_number(view: LogView) -> None:
    view.show_log(log(*NUMBERED))
    key(view, Qt.Key.Key_G, CTRL)
    view.line_bar.field.setText("123")
    QTest.keyClick(view.line_bar.field, Qt.Key.Key_Return)
    assert view.canvas.caret == (122, 0)
    assert "line 122" in shown(view)
    assert not follows(view)


def test_what_is_selected_is_copied_without_times(view: LogView) -> None:
    view.show_log(log("one", "\x1b[31mtwo\x1b[0m", "three"))
    view.canvas.move_to((0, 1), selecting=False)
    for _ in range(2):
        key(view, Qt.Key.Key_Down, SHIFT)
    key(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "ne\ntwo\nt"
    key(view, Qt.Key.Key_Escape)
    view.tools.copy.click()
    assert QGuiApplication.clipboard().text() == "one\ntwo\nthree"


def test_too_much_for_the_clipboard_is_said_and_not_tried(view: LogView) -> None:
    view.show_log(log("x" * (MOST_COPIED + 10)))
    QGuiApplication.clipboard().setText("before")
    view.tools.copy.click()
    assert QGuiApplication.clipboard().text() == "before"
    assert "too much for the clipboard" in view.banner.accessibleName()


def test_the_mouse_selects_letters_words_and_lines(view: LogView) -> None:
    view.show_log(log("one two/three four"))
    canvas = view.canvas
    port, height = canvas.viewport(), 8
    begin = next(x for x in range(400) if not canvas.in_gutter(x)) + 2

    def point(cell: int) -> QPoint:
        return next(QPoint(x, height) for x in range(begin, 700) if canvas.place_at(QPoint(x, height)) == (0, cell))

    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=point(1))
    QTest.mouseMove(port, point(6))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=point(6))
    assert canvas.selection == ((0, 1), (0, 6))
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=point(6))
    assert canvas.selection == ((0, 4), (0, 13))


def test_who_selects_is_not_scrolled_away(view: LogView) -> None:
    lines = log(*NUMBERED)
    view.show_log(lines)
    port = view.canvas.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(300, 10))
    QTest.mouseMove(port, QPoint(300, 60))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    before = shown(view)
    add(lines, "more")
    view.grow()
    assert not follows(view)
    assert shown(view)[:5] == before[:5]


def test_a_click_on_a_line_and_enter_choose_it(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log("one", "two"))
    with qtbot.waitSignal(view.line_chosen) as chosen:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 8))
    assert chosen.args == [0]
    key(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.line_chosen) as chosen:
        key(view, Qt.Key.Key_Return)
    assert chosen.args == [1]


def test_keys_take_the_caret_everywhere(view: LogView) -> None:
    view.show_log(log(*NUMBERED))
    key(view, Qt.Key.Key_Home, CTRL)
    assert (view.canvas.caret, top(view)) == ((0, 0), 0)
    key(view, Qt.Key.Key_PageDown)
    assert view.canvas.caret[0] == view.canvas.row_count - 1
    key(view, Qt.Key.Key_End, CTRL)
    assert view.canvas.caret == (499, 8)
    assert at_end(view)
    key(view, Qt.Key.Key_A, CTRL)
    assert view.canvas.selection == ((0, 0), (499, 8))


@pytest.mark.parametrize("times", [False, True])
def test_the_log_is_saved_with_times_or_without(view: LogView, qtbot: QtBot, tmp_path: Path, times: bool) -> None:
    view.show_log(log("one", "\x1b[31mzwei ä\x1b[0m"))
    view.save(tmp_path / "build.log", times=times)
    qtbot.waitUntil(view.banner.isVisible)
    before = ("2026-11-25T12:00:00.000Z ", "2026-11-25T12:00:01.000Z ") if times else ("", "")
    assert (tmp_path / "build.log").read_text(encoding="utf-8") == f"{before[0]}one\n{before[1]}zwei ä\n"
    assert [each.name for each in tmp_path.iterdir()] == ["build.log"]
    assert "2 lines saved" in view.banner.accessibleName()


def test_a_log_that_cant_be_saved_says_why(view: LogView, qtbot: QtBot, tmp_path: Path) -> None:
    view.show_log(log("one"))
    view.save(tmp_path / "gone" / "build.log", times=False)
    qtbot.waitUntil(view.banner.isVisible)
    assert "could not be saved" in view.banner.accessibleName()


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("unit", ["x", "ä漢\t"])
def test_a_line_of_megabytes_is_drawn_from_its_middle(view: LogView, wrapped: bool, unit: str) -> None:
    """Laid out as a whole, one such line takes seconds a frame and gigabytes."""
    view.show_log(log("before", unit * (4_000_000 // len(unit.encode())), "after"))
    view.tools.wrap.setChecked(wrapped)
    bar = view.canvas.verticalScrollBar() if wrapped else view.canvas.horizontalScrollBar()
    bar.setValue(bar.maximum() // 2)
    view.canvas.viewport().repaint()
    begun = perf_counter()
    for step in range(10):
        bar.setValue(bar.maximum() // 2 + step)
        view.canvas.viewport().repaint()
    assert (perf_counter() - begun) / 10 < 0.5
    assert max(len(text) for text in shown(view)) > 20


def test_control_characters_and_cut_sequences_are_drawn(view: LogView, scheme: Scheme) -> None:
    printed = ("bell\x07", "half \ud83d", "\x1b[", "\x1b]8;;http://x", "\x1b[7m\x1b[999;;;m x", "\u202eevil", "")
    view.show_log(log(*printed))
    view.canvas.viewport().repaint()
    assert shown(view)[0] == "bell�"
    assert len(shown(view)) == 7


def test_colours_of_commands_are_those_of_the_theme(view: LogView, theme: Theme, scheme: Scheme) -> None:
    view.show_log(log("\x1b[41m" + " " * 60))
    image = view.canvas.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    seen = {image.pixelColor(x, 8).name() for x in range(image.width())}
    assert theme.colours.bad_soft in seen
    assert theme.colours.surface in seen


def test_a_screen_reader_hears_the_line_with_the_caret(view: LogView) -> None:
    view.show_log(log("one", "error: two"))
    key(view, Qt.Key.Key_Home, CTRL)
    key(view, Qt.Key.Key_Down)
    assert view.canvas.accessibleDescription() == "Line 2 of 2, error: error: two"


@pytest.mark.parametrize("size", [(530, 240), (1280, 500)])
def test_every_control_has_a_name_and_no_text_is_cut(
    view: LogView, scheme: Scheme, size: tuple[int, int], qtbot: QtBot, qapp: QApplication
) -> None:
    view.show_log(log(*NUMBERED, "error: x"))
    view.go(3)
    view.show_part(3, 9, "packages › build › Install")
    view.line_bar.begin(1, 500)
    find(view, qtbot, "line", "4 of 500")
    view.resize(*size)
    qapp.processEvents()
    assert view.width() == size[0]
    assert not nameless(view)
    assert not clipped(view)


def test_nothing_runs_when_nothing_happens(view: LogView, qtbot: QtBot) -> None:
    view.show_log(log(*NUMBERED))
    find(view, qtbot, "line", "1 of 500")
    qtbot.waitUntil(lambda: not view.finder.seeker.running)
    assert not view.finder.seeker.running
