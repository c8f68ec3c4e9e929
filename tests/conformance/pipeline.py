"""A small pipeline, made by the AWS CLI command after command as its user guide does it."""

import json
from dataclasses import dataclass

from tests.conformance.awscli import AwsCli

COMPONENT = """\
name: greet
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Greet
        action: ExecuteBash
        inputs:
          commands:
            - echo 'Hello from the build machine' | tee /etc/greeting
  - name: test
    steps:
      - name: StillThere
        action: ExecuteBash
        inputs:
          commands:
            - cat /etc/greeting
"""
DISTRIBUTIONS = [
    {"region": region, "amiDistributionConfiguration": {"name": "greeter {{ imagebuilder:buildDate }}"}}
    for region in ("eu-central-1", "us-east-1")
]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The ARNs of a pipeline and of all it is made of."""

    component: str
    recipe: str
    infrastructure: str
    distribution: str
    pipeline: str


def create_component(aws: AwsCli, name: str, *more: str) -> str:
    """The build version ARN of a new component."""
    (aws.folder / "greet.yml").write_text(COMPONENT, encoding="utf-8")
    made = aws("imagebuilder", "create-component", *component_words(name), *more)
    return str(made["componentBuildVersionArn"])


def component_words(name: str) -> tuple[str, ...]:
    return ("--name", name, "--semantic-version", "1.0.0", "--platform", "Linux", "--data", "file://greet.yml")


def create_recipe(aws: AwsCli, name: str, component: str) -> str:
    """The ARN of a new image recipe on Amazon's (here: this machine's) Debian image."""
    images = aws("imagebuilder", "list-images", "--owner", "Amazon")["imageVersionList"]
    parent = next(image["arn"] for image in images if image["name"] == "debian-12-x86")
    parts = json.dumps([{"componentArn": component}])
    words = ("--name", name, "--semantic-version", "1.0.x", "--parent-image", parent, "--components", parts)
    return str(aws("imagebuilder", "create-image-recipe", *words)["imageRecipeArn"])


def create_pipeline(aws: AwsCli, name: str) -> Pipeline:
    component = create_component(aws, name)
    recipe = create_recipe(aws, name, component)
    words = ("--name", name, "--instance-types", "t3.medium", "--instance-profile-name", "ImageBuilder")
    infrastructure = aws("imagebuilder", "create-infrastructure-configuration", *words)
    regions = ("--name", name, "--distributions", json.dumps(DISTRIBUTIONS))
    distribution = aws("imagebuilder", "create-distribution-configuration", *regions)
    pipeline = aws(
        *("imagebuilder", "create-image-pipeline", "--name", name, "--image-recipe-arn", recipe),
        *("--infrastructure-configuration-arn", infrastructure["infrastructureConfigurationArn"]),
        *("--distribution-configuration-arn", distribution["distributionConfigurationArn"]),
    )
    return Pipeline(
        component=component,
        recipe=recipe,
        infrastructure=infrastructure["infrastructureConfigurationArn"],
        distribution=distribution["distributionConfigurationArn"],
        pipeline=pipeline["imagePipelineArn"],
    )


def delete_pipeline(aws: AwsCli, made: Pipeline) -> None:
    """Tidy up in the one order that is allowed."""
    aws("imagebuilder", "delete-image-pipeline", "--image-pipeline-arn", made.pipeline)
    aws("imagebuilder", "delete-image-recipe", "--image-recipe-arn", made.recipe)
    aws("imagebuilder", "delete-component", "--component-build-version-arn", made.component)
    aws(
        *("imagebuilder", "delete-infrastructure-configuration"),
        *("--infrastructure-configuration-arn", made.infrastructure),
    )
    aws(
        *("imagebuilder", "delete-distribution-configuration"),
        *("--distribution-configuration-arn", made.distribution),
    )
