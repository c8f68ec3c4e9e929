"""What a finished bake says, the most important first."""

from core.build.cause import Cause, cause
from core.build.chart import chart
from core.build.durations import durations
from core.build.failure import Failure
from core.build.run import Run
from core.cli.result import LONGEST_TEXT, MadeImage, Result, result_lines, status
from tests.fakes.source import at
from tests.unit.cli.baked import available, create_failed, failed, run_until

ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/web-server/1.0.0/3"


def result(run: Run, *images: MadeImage, connection: str = "local") -> list[str]:
    steps = durations(chart(run, at(20)))
    made = Result(connection, ARN, "Web Server", "1.0.0/3", run.status.value, 92, images, steps, cause(run))
    return list(result_lines(made))


def told(command: str) -> list[str]:
    failure = Failure(place=(), what="it failed", command=command)
    found = Cause("it failed", "it failed", "", None, None, (), None, None, failure)
    return list(result_lines(Result("local", ARN, "Web Server", "1.0.0/3", "FAILED", 92, (), (), found)))


def test_a_failure_begins_with_the_line_that_matters() -> None:
    lines = result(run_until(failed()))
    assert lines[0] == "FAILED: nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"
    assert "  exit code  100" in lines
    assert any(line.startswith("  means      The package is not to be had. ") for line in lines)
    assert any(line.startswith("  hint ") for line in lines)


def test_no_text_of_a_failure_is_said_twice() -> None:
    """The image's reason and the step's message used to repeat the first line."""
    said = "qemu-img ended with 1: No such file or directory"
    lines = result(create_failed(f"{said}. In workflow step Create. Hint: Check the disk."))
    assert lines[0] == f"FAILED: Create: {said}"
    assert sum(said in line for line in lines) == 1
    assert "  hint       Check the disk." in lines


def test_a_command_of_several_lines_is_shown_as_its_author_wrote_it() -> None:
    lines = told("apt-get update\n\napt-get install -y ngnix")
    assert [line for line in lines if "apt-get" in line] == [
        "  command    apt-get update",
        "             apt-get install -y ngnix",
    ]


def test_a_very_long_command_is_shown_by_its_beginning() -> None:
    lines = told("\n".join(f"echo {n}" for n in range(40)))
    assert lines[LONGEST_TEXT : LONGEST_TEXT + 2] == [
        f"             echo {LONGEST_TEXT - 1}",
        "             (28 more lines)",
    ]


def test_a_failure_ends_with_where_to_look_further() -> None:
    assert result(run_until(failed()))[-2:] == [f"run: {ARN}", f"log: bakehouse logs {ARN}"]
    assert result(run_until(failed()), connection="prod")[-1] == f"log: bakehouse logs --connection prod {ARN}"


def test_steps_that_never_began_are_counted_and_not_listed() -> None:
    lines = result(run_until(failed()))
    assert "  1 step never began." in lines
    assert not any("Create" in line for line in lines)


def test_a_success_lists_images_with_their_files_and_sizes() -> None:
    image = MadeImage("eu-central-1", "ami-1", "web 2026", "/images/ami-1.qcow2", 8 * 1024**3, 300 * 1024**2)
    lines = result(run_until(available()), image, MadeImage("us-east-1", "ami-2", "web copy"))
    assert lines[0] == "Time of every step:"
    assert lines[-5:] == [
        "Web Server 1.0.0/3 is AVAILABLE after 1:32 min.",
        "  eu-central-1   ami-1  web 2026  8.0 GiB, 300.0 MiB written",
        "                 /images/ami-1.qcow2",
        "  us-east-1      ami-2  web copy",
        f"run: {ARN}",
    ]


def test_only_an_available_image_is_success() -> None:
    assert status(run_until(available())) == 0
    assert status(run_until(failed())) == 1
    assert status(Run()) == 1
