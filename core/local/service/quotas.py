"""How much of everything the local Image Builder accepts: AWS's default quotas per region (service reference 9)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    components: int = 1000
    image_recipes: int = 1000
    container_recipes: int = 1000
    infrastructure_configurations: int = 1000
    distribution_configurations: int = 1000
    pipelines: int = 75
    workflows: int = 1000
    components_per_recipe: int = 20
    recipe_component_bytes: int = 25 * 1024
    document_bytes: int = 64 * 1024
    parameter_characters: int = 1024
    workflows_per_image: int = 10
    parallel_tests: int = 5
    concurrent_builds: int = 100
    tags: int = 50
