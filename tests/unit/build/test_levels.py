"""Which lines complain, and which only speak of errors."""

import pytest

from core.build.finding import Search
from core.build.levels import Level, level, lines_of
from core.build.lines import Lines


def log(*messages: str) -> Lines:
    lines = Lines()
    lines.take(0, messages, [0] * len(messages))
    return lines


@pytest.mark.parametrize(
    "line",
    [
        "Stdout: E: Unable to locate package nftable",
        "CmdExecution: Stderr: E: Unable to locate package nftable",
        "ExecuteBash: FAILED EXECUTION: exit status 100",
        "CmdExecution: ExitCode 100",
        "CmdExecution: ExitCode 1",
        "CmdExecution: ExitCode -1",
        "TOE has completed execution with failure - Execution failed!",
        "ImageBuilder: The image is FAILED: out of luck",
        "ImageBuilder: ApplyBuildComponents failed: Document nginx failed!",
        "Stdout: main.c:3:5: error: expected ';'",
        "Stdout: error[E0308]: mismatched types",
        "Stdout: [ERROR] Failed to execute goal",
        'Stdout: {"level":"error","msg":"no"}',
        "Stdout: time=12 level=error msg=no",
        "Stdout: ERROR no such table",
        "Stdout: Failed to start nginx.service",
        "Stdout: script.sh: line 3: foo: command not found",
        "Stdout: cat: /x: No such file or directory",
        "Traceback (most recent call last):",
    ],
)
def test_a_line_that_complains_is_an_error(line: str) -> None:
    assert level(*log(line).at(0)) is Level.ERROR


@pytest.mark.parametrize(
    "line",
    ["Stdout: W: unsandboxed as root", "Stdout: warning: unused variable", "Stdout: [WARN] old", "x: level=warning y"],
)
def test_a_line_that_warns_is_a_warning(line: str) -> None:
    assert level(*log(line).at(0)) is Level.WARNING


@pytest.mark.parametrize(
    "line",
    [
        "Stdout: Unpacking libgpg-error0:amd64 (1.46-1)",
        "Stdout: 0 errors, 0 warnings",
        "Stdout: /var/log/nginx/error.log",
        "CmdExecution: ExitCode 0",
        "CmdExecution: ExitCode 194",
        "CmdExecution: ExitCode 3010",
        "Stdout: ERROR_LOG=/dev/null",
        "Stdout: no error",
        "ErrorMessage: ",
    ],
)
def test_a_line_that_only_speaks_of_errors_is_none(line: str) -> None:
    """Every apt-get would be a wall of red: libgpg-error is in all of them."""
    assert level(*log(line).at(0)) is None


def test_lines_of_a_level_are_counted_once_each() -> None:
    search = Search(log("fine", "ERROR: error: E: twice", "fine", "error: x"), lines_of(Level.ERROR))
    for _ in search.work():
        pass
    assert search.found == 2
