"""Where a problem of a recipe file stands, and how plans are printed."""

import pytest

from core.aws.imagebuilder import Kind
from core.cli.publishing import plan_text
from core.publish.plan import Action, Plan, Step
from core.publish.prepared import locate
from core.recipe.tree import read

TEXT = """\
name: web
imageRecipe:
  parentImage: debian
  components:
    - document: a.yml
connections:
  aws:
    imageRecipe: {parentImage: "ssm:/x"}
  prod:
    imageRecipe:
      parentImage: ami-1
"""


@pytest.mark.parametrize(
    ("layers", "address", "place"),
    [
        (("local", "local"), "imageRecipe.parentImage", (3, 16)),
        (("stage", "aws"), "imageRecipe.parentImage", (8, 32)),
        (("prod", "aws"), "imageRecipe.parentImage", (11, 20)),
        (("prod", "aws"), "imageRecipe.components[0].document", (5, 17)),
        (("local", "local"), "imageRecipe.components[0].parameters.Port", (5, 7)),
        (("local", "local"), "infrastructureConfiguration.instanceProfileName", (0, 0)),
    ],
)
def test_a_problem_stands_where_the_connection_has_its_value_from(
    layers: tuple[str, str], address: str, place: tuple[int, int]
) -> None:
    assert locate(read(TEXT).root, layers, address) == place


def test_a_plan_is_a_line_per_resource_and_a_sum() -> None:
    made = Step(Kind.COMPONENT, "nginx", Action.NEW_BUILD, "data changed since 1.0.0/1", "arn", {})
    kept = Step(Kind.IMAGE_RECIPE, "web", Action.REUSE, "1.0.0 has the same content", "arn", {})
    tagged = Step(Kind.PIPELINE, "web", Action.REUSE, "web is the same; tags differ (a)", "arn", {}, (), {"a": "b"})
    assert list(plan_text(Plan("local", "eu-central-1", (made, kept, tagged)))) == [
        "local, region eu-central-1:",
        "  ^ new build   component                    nginx                    data changed since 1.0.0/1",
        "    reuse       image recipe                 web                      1.0.0 has the same content",
        "  ~ tag         pipeline                     web                      web is the same; tags differ (a)",
        "2 of 3 resources change.",
    ]
    assert list(plan_text(Plan("local", "eu-central-1", (kept,))))[-1] == "Nothing changes."
