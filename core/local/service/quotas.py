"""How much of everything the local Image Builder accepts: AWS's default quotas, as settings."""

from dataclasses import dataclass

from core.catalog import limits


@dataclass(frozen=True, slots=True)
class Quotas:
    components: int = limits.COMPONENTS
    image_recipes: int = limits.IMAGE_RECIPES
    container_recipes: int = limits.CONTAINER_RECIPES
    infrastructure_configurations: int = limits.INFRASTRUCTURE_CONFIGURATIONS
    distribution_configurations: int = limits.DISTRIBUTION_CONFIGURATIONS
    pipelines: int = limits.PIPELINES
    workflows: int = limits.WORKFLOWS
    components_per_recipe: int = limits.COMPONENTS_PER_RECIPE
    recipe_component_bytes: int = limits.RECIPE_COMPONENTS_BYTES
    document_bytes: int = limits.DOCUMENT_BYTES
    parameter_characters: int = limits.PARAMETER_VALUE_CHARACTERS
    workflows_per_image: int = limits.WORKFLOWS_PER_IMAGE
    parallel_tests: int = limits.PARALLEL_TEST_WORKFLOWS
    concurrent_builds: int = limits.CONCURRENT_BUILDS
    tags: int = limits.TAGS
