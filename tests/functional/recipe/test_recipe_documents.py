"""The documents beside a recipe file are read, and nothing else of the host."""

import os
from pathlib import Path

import pytest

from core.errors import HostFault, Invalid, NotFound, Problem, Severity
from core.recipe.check import check
from core.recipe.documents import MAX_BYTES, read_document, read_text
from tests.unit.recipe.mistakes import CONTAINER, WEB

NGINX = """\
schemaVersion: 1.0
parameters:
  - Port: {type: string}
  - Mode: {type: string, default: fast, allowedValues: [fast, safe]}
phases:
  - name: build
    steps:
      - name: Install
        action: ExecuteBash
        inputs: {commands: ['echo {{ Port }} {{ Mode }}']}
"""
RECIPE = WEB.replace('{Port: "80", Names: [a, b]}', '{Port: "80", Mode: safe}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good recipe file and its document."""
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "nginx.yml").write_text(NGINX, encoding="utf-8")
    (tmp_path / "web.yml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def checked(folder: Path, recipe: str = RECIPE) -> tuple[Problem, ...]:
    return check(recipe, file=str(folder / "web.yml"), base=folder)


def test_a_recipe_file_is_checked_together_with_its_documents(folder: Path) -> None:
    assert checked(folder) == ()


def test_a_missing_document_is_told_at_its_name(folder: Path) -> None:
    problems = checked(folder, RECIPE.replace("nginx.yml", "ngnix.yml"))
    assert [problem.address for problem in problems] == ["imageRecipe.components[0].document"]
    assert problems[0].message == "There is no file components/ngnix.yml"
    assert problems[0].line == 7


def test_a_problem_inside_a_document_is_told_with_that_file(folder: Path) -> None:
    (folder / "components" / "nginx.yml").write_text(NGINX.replace("ExecuteBash", "ExecuteBsh"), encoding="utf-8")
    problems = checked(folder)
    assert [(problem.file, problem.line) for problem in problems] == [(str(folder / "components/nginx.yml"), 9)]


@pytest.mark.parametrize(
    ("given", "address", "message"),
    [
        ("{Port: 80, Mod: safe}", "imageRecipe.components[0].parameters.Mod", "no parameter 'Mod'"),
        ("{Mode: safe}", "imageRecipe.components[0].parameters", "'Port' has no default"),
        ("{Port: 80, Mode: slow}", "imageRecipe.components[0].parameters.Mode", "must be one of fast, safe"),
    ],
)
def test_parameters_must_fit_the_document(folder: Path, given: str, address: str, message: str) -> None:
    problems = checked(folder, RECIPE.replace('{Port: "80", Mode: safe}', given))
    assert [problem.address for problem in problems] == [address]
    assert message in problems[0].message


def test_a_document_for_another_platform_is_checked_for_that_platform(folder: Path) -> None:
    step = "{name: Run, action: ExecutePowerShell, inputs: {commands: [a]}}"
    windows = f"schemaVersion: 1.0\nphases: [{{name: build, steps: [{step}]}}]\n"
    (folder / "components" / "nginx.yml").write_text(windows, encoding="utf-8")
    recipe = RECIPE.replace('      parameters: {Port: "80", Mode: safe}\n', "")
    assert "does not run on Linux" in checked(folder, recipe)[0].message
    assert checked(folder, recipe.replace("name: web-server", "name: web-server\nplatform: Windows")) == ()


def test_workflow_documents_are_checked_for_their_type(folder: Path) -> None:
    workflow = (
        "schemaVersion: 1.0\nsteps: [{name: Scan, action: CollectImageScanFindings, inputs: {instanceId: i-1}}]\n"
    )
    (folder / "scan.yml").write_text(workflow, encoding="utf-8")
    recipe = RECIPE + "executionRole: builder\nworkflows: [{document: scan.yml, type: TEST}]\n"
    assert checked(folder, recipe) == ()
    assert "belongs into test workflows" in checked(folder, recipe.replace("TEST", "BUILD"))[0].message


def test_a_dockerfile_template_is_read_from_its_file(folder: Path) -> None:
    start, end = CONTAINER.index("  dockerfileTemplateData"), CONTAINER.index("  components")
    recipe = CONTAINER[:start] + "  dockerfileTemplate: Dockerfile\n" + CONTAINER[end:]
    (folder / "Dockerfile").write_text("FROM debian\n", encoding="utf-8")
    messages = [problem.message for problem in checked(folder, recipe) if problem.severity is Severity.ERROR]
    assert len(messages) == 2
    assert "does not name its parent image" in messages[0]


def test_documents_above_the_quota_together_are_a_warning(folder: Path) -> None:
    (folder / "components" / "nginx.yml").write_text(NGINX + "#" * 15_000 + "\n", encoding="utf-8")
    (folder / "more.yml").write_text(NGINX + "#" * 15_000 + "\n", encoding="utf-8")
    more = "    - document: more.yml\n      parameters: {Port: 1}\n    - componentArn"
    problems = checked(folder, RECIPE.replace("    - componentArn", more))
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert "quota is 25,600" in problems[0].message


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without it, a recipe from a stranger's repository would publish any file of the host that its link names."""
    secret = tmp_path_factory.mktemp("host") / "secret.yml"
    secret.write_text(NGINX, encoding="utf-8")
    (folder / "components" / "nginx.yml").unlink()
    (folder / "components" / "nginx.yml").symlink_to(secret)
    assert "leads out of the recipe file's folder" in checked(folder)[0].message


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "components" / "nginx.yml").rename(folder / "real.yml")
    (folder / "components" / "nginx.yml").symlink_to(folder / "real.yml")
    assert checked(folder) == ()


