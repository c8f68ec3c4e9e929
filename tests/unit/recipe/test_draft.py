"""A recipe file in an editor: its cards, also while it is wrong, its problems, and edits of components."""

import pytest

from core.errors import Severity
from core.recipe.canvas import ComponentCard, ContainerCard, ImageCard
from core.recipe.draft import Draft
from core.recipe.file import check_recipe, parse_recipe
from tests.unit.recipe.mistakes import CONTAINER, WEB

COMPONENTS = "imageRecipe.components"


def test_a_new_file_lacks_nothing_and_holds_no_key_at_its_default() -> None:
    draft = Draft.blank()
    assert draft.problems == ()
    assert draft.record is not None
    assert (draft.record.name, draft.record.recipe.components) == ("untitled", ())
    for key in ("schemaVersion", "name"):
        assert draft.put(key, draft.source.value(key)) is draft


def test_a_valid_file_is_read_as_by_everybody_else() -> None:
    draft = Draft.of(WEB, file="web.yml")
    assert draft.record == parse_recipe(WEB)
    assert draft.problems == check_recipe(WEB, file="web.yml")


def test_cards_stand_in_the_order_of_the_pipeline() -> None:
    canvas = Draft.of(WEB).canvas
    assert canvas.parent.image == "debian-12-x86"
    assert [card.name for card in canvas.components] == ["nginx", "update-linux"]
    assert canvas.components[0].parameters == {"Port": ("80",), "Names": ("a", "b")}
    assert [card.region for card in canvas.regions] == ["eu-central-1", "us-east-1"]
    kinds = [type(card).__name__ for card in canvas.cards()]
    assert kinds[:5] == ["ParentCard", "InfrastructureCard", "ComponentCard", "ComponentCard", "ImageCard"]


def test_a_component_card_says_what_it_refers_to() -> None:
    nginx, update = Draft.of(WEB).canvas.components
    assert (nginx.kind, nginx.version, nginx.platform, nginx.owner) == ("document", "1.0.0", "Linux", "")
    assert (update.kind, update.version, update.platform, update.owner) == ("componentArn", "x.x.x", "", "aws")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x", ("update-linux", "x.x.x", "aws")),
        ("self/my-part/1.2.x", ("my-part", "1.2.x", "self")),
        ("aws", ("", "", "aws")),
        ("arn:", ("", "", "")),
    ],
)
def test_a_reference_is_told_as_far_as_it_goes(reference: str, told: tuple[str, str, str]) -> None:
    card = Draft.blank().add_component(reference).canvas.components[0]
    assert (card.name, card.version, card.owner) == told


def test_a_container_recipe_has_a_container_card() -> None:
    output = Draft.of(CONTAINER).canvas.output
    assert isinstance(output, ContainerCard)
    assert output.repository
    assert output.template_key.startswith("dockerfileTemplate")


BROKEN = """\
name: [not, a, text]
imageRecipe:
  parentImage: {a: map}
  components:
    - just a text
    - document: a.yml
      parameters: 5
    - componentArn: aws/update-linux/x.x.x
      colour: red
      disabled: true
  blockDeviceMappings:
    - deviceName: /dev/xvda
      ebs: {volumeSize: big, volumeType: gp3}
distributions: nowhere
schedule:
  scheduleExpression: daily
"""


def test_cards_come_out_of_a_file_that_is_wrong_everywhere() -> None:
    draft = Draft.of(BROKEN)
    canvas = draft.canvas
    assert draft.record is None
    assert [(card.kind, card.name, card.disabled) for card in canvas.components] == [
        ("", "", False),
        ("document", "a", False),
        ("componentArn", "update-linux", True),
    ]
    assert isinstance(canvas.output, ImageCard)
    assert canvas.output.volumes[0].size == "big"
    assert (canvas.parent.image, canvas.regions) == ("", ())
    assert canvas.schedule is not None
    assert canvas.schedule.expression == "daily"


