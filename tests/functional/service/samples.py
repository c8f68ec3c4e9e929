"""Documents and resources that many tests start from."""

from dataclasses import dataclass
from typing import Any

COMPONENT = """\
name: hello
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: SayHello
        action: ExecuteBash
        inputs:
          commands: ["echo hello"]
"""

WITH_PARAMETER = """\
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      description: Where it listens.
  - Greeting:
      type: string
      default: hello
phases:
  - name: build
    steps:
      - name: SayHello
        action: ExecuteBash
        inputs:
          commands: ["echo {{ Greeting }} on {{ Port }}"]
"""

TEST_ONLY = COMPONENT.replace("name: build", "name: test")

BUILD_WORKFLOW = """\
name: build
schemaVersion: 1.0
parameters:
  - name: Depth
    type: integer
    default: 2
steps:
  - name: Launch
    action: LaunchInstance
    inputs:
      waitFor: ssmAgent
"""

TEST_WORKFLOW = BUILD_WORKFLOW.replace("name: build", "name: look")


@dataclass(frozen=True)
class Made:
    """The ARNs of a recipe with all it needs and the pipeline that runs it."""

    component: str
    recipe: str
    infrastructure: str
    distribution: str
    pipeline: str


def component(client: Any, name: str, data: str = COMPONENT, version: str = "1.0.0", **members: Any) -> str:
    answer = client.create_component(name=name, semanticVersion=version, platform="Linux", data=data, **members)
    return str(answer["componentBuildVersionArn"])


def workflow(client: Any, name: str, kind: str = "BUILD", data: str = BUILD_WORKFLOW, version: str = "1.0.0") -> str:
    answer = client.create_workflow(name=name, semanticVersion=version, type=kind, data=data)
    return str(answer["workflowBuildVersionArn"])


def recipe(client: Any, name: str, version: str = "1.0.0", **members: Any) -> str:
    chosen = {"parentImage": "ami-0123456789abcdef0", **members}
    return str(client.create_image_recipe(name=name, semanticVersion=version, **chosen)["imageRecipeArn"])


def infrastructure(client: Any, name: str) -> str:
    answer = client.create_infrastructure_configuration(name=name, instanceProfileName="profile")
    return str(answer["infrastructureConfigurationArn"])


def distribution(client: Any, name: str, *regions: str) -> str:
    entries = [
        {"region": region, "amiDistributionConfiguration": {"name": "web {{ imagebuilder:buildDate }}"}}
        for region in regions or ("eu-west-1",)
    ]
    answer = client.create_distribution_configuration(name=name, distributions=entries)
    return str(answer["distributionConfigurationArn"])


def pipeline(client: Any, name: str) -> Made:
    """A pipeline called `name`, and under the same name everything that it uses."""
    hello = component(client, name)
    contents = recipe(client, name, components=[{"componentArn": hello}])
    machines, regions = infrastructure(client, name), distribution(client, name)
    made = client.create_image_pipeline(
        name=name,
        imageRecipeArn=contents,
        infrastructureConfigurationArn=machines,
        distributionConfigurationArn=regions,
    )
    return Made(hello, contents, machines, regions, made["imagePipelineArn"])


def start(client: Any, name: str) -> str:
    """The ARN of an image whose build has just been started."""
    made = pipeline(client, name)
    return str(client.start_image_pipeline_execution(imagePipelineArn=made.pipeline)["imageBuildVersionArn"])
