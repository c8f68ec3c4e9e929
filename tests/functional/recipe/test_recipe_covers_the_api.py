"""Every field of the API's create calls has a place in the recipe file; botocore's model is the measure."""

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from core.recipe.distribution import Distribution
from core.recipe.image_recipe import ComponentEntry, ContainerRecipe, ImageRecipe
from core.recipe.infrastructure import InfrastructureConfiguration
from core.recipe.pipeline import WorkflowEntry
from core.recipe.recipe import RecipeFile
from core.recipe.record import Record
from core.recipe.validation import known_keys

OWN_PLACE: dict[str, tuple[type[Record], set[str]]] = {
    "CreateImageRecipe": (ImageRecipe, {"clientToken", "dryRun"}),
    "CreateContainerRecipe": (ContainerRecipe, {"clientToken", "dryRun"}),
    "CreateInfrastructureConfiguration": (InfrastructureConfiguration, {"clientToken", "dryRun"}),
    "CreateComponent": (ComponentEntry, {"clientToken", "dryRun", "data"}),
    "CreateWorkflow": (WorkflowEntry, {"clientToken", "dryRun", "data"}),
    "CreateImagePipeline": (
        RecipeFile,
        {
            "clientToken",
            "dryRun",
            "imageRecipeArn",
            "containerRecipeArn",
            "infrastructureConfigurationArn",
            "distributionConfigurationArn",
        },
    ),
}


@pytest.fixture(scope="module")
def model() -> dict[str, StructureShape]:
    service = botocore.session.get_session().get_service_model("imagebuilder")
    return {name: service.operation_model(name).input_shape for name in (*OWN_PLACE, "CreateDistributionConfiguration")}


def missing(shape: Shape, record: type[Record], path: str) -> list[str]:
    """The members of a shape, at any depth, that a record has no key for."""
    while isinstance(shape, ListShape):
        shape = shape.member
    if not isinstance(shape, StructureShape) or isinstance(shape, MapShape):
        return []
    keys = known_keys(record)
    absent = [f"{path}.{name}" for name in shape.members if name not in keys]
    for name, member in shape.members.items():
        below = keys.get(name)
        if below is not None and not (record in (ImageRecipe, ContainerRecipe) and name == "components"):
            absent += missing(member, below, f"{path}.{name}")
    return absent


@pytest.mark.parametrize("operation", OWN_PLACE)
def test_every_field_of_a_create_call_has_a_place(operation: str, model: dict[str, StructureShape]) -> None:
    record, elsewhere = OWN_PLACE[operation]
    assert set(missing(model[operation], record, operation)) <= {f"{operation}.{name}" for name in elsewhere}


def test_every_field_of_a_distribution_has_a_place(model: dict[str, StructureShape]) -> None:
    record: type[Record] = Distribution
    shape = model["CreateDistributionConfiguration"].members["distributions"]
    assert missing(shape, record, "distributions") == []
