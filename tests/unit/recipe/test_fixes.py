"""Quick fixes: each puts its problem right with a small edit, and none is offered that does not."""

import difflib

import pytest

from core.errors import Problem, Severity
from core.recipe.component_draft import ComponentDraft
from core.recipe.draft import Draft
from core.recipe.fixes import fixes
from tests.unit.recipe.mistakes import WEB

COMPONENT = """\
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      default: "80"
phases:
  - name: build
    steps:
      - name: Install # first
        action: ExecuteBash
        timeoutSeconds: 60
        inputs:
          commands:
            - |
              echo {{ Port }}  # {{Port}}
      - name: Write
        action: CreateFile
        inputs:
          - path: "{{ Port }}"
"""


def changes(before: str, after: str) -> list[str]:
    """The lines taken away and put in, as `diff` marks them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def offered(draft: Draft | ComponentDraft) -> dict[str, list[str]]:
    """Every fix for every problem: its label, and the lines it changes."""
    found: dict[str, list[str]] = {}
    for problem in draft.problems:
        if isinstance(draft, Draft):
            found |= {fix.label: changes(draft.text, fix.draft.text) for fix in fixes(draft, problem)}
        else:
            found |= {fix.label: changes(draft.text, fix.draft.text) for fix in fixes(draft, problem)}
    return found


@pytest.mark.parametrize(
    ("old", "new", "label", "lines"),
    [
        ("name: web-server", "nmae: web-server", "Change to 'name'", ["-nmae: web-server", "+name: web-server"]),
        ("name: web-server", "name: web-server\ncolour: red", "Remove 'colour'", ["-colour: red"]),
        ("schemaVersion: 1\n", "", "Add schemaVersion: 1", ["+schemaVersion: 1"]),
        ("  semanticVersion: 1.0.x\n", "", "Add semanticVersion: 1.0.x", ["+  semanticVersion: 1.0.x"]),
        (
            "  instanceProfileName: Builder\n",
            "",
            "Add instanceProfileName: EC2InstanceProfileForImageBuilder",
            ["+  instanceProfileName: EC2InstanceProfileForImageBuilder"],
        ),
        ("us-east-1", "eu-central-1", "Remove the second entry", ["-  - region: eu-central-1"]),
        ("us-east-1", "us-eats-1", "Change to 'us-east-1'", ["-  - region: us-eats-1", "+  - region: us-east-1"]),
        (
            "distributions:",
            "schedule: {scheduleExpression: cron(0 2 * * 0)}\ndistributions:",
            "Change to cron(0 2 ? * sun *)",
            [
                "-schedule: {scheduleExpression: cron(0 2 * * 0)}",
                "+schedule: {scheduleExpression: cron(0 2 ? * sun *)}",
            ],
        ),
        (
            "distributions:",
            "schedule: {timezone: UTC}\ndistributions:",
            "Add scheduleExpression: cron(0 2 ? * sun *)",
            ["-schedule: {timezone: UTC}", "+schedule: {timezone: UTC, scheduleExpression: cron(0 2 ? * sun *)}"],
        ),
        (
            "infrastructureConfiguration:",
            "  blockDeviceMappings:\n    - ebs: {volumeSize: 8}\ninfrastructureConfiguration:",
            "Add deviceName: /dev/xvda",
            ["-    - ebs: {volumeSize: 8}", "+    - deviceName: /dev/xvda", "+      ebs: {volumeSize: 8}"],
        ),
        (
            "    - componentArn",
            "    - document: components/nginx.yml\n    - componentArn",
            "Remove the second one",
            ["-    - document: components/nginx.yml"],
        ),
        (
            "    - componentArn",
            "    - document: components/nginx.yml\n    - componentArn",
            "Disable the second one",
            ["+      disabled: true"],
        ),
        (
            "  instanceTypes",
            "\tinstanceTypes",
            "Replace tabs with spaces",
            ["-\tinstanceTypes: [t3.medium]", "+  instanceTypes: [t3.medium]"],
        ),
    ],
)
def test_a_mistake_in_a_recipe_is_put_right(old: str, new: str, label: str, lines: list[str]) -> None:
    assert old in WEB
    assert offered(Draft.of(WEB.replace(old, new, 1)))[label] == lines


def test_an_ami_name_gets_its_build_date() -> None:
    found = offered(Draft.of(WEB.replace("web {{ imagebuilder:buildDate }}", "web")))
    after = found["Add the build date to the name"][1]
    assert 'name: "web {{ imagebuilder:buildDate }}"' in after


@pytest.mark.parametrize(
    ("old", "new", "label", "lines"),
    [
        (
            "timeoutSeconds",
            "timeotSeconds",
            "Change to 'timeoutSeconds'",
            ["-        timeotSeconds: 60", "+        timeoutSeconds: 60"],
        ),
        (
            "CreateFile",
            "CreatFile",
            "Change to 'CreateFile'",
            ["-        action: CreatFile", "+        action: CreateFile"],
        ),
        (
            "CreateFile",
            "createfile",
            "Change to CreateFile",
            ["-        action: createfile", "+        action: CreateFile"],
        ),
        ("Write", "Install", "Rename to 'Install-2'", ["-      - name: Install", "+      - name: Install-2"]),
        (
            "Install #",
            "Install it! #",
            "Rename to 'Install-it'",
            ["-      - name: Install it! # first", "+      - name: Install-it # first"],
        ),
        ("schemaVersion: 1.0", "schemaVersion: 2", "Change to 1.0", ["-schemaVersion: 2", "+schemaVersion: 1.0"]),
        ("      type: string\n", "", "Add type: string", ["+      type: string"]),
        (
            '"{{ Port }}"',
            "{{ Port }}/x",
            "Put quotes around the value",
            ["-          - path: {{ Port }}/x", '+          - path: "{{ Port }}/x"'],
        ),
        (
            "{{ Port }}  # {{Port}}",
            "{{ Prt }}  # {{Prt}}",
            "Change to {{ Port }}",
            ["-              echo {{ Prt }}  # {{Prt}}", "+              echo {{ Port }}  # {{Port}}"],
        ),
    ],
)
def test_a_mistake_in_a_component_is_put_right(old: str, new: str, label: str, lines: list[str]) -> None:
    assert old in COMPONENT
    assert offered(ComponentDraft.of(COMPONENT.replace(old, new, 1)))[label] == lines


def test_a_problem_of_another_file_has_no_fix_here() -> None:
    problem = Problem("name", 1, 1, Severity.ERROR, "Unknown key 'name'", "", "other.yml")
    assert fixes(Draft.of(WEB, file="web.yml"), problem) == ()


@pytest.mark.parametrize("expression", ["cron(0 2 1 1 5)", "cron(a b c d e)", "cron(0 2 * * 9)"])
def test_a_schedule_that_would_still_be_wrong_is_not_offered(expression: str) -> None:
    draft = Draft.of(WEB + f"schedule: {{scheduleExpression: {expression}}}\n")
    assert [fix for problem in draft.problems for fix in fixes(draft, problem)] == []
