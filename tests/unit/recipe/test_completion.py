"""What may be written at a cursor, marked ¦ here: in valid texts, and in those that are being typed."""

import pytest

from core.recipe.completion import Completion, complete_component, complete_recipe
from core.recipe.outline import rows
from core.recipe.tree import find, read
from tests.unit.recipe.accepted import ACCEPTED
from tests.unit.recipe.mistakes import WEB

COMPONENT = """\
schemaVersion: 1.0
parameters:
  - Port:
      type: string
constants:
  - Root:
      type: string
      value: /srv
phases:
  - name: build
    steps:
      - name: List
        action: ListFiles
        inputs:
          - path: /srv
      - name: Fetch
        action: WebDownload
        inputs:
          - source: https://example.com
            overwrite: true
      - name: Run
        action: ExecuteBash
        loop: {forEach: [a]}
        inputs:
          commands:
            - |
              echo hello
"""


def completed(text: str) -> tuple[str, Completion]:
    """What is replaced, and the completion."""
    offset = text.index("¦")
    text = text.replace("¦", "")
    found = complete_component(text, offset)
    return text[found.start : found.end], found


def inserts(old: str, new: str) -> list[str]:
    assert old in COMPONENT
    return [each.insert for each in completed(COMPONENT.replace(old, new, 1))[1].candidates]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("phases:\n", "pha¦\n", ["phases:"]),
        ("    steps:\n", "    ¦\n", ["steps:", "disableLogging: "]),
        ("        action: WebDownload\n", "        onF¦\n", ["onFailure: "]),
        ("        action: WebDownload\n", "        on¦Failure: Abort\n", ["onFailure"]),
        ("      type: string\n", "      type: string\n      de¦\n", ["default: ", "description: "]),
        ("      type: string\n", "      type: ¦\n", ["string"]),
        ("            overwrite: true\n", "            over¦\n", ["overwrite: "]),
        ("            overwrite: true\n", "            overwrite: ¦\n", ["true", "false"]),
        ("            overwrite: true\n", "            algorithm: sha¦\n", ["SHA1", "SHA256", "SHA512"]),
        ("        action: WebDownload\n", "        action: Web¦\n", ["WebDownload"]),
        ("        action: WebDownload\n", "        onFailure: ¦\n", ["Abort", "Continue", "Ignore"]),
        ("  - name: build\n", "  - name: ¦\n", ["build", "validate", "test"]),
        ("echo hello", "echo {{ Por¦", ["Port }}"]),
        ("echo hello", "echo {{build.L¦ }} x", ["build.List.outputs.files }}"]),
        ("echo hello", "echo {{ loop¦", ["loop.value }}", "loop.index }}"]),
        ("https://example.com", '"{{ Roo¦"', ["Root }}"]),
        ("https://example.com", '"{{ Fetch.out¦"', []),
        ("echo hello", "echo h¦", []),
    ],
)
def test_what_fits_is_offered(old: str, new: str, wanted: list[str]) -> None:
    assert inserts(old, new) == wanted


def test_what_is_there_already_is_not_offered_again() -> None:
    assert "name: " not in inserts("        action: WebDownload\n", "        ¦\n        action: WebDownload\n")


def test_only_outputs_of_earlier_steps_are_offered() -> None:
    found = inserts("https://example.com", '"{{ ¦"')
    assert "build.List.outputs.files }}" in found
    assert not [each for each in found if each.startswith(("build.Fetch", "build.Run", "loop"))]
    assert {"env:", "aws:ssm:", "context:uuid }}"} <= set(found)


def test_actions_of_other_platforms_are_not_offered() -> None:
    assert inserts("        action: WebDownload\n", "        action: InstallM¦\n") == []


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ("        action: WebDownload\n", "        action: We¦bDownload\n", "WebDownload"),
        ("        action: WebDownload\n", "        ac¦tion: WebDownload\n", "action"),
        ("echo hello", "echo {{ Po¦rt }} x", "Port }}"),
        ("echo hello", "echo {{ Po¦ x", "Po"),
    ],
)
def test_the_whole_word_is_replaced(old: str, new: str, replaced: str) -> None:
    assert completed(COMPONENT.replace(old, new, 1))[0] == replaced


@pytest.mark.parametrize(
    "broken",
    [
        "phases:\n  - name: build\n    steps:\n      - name: A\n        action: Exe¦\n  bad indent\n: [",
        "a: [\nphases:\n  - steps:\n      - action: Exe¦",
    ],
)
def test_a_text_that_is_no_yaml_is_completed_too(broken: str) -> None:
    assert [each.insert for each in completed(broken)[1].candidates][:1] == ["ExecuteBash"]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("  semanticVersion: 1.0.x\n", "  sem¦\n", ["semanticVersion: "]),
        ("us-east-1", "eu-cen¦", ["eu-central-1", "eu-central-2"]),
        (
            "connections:\n",
            "schedule:\n  pipelineExecutionStartCondition: ONLY¦\nconnections:\n",
            ["EXPRESSION_MATCH_ONLY"],
        ),
        ("components/nginx.yml", "¦", ["components/nginx.yml"]),
        ("{{ imagebuilder:buildDate }}", "{{ buildD¦ }}", ["imagebuilder:buildDate }}"]),
        ('  aws: {imageRecipe: {parentImage: "ssm:/debian/latest"}}\n', "  aws:\n    imageR¦\n", ["imageRecipe:"]),
        ("connections:\n", "conn¦\n", ["connections:"]),
        ("[t3.medium]", "\n    - t3.mi¦", ["t3.micro"]),
    ],
)
def test_a_recipe_file_is_completed(old: str, new: str, wanted: list[str]) -> None:
    assert old in WEB
    text = WEB.replace(old, new, 1)
    offset = text.index("¦")
    found = complete_recipe(text.replace("¦", ""), offset, documents=("components/nginx.yml",))
    assert [each.insert for each in found.candidates] == wanted


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_outline_never_fails_whatever_the_text_and_place(name: str) -> None:
    text = ACCEPTED[name]
    for offset in range(0, len(text) + 1, 61):
        complete_component(text, offset)
        complete_component(text[:offset], offset)


def test_an_outline_finds_the_nodes_of_a_valid_text() -> None:
    tree = read(COMPONENT)
    found = rows(COMPONENT)
    assert len(found) > 20
    assert all(find(tree.root, row.path) is not None for row in found)