def test_a_fifo_of_a_documents_name_does_not_hang_the_check(folder: Path) -> None:
    """Without it, opening the FIFO would wait for a writer for ever."""
    (folder / "components" / "nginx.yml").unlink()
    os.mkfifo(folder / "components" / "nginx.yml")
    assert "is not a regular file" in checked(folder)[0].message


def test_a_huge_document_is_not_read_whole(folder: Path) -> None:
    """Without it, a sparse file of terabytes would fill the memory."""
    with (folder / "components" / "nginx.yml").open("wb") as file:
        file.truncate(1 << 40)
    assert "larger than 1,024 KiB" in checked(folder)[0].message


def test_a_document_of_the_largest_size_is_read(folder: Path) -> None:
    (folder / "large.yml").write_bytes(b"#" * MAX_BYTES)
    assert len(read_document(folder, "large.yml")) == MAX_BYTES


def test_bytes_that_are_not_utf_8_are_told_with_their_line(folder: Path) -> None:
    (folder / "components" / "nginx.yml").write_bytes(b"name: a\ndescription: caf\xe9\n")
    assert "is not UTF-8 (line 2)" in checked(folder)[0].message


def test_what_is_no_file_cannot_be_a_document(folder: Path) -> None:
    with pytest.raises(NotFound):
        read_document(folder, "web.yml/more")
    with pytest.raises(Invalid, match="is a folder"):
        read_document(folder, "components")
    with pytest.raises(Invalid, match="leads out"):
        read_document(folder, "../x")


def test_a_name_that_no_file_can_have_is_a_fault_of_the_host(folder: Path) -> None:
    with pytest.raises(HostFault, match="cannot be read: File name too long"):
        read_document(folder, "x" * 300)


def test_links_that_lead_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "circle.yml").symlink_to(folder / "circle.yml")
    with pytest.raises(Invalid, match="circle"):
        read_document(folder, "circle.yml")


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.yml"):
        read_text(tmp_path / "gone.yml")


def test_a_binary_file_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="not UTF-8"):
        read_text(tmp_path / "a.yml")
