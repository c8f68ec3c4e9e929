"""The recipe file's record: a whole pipeline, as one connection sees it.

Keys and nesting are those of the API's create calls, so whoever knows the AWS CLI knows the file.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from core.recipe.distribution import Distribution, DistributionConfiguration
from core.recipe.image_recipe import ContainerRecipe, ImageRecipe, Platform
from core.recipe.infrastructure import InfrastructureConfiguration
from core.recipe.pipeline import (
    ImageScanningConfiguration,
    ImageTestsConfiguration,
    LoggingConfiguration,
    Schedule,
    WorkflowEntry,
)
from core.recipe.record import NonEmpty, Record, ResourceName, RoleName, TagMap, refuse


class RecipeFile(Record):
    """A whole pipeline. `name` is that of the pipeline and of every resource that has none of its own.

    `connections` of the file is not a field: `core.recipe.file.merged` reads the file for one connection.
    """

    schema_version: Literal["1", "1.0"]
    name: ResourceName
    description: NonEmpty | None = None
    platform: Platform = "Linux"
    image_recipe: ImageRecipe | None = None
    container_recipe: ContainerRecipe | None = None
    infrastructure_configuration: InfrastructureConfiguration = InfrastructureConfiguration()
    image_tests_configuration: ImageTestsConfiguration | None = None
    distribution_configuration: DistributionConfiguration | None = None
    distributions: tuple[Distribution, ...] = ()
    enhanced_image_metadata_enabled: bool | None = None
    image_scanning_configuration: ImageScanningConfiguration | None = None
    schedule: Schedule | None = None
    status: Literal["ENABLED", "DISABLED"] | None = None
    workflows: Annotated[tuple[WorkflowEntry, ...], Field(max_length=10)] = ()
    execution_role: RoleName | None = None
    logging_configuration: LoggingConfiguration | None = None
    tags: TagMap = Field(default_factory=dict)
    image_tags: TagMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_recipe(self) -> Self:
        if (self.image_recipe is None) == (self.container_recipe is None):
            raise refuse("A recipe file has exactly one of 'imageRecipe' and 'containerRecipe'")
        return self

    @property
    def recipe(self) -> ImageRecipe | ContainerRecipe:
        """The image recipe or the container recipe."""
        recipe = self.image_recipe or self.container_recipe
        if recipe is None:
            raise AssertionError("validated: exactly one of the two recipes")
        return recipe

    def distribution_members(self) -> list[dict[str, Any]]:
        """`distributions` as the API takes them.

        A region of an image recipe without any output gets an AMI named after the recipe file, because the service
        refuses an entry that has none.
        """
        members = [distribution.api_members() for distribution in self.distributions]
        if self.image_recipe is not None:
            for member in members:
                if member.keys() == {"region"}:
                    name = f"{self.name} {{{{ imagebuilder:buildDate }}}}"
                    member["amiDistributionConfiguration"] = {"name": name}
        return members