@pytest.mark.parametrize("text", ["", "a: [", "- a\n", "just text", "<<<<<<< mine\n"])
def test_there_is_a_canvas_for_any_text(text: str) -> None:
    draft = Draft.of(text)
    assert draft.canvas.components == ()
    assert draft.problems


def test_a_card_shows_the_problems_of_its_place() -> None:
    draft = Draft.of(BROKEN)
    card = draft.canvas.components[2]
    assert [problem.message for problem in draft.problems_of(card)] == ["Unknown key 'colour'"]
    assert not draft.problems_at("imageRecipe.components[22]")


def test_a_connections_problem_is_shown_on_the_card_that_it_overrides() -> None:
    draft = Draft.of(WEB.replace("ssm:/debian/latest", "ami-xyz"))
    assert [problem.address for problem in draft.problems_of(draft.canvas.parent)] == [
        "connections.aws.imageRecipe.parentImage"
    ]
    assert draft.canvas.parent.overrides == {"aws": "ami-xyz"}


@pytest.mark.parametrize(
    ("reference", "entry"),
    [
        ("parts/part.yml", {"document": "parts/part.yml"}),
        ("aws/update-linux/x.x.x", {"componentArn": "aws/update-linux/x.x.x"}),
        ("s3://bucket/a.yml", {"uri": "s3://bucket/a.yml"}),
    ],
)
def test_a_component_is_added_by_whatever_names_it(reference: str, entry: dict[str, str]) -> None:
    assert Draft.blank().add_component(reference).source.value(COMPONENTS) == [entry]


def test_a_replaced_component_keeps_its_parameters_and_comments() -> None:
    text = Draft.blank().text + "  components:\n    # why\n    - document: a.yml # this\n      parameters: {P: x}\n"
    replaced = Draft.of(text).replace_component(0, "self/other/1.0.0")
    assert replaced.source.value(COMPONENTS) == [{"componentArn": "self/other/1.0.0", "parameters": {"P": "x"}}]
    assert "    # why\n" in replaced.text
    assert Draft.of(text).replace_component(0, "b.yml").text == text.replace("a.yml", "b.yml")


def test_a_duplicate_gets_a_name_of_its_own() -> None:
    draft = Draft.blank().add_component("parts/part.yml")
    twice = draft.duplicate(COMPONENTS, [0]).duplicate(COMPONENTS, [1])
    assert [card.name for card in twice.canvas.components] == ["part", "part-2", "part-3"]
    assert not [problem for problem in twice.problems if problem.severity is Severity.ERROR]


def test_a_disabled_component_is_no_second_one() -> None:
    draft = Draft.blank().add_component("part.yml").add_component("part.yml")
    assert any("at most once" in problem.message for problem in draft.problems)
    assert Draft.of(draft.disable_components((1,)).text).problems == ()


def test_a_disabled_component_is_still_checked() -> None:
    draft = Draft.blank().add_component("part.yml").put("imageRecipe.components[0].semanticVersion", "one")
    assert any("semantic version" in problem.message for problem in draft.disable_components((0,)).problems)


def test_only_enabled_components_count() -> None:
    draft = Draft.blank()
    for number in range(21):
        draft = draft.add_component(f"part-{number:02}.yml")
    assert any("quota is 20" in problem.message for problem in draft.problems)
    assert draft.disable_components((4,)).problems == ()


def test_renaming_the_file_keeps_the_text() -> None:
    draft = Draft.of(BROKEN, file="a.yml").renamed("b.yml")
    assert (draft.text, draft.file) == (BROKEN, "b.yml")
    assert {problem.file for problem in draft.problems} == {"b.yml"}


def test_a_card_is_of_type_build_while_its_document_is_unknown() -> None:
    card = Draft.blank().add_component("part.yml").canvas.components[0]
    assert isinstance(card, ComponentCard)
    assert card.type == "BUILD"
