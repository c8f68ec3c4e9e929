"""Problems printed as a compiler prints them."""

from core.cli.check import WIDTH, Checked, as_json, as_text, excerpt, status
from core.errors import Problem, Severity

FILE = "web.yml"
LINES = ("schemaVersion: 1", "imageRecipe:", "  components:", "    - colour: red")


def problem(line: int = 4, column: int = 7, *, severity: Severity = Severity.ERROR, file: str = FILE) -> Problem:
    message, hint = "Unknown key 'colour'", "Known here: document, uri"
    return Problem("imageRecipe.components[0].colour", line, column, severity, message, hint, file)


def text(*problems: Problem) -> str:
    return "\n".join(as_text([Checked(FILE, LINES, problems)]))


def test_a_problem_is_printed_with_its_line_a_caret_and_a_hint() -> None:
    assert text(problem()) == (
        "web.yml:4:7: error: Unknown key 'colour' [imageRecipe.components[0].colour]\n"
        "     4 |     - colour: red\n"
        "       |       ^\n"
        "       = hint: Known here: document, uri\n"
        "web.yml: 1 error"
    )


def test_a_problem_without_a_place_has_no_excerpt() -> None:
    assert text(Problem("", 0, 0, Severity.WARNING, "The file is odd", file=FILE)) == (
        "web.yml: warning: The file is odd\nweb.yml: 1 warning"
    )


def test_a_problem_in_another_file_has_no_excerpt_of_this_one() -> None:
    assert "|" not in text(problem(file="components/nginx.yml"))


def test_a_line_that_is_not_there_is_no_error() -> None:
    assert "|" not in text(problem(line=99))


def test_several_files_are_summed_up() -> None:
    checked = [Checked("a.yml", (), ()), Checked("b.yml", (), (problem(), problem(severity=Severity.WARNING)))]
    assert list(as_text(checked))[-1] == "2 files: 1 error, 1 warning"
    assert list(as_text([Checked("a.yml", (), ())])) == ["a.yml: no problems"]


def test_errors_fail_a_check_and_warnings_do_not() -> None:
    assert status([Checked(FILE, LINES, (problem(),))]) == 1
    assert status([Checked(FILE, LINES, (problem(severity=Severity.WARNING),))]) == 0


def test_the_caret_is_aligned_after_tabs_and_wide_characters() -> None:
    assert excerpt("\tkey: x", 2) == ("\tkey: x", "\t^")
    assert excerpt("名前: x", 5) == ("名前: x", " " * 6 + "^")
    assert excerpt("e\u0301: x", 5) == ("e\u0301: x", "   ^")


def test_the_caret_may_stand_behind_the_last_character() -> None:
    assert excerpt("key", 4) == ("key", "   ^")
    assert excerpt("key", 9) == ("key", "")


def test_a_long_line_is_shown_around_its_column() -> None:
    line, caret = excerpt("a" * 1000 + "X" + "b" * 1000, 1001)
    assert len(line) == WIDTH
    assert line[len(caret) - 1] == "X"


def test_a_source_line_cannot_steer_the_terminal() -> None:
    line, caret = excerpt("\x1b[2Jkey: \x07x", 11)
    assert "\x1b" not in line
    assert "\x07" not in line
    assert line[len(caret) - 1] == "x"


def test_json_has_counts_and_all_problems() -> None:
    value = as_json([Checked(FILE, LINES, (problem(), problem(severity=Severity.WARNING)))])
    assert (value["files"], value["errors"], value["warnings"]) == ([FILE], 1, 1)
    assert value["problems"][0] == {
        "file": FILE,
        "line": 4,
        "column": 7,
        "address": "imageRecipe.components[0].colour",
        "severity": "error",
        "message": "Unknown key 'colour'",
        "hint": "Known here: document, uri",
    }
