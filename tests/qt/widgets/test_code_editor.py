"""The text editor for YAML: what keys do to the text, what stays in place, what is underlined and offered."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme.theme import Scheme, Theme
from gui.widgets.code_editor import CodeEditor
from gui.widgets.code_text import Mark
from gui.widgets.completion_list import Candidate, Completion
from gui.widgets.shown_text import ShownText, change_between

TEXT = "name: nginx\nphases:\n  - name: build\n    steps: []\n"

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(theme: Theme, qtbot: QtBot) -> CodeEditor:
    made = CodeEditor(theme, "Component document")
    qtbot.addWidget(made)
    made.resize(640, 480)
    with qtbot.waitExposed(made):
        made.show()
    made.view.setFocus()
    return made


@pytest.fixture
def edits(editor: CodeEditor) -> list[str]:
    heard: list[str] = []
    editor.view.edited.connect(heard.append)
    return heard


def place(editor: CodeEditor, before: str) -> None:
    """Put the cursor right before a text."""
    editor.view.go_to(editor.text.index(before))


def test_what_is_typed_goes_out_as_the_whole_text(editor: CodeEditor, edits: list[str], qtbot: QtBot) -> None:
    editor.show_text(TEXT)
    assert not edits
    place(editor, "nginx")
    QTest.keyClicks(editor.view, "my")
    assert edits[-1] == TEXT.replace("nginx", "mynginx") == editor.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2!\r\n"),
        ("\ufeffa: 1\nb: 2\n", "\ufeffa: 1\nb: 2!\n"),
        ("a: 1\r\nx: 0\nb: 2\r\n", "a: 1\r\nx: 0\nb: 2!\r\n"),
        ("a: 😀é\r\nb: 2", "a: 😀é\r\nb: 2!"),
        ("a:\t1\nc: \u00a0\nb: 2", "a:\t1\nc: \u00a0\nb: 2!"),
        ("a: 1\rb: 2", "a: 1\rb: 2!"),
    ],
)
def test_line_ends_marks_and_odd_characters_of_other_lines_stay(
    editor: CodeEditor, qtbot: QtBot, text: str, expected: str
) -> None:
    editor.show_text(text)
    editor.view.go_to(text.index("2") + 1)
    QTest.keyClicks(editor.view, "!")
    assert editor.text == expected


def test_a_new_line_takes_the_line_end_of_the_file(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a: 1\r\nb: 2\r\n")
    editor.view.go_to(4)
    QTest.keyClick(editor.view, Key.Key_Return)
    assert editor.text == "a: 1\r\n\r\nb: 2\r\n"


def test_a_text_that_comes_in_leaves_the_cursor_where_it_is(editor: CodeEditor, edits: list[str]) -> None:
    editor.show_text(TEXT)
    place(editor, "build")
    editor.show_text("# new\n" + TEXT)
    assert editor.text[editor.view.offset :].startswith("build")
    assert not edits


def test_a_text_that_comes_in_leaves_the_same_lines_in_sight(editor: CodeEditor) -> None:
    lines = "".join(f"line{number}: {number}\n" for number in range(400))
    editor.show_text(lines)
    editor.view.verticalScrollBar().setValue(200)
    editor.show_text("above: 1\nabove2: 2\n" + lines)
    assert editor.view.verticalScrollBar().value() == 202
    editor.show_text("above: 1\nabove2: 2\n" + lines.replace("line390: ", "line390: X"))
    assert editor.view.verticalScrollBar().value() == 202


@pytest.mark.parametrize(
    ("text", "at", "keys", "expected"),
    [
        ("ab", 1, [(Key.Key_Tab, None)], "a b"),
        ("ab", 0, [(Key.Key_Tab, None)], "  ab"),
        ("steps:", 6, [(Key.Key_Return, None)], "steps:\n  "),
        ("  - name: x", 11, [(Key.Key_Return, None)], "  - name: x\n    "),
        ("  - |", 5, [(Key.Key_Return, None)], "  - |\n      "),
        ("    a", 4, [(Key.Key_Backspace, None)], "  a"),
        ("   a", 3, [(Key.Key_Backspace, None)], "  a"),
        ("    a", 5, [(Key.Key_Backtab, None)], "  a"),
        ("\ta", 2, [(Key.Key_Backtab, None)], "a"),
        ("  a: 1", 3, [(Key.Key_Slash, CTRL)], "  # a: 1"),
        ("  # a: 1", 3, [(Key.Key_Slash, CTRL)], "  a: 1"),
    ],
)
def test_keys_know_yaml(
    editor: CodeEditor,
    qtbot: QtBot,
    text: str,
    at: int,
    keys: list[tuple[Key, Qt.KeyboardModifier | None]],
    expected: str,
) -> None:
    editor.show_text(text)
    editor.view.go_to(at)
    for key, modifier in keys:
        QTest.keyClick(editor.view, key, modifier or Qt.KeyboardModifier.NoModifier)
    assert editor.text == expected


def test_selected_lines_are_indented_outdented_and_commented_together(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text(TEXT)
    start, end = TEXT.index("  - name"), len(TEXT)
    editor.view.go_to(start, end)
    QTest.keyClick(editor.view, Key.Key_Tab)
    assert editor.text == "name: nginx\nphases:\n    - name: build\n      steps: []\n"
    QTest.keyClick(editor.view, Key.Key_Backtab, SHIFT)
    assert editor.text == TEXT
    QTest.keyClick(editor.view, Key.Key_Slash, CTRL)
    assert editor.text == "name: nginx\nphases:\n  # - name: build\n  #   steps: []\n"
    QTest.keyClick(editor.view, Key.Key_Slash, CTRL)
    assert editor.text == TEXT


def test_undo_is_left_to_whoever_owns_the_text(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text(TEXT)
    QTest.keyClicks(editor.view, "x")
    with qtbot.waitSignal(editor.view.undo_wanted):
        QTest.keyClick(editor.view, Key.Key_Z, CTRL)
    assert editor.text == "x" + TEXT
    with qtbot.waitSignal(editor.view.redo_wanted):
        QTest.keyClick(editor.view, Key.Key_Z, CTRL | SHIFT)


def test_a_problem_is_underlined_at_its_place_and_told_in_the_tool_tip(
    editor: CodeEditor, qtbot: QtBot, scheme: Scheme, theme: Theme
) -> None:
    editor.show_text("\ufeff" + TEXT.replace("\n", "\r\n"))
    start = editor.text.index("build")
    editor.mark([Mark(start, start + 5, "bad", "No such phase\nUse validate")])
    left, right = (cursor_at(editor, at) for at in (start, start + 5))
    below = QRect(left.left(), left.bottom() - 4, right.left() - left.left(), 6)
    assert waves(editor, below, theme.colours.bad)
    assert not waves(editor, below.translated(below.width() + 8, 0), theme.colours.bad)
    inside = left.center() + editor.view.viewport().pos() + QPoint(4, 0)
    QApplication.sendEvent(editor.view, QHelpEvent(QHelpEvent.Type.ToolTip, inside, editor.view.mapToGlobal(inside)))
    qtbot.waitUntil(lambda: QToolTip.text() == "No such phase\nUse validate")
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def cursor_at(editor: CodeEditor, offset: int) -> QRect:
    editor.view.go_to(offset)
    return editor.view.cursorRect()


def waves(editor: CodeEditor, place: QRect, colour: str) -> bool:
    """Whether something close to a colour is drawn at a place of the text."""
    image, wanted = editor.view.viewport().grab(place).toImage(), QColor(colour)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return any(
        abs(pixel.red() - wanted.red()) + abs(pixel.green() - wanted.green()) + abs(pixel.blue() - wanted.blue()) < 60
        for pixel in pixels
    )


def words(*offered: str) -> Callable[[str, int], Completion]:
    def complete(text: str, offset: int) -> Completion:
        start = max(text.rfind(" ", 0, offset), text.rfind("\n", 0, offset)) + 1
        typed = text[start:offset]
        return Completion(start, offset, tuple(Candidate(one, one) for one in offered if one.startswith(typed)))

    return complete


def offered(editor: CodeEditor) -> list[str]:
    return list(editor.view.offered)


def test_completions_are_offered_narrowed_and_put_in_place_of_what_was_typed(
    editor: CodeEditor, qtbot: QtBot, edits: list[str]
) -> None:
    editor.complete_with(words("ExecuteBash", "ExecuteBinary", "Reboot"), lambda line: line.startswith("action: "))
    editor.show_text("action:")
    editor.view.go_to(7)
    QTest.keyClicks(editor.view, " ")
    assert offered(editor) == ["ExecuteBash", "ExecuteBinary", "Reboot"]
    QTest.keyClicks(editor.view, "Ex")
    assert offered(editor) == ["ExecuteBash", "ExecuteBinary"]
    QTest.keyClick(editor.view, Key.Key_Down)
    QTest.keyClick(editor.view, Key.Key_Return)
    assert editor.text == edits[-1] == "action: ExecuteBinary"
    assert not offered(editor)
    assert editor.view.offset == len(editor.text)


def test_completions_come_on_ctrl_space_and_go_on_esc(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.complete_with(words("phases"), lambda _line: False)
    QTest.keyClicks(editor.view, "ph")
    assert not offered(editor)
    QTest.keyClick(editor.view, Key.Key_Space, CTRL)
    assert offered(editor) == ["phases"]
    QTest.keyClick(editor.view, Key.Key_Escape)
    assert not offered(editor)


def test_a_text_is_found_in_any_case_with_the_keyboard_alone(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text(TEXT + "# NAME\n")
    QTest.keyClick(editor.view, Key.Key_F, CTRL)
    field = editor.find_bar.field
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "name")
    chosen = editor.view.textCursor
    assert (chosen().selectedText(), chosen().blockNumber()) == ("name", 0)
    QTest.keyClick(field, Key.Key_Return)
    assert chosen().blockNumber() == 2
    QTest.keyClick(field, Key.Key_Return)
    assert chosen().selectedText() == "NAME"
    QTest.keyClick(field, Key.Key_Return, SHIFT)
    assert chosen().blockNumber() == 2
    QTest.keyClick(field, Key.Key_Escape)
    assert editor.view.hasFocus()
    assert editor.find_bar.isHidden()


def colours_of(editor: CodeEditor, line: int) -> dict[str, str]:
    block = editor.view.document().findBlockByNumber(line)
    return {
        block.text()[one.start : one.start + one.length]: one.format.foreground().color().name()
        for one in block.layout().formats()
    }


def test_keys_texts_references_and_remarks_have_colours_of_the_scheme(
    editor: CodeEditor, scheme: Scheme, theme: Theme
) -> None:
    editor.show_text("# r\n- name: nginx # why\n  script: |\n    echo {{ Port }} # no remark\n  'a b': \"x: y\"\n")
    colours = theme.colours
    assert colours_of(editor, 0) == {"# r": colours.syntax_remark}
    named = colours_of(editor, 1)
    assert (named["name"], named["# why"]) == (colours.syntax_key, colours.syntax_remark)
    script = colours_of(editor, 3)
    assert script["{{ Port }}"] == colours.syntax_reference
    assert script[" # no remark"] == colours.syntax_text
    assert colours_of(editor, 4) == {"'a b'": colours.syntax_key, '"x: y"': colours.syntax_text}


def test_the_change_between_two_texts_is_as_short_as_it_can_be() -> None:
    change = change_between("aab", "aaab")
    assert (change.removed, change.inserted) == (0, "a")
    assert change_between("same", "same").inserted == ""
    source = ShownText("\ufeffa\r\nb\r\n")
    assert source.shown == "a\nb\n"
    assert [source.shown_offset(source.source_offset(offset)) for offset in range(5)] == list(range(5))
