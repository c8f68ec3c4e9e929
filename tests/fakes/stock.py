"""An account with things in it, in memory: what the library and the shelf see of a connection.

It is the real typed face over invented answers, so what is read here has gone through the code that reads an account.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.aws.connection import Kind, LocalConnection
from core.aws.imagebuilder import ImageBuilder
from core.errors import BakehouseError, NotFound
from core.local.endpoint import Home

ACCOUNT = "123456789012"
REGION = "eu-central-1"
PAGE = 25
DOCUMENT = """\
name: {name}
description: {description}
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      default: "80"
phases:
  - name: build
    steps:
      - name: Install
        action: ExecuteBash
        inputs:
          commands:
            - apt-get install -y {name}
"""

Members = dict[str, Any]


def arn(kind: str, name: str, version: str = "", owner: str = ACCOUNT) -> str:
    return f"arn:aws:imagebuilder:{REGION}:{owner}:{kind}/{name}{f'/{version}' if version else ''}"


def component(
    name: str, version: str = "1.0.0", owner: str = ACCOUNT, platform: str = "Linux", says: str = ""
) -> Members:
    return {
        "arn": arn("component", name, version, owner),
        "name": name,
        "version": version,
        "platform": platform,
        "type": "TEST" if "test" in name else "BUILD",
        "owner": owner,
        "description": says or f"Installs {name} and starts it",
        "dateCreated": "2026-03-01T09:30:00.000Z",
        "status": "ACTIVE",
        "supportedOsVersions": ["Debian 12", "Amazon Linux 2023"],
    }


def pipeline(name: str, status: str = "ENABLED", last: str = "AVAILABLE", cron: str = "") -> Members:
    schedule = {"schedule": {"scheduleExpression": cron, "timezone": "Europe/Berlin"}} if cron else {}
    ran = {"dateLastRun": "2026-10-02T02:00:00.000Z", "lastRunStatus": last} if last else {}
    return {
        "arn": arn("image-pipeline", name),
        "name": name,
        "description": f"Everything a {name} needs, tested on a second boot",
        "platform": "Linux",
        "status": status,
        "imageRecipeArn": arn("image-recipe", name, "1.0.3"),
        "infrastructureConfigurationArn": arn("infrastructure-configuration", name),
        "distributionConfigurationArn": arn("distribution-configuration", name),
        "dateCreated": "2026-03-01T09:30:00.000Z",
        "dateUpdated": "2026-09-12T15:00:00.000Z",
        **schedule,
        **ran,
    }


def recipe(name: str, version: str) -> Members:
    return {
        "arn": arn("image-recipe", name, version),
        "name": name,
        "platform": "Linux",
        "owner": ACCOUNT,
        "parentImage": arn("image", "debian-12-x86", "x.x.x", "aws"),
        "dateCreated": "2026-09-12T15:00:00.000Z",
    }


def build(name: str, number: int, status: str) -> Members:
    amis = [{"region": region, "image": f"ami-0123456789abcde{number}f"} for region in (REGION, "us-east-1")]
    return {
        "arn": arn("image", name, f"1.0.3/{number}"),
        "name": name,
        "version": f"1.0.3/{number}",
        "type": "AMI",
        "platform": "Linux",
        "osVersion": "Debian 12",
        "state": {"status": status, "reason": "Step Install failed with exit code 100" if status == "FAILED" else ""},
        "sourcePipelineName": name,
        "dateCreated": f"2026-10-0{number}T02:10:00.000Z",
        "outputResources": {"amis": amis if status == "AVAILABLE" else []},
    }


class Account:
    """What is there; `failing` is raised instead of any answer. `calls` holds (operation, what it was about)."""

    def __init__(self) -> None:
        self.components: list[Members] = []
        self.pipelines: list[Members] = []
        self.recipes: list[Members] = []
        self.builds: list[Members] = []
        self.images: list[Members] = []
        self.failing: BakehouseError | None = None
        self.calls: list[tuple[str, str]] = []

    @classmethod
    def typical(cls) -> "Account":
        made = cls()
        own = ("nginx", "firewall", "accounts", "kernel-settings", "team-certificates")
        amazon = ("update-linux", "reboot-linux", "python-3-linux", "hello-world-linux", "simple-boot-test-linux")
        made.components = [component(name) for name in own]
        made.components += [component(name, "1.0.2", "aws") for name in amazon]
        made.components += [component("update-linux", "1.0.1", "aws"), component("monitoring", owner="210987654321")]
        made.components.append(component("update-windows", owner="aws", platform="Windows"))
        made.pipelines = [
            pipeline("web-server", cron="cron(0 2 ? * sun *)"),
            pipeline("hardened-base", last="FAILED", cron="cron(0 4 * * ? *)"),
            pipeline("build-agent", "DISABLED", ""),
        ]
        made.recipes = [recipe("web-server", "1.0.3"), recipe("web-server", "1.0.2"), recipe("hardened-base", "2.1.0")]
        made.builds = [
            build("web-server", 1, "AVAILABLE"),
            build("hardened-base", 2, "FAILED"),
            build("web-server", 3, "BUILDING"),
        ]
        managed = {"arn": arn("image", "debian-12-x86", "2026.9.1", "aws"), "name": "debian-12-x86"}
        made.images = [{**managed, "version": "2026.9.1", "platform": "Linux", "osVersion": "Debian 12"}]
        return made

    @classmethod
    def huge(cls, count: int = 5000) -> "Account":
        """As many components as a company may have, and as many builds."""
        made = cls.typical()
        words = ("nginx", "java", "agent", "hardening", "database", "proxy", "certificates", "monitoring", "backup")
        made.components = [
            component(f"{words[number % 9]}-{words[number // 9 % 9]}-{number:04}", owner=("aws", ACCOUNT)[number % 2])
            for number in range(count)
        ]
        return made

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        owner = {"Amazon": "aws", "Shared": "210987654321"}.get(asked.get("owner", "Self"), ACCOUNT)
        match operation:
            case "ListComponents":
                return self._page(
                    "componentVersionList", [one for one in self.components if one["owner"] == owner], asked
                )
            case "ListImagePipelines":
                return self._page("imagePipelineList", self.pipelines, asked)
            case "ListImageRecipes":
                return self._page("imageRecipeSummaryList", self.recipes if owner == ACCOUNT else [], asked)
            case "ListContainerRecipes":
                return {"containerRecipeSummaryList": []}
            case "ListImageBuildVersions":
                return self._page("imageSummaryList", self.builds, asked)
            case "ListImages":
                return self._page("imageVersionList", self.images if owner == "aws" else [], asked)
            case "GetComponent":
                return {"component": self._component(asked["componentBuildVersionArn"])}
            case "GetImageRecipe":
                found = next(one for one in self.recipes if one["arn"] == asked["imageRecipeArn"])
                used = {
                    "componentArn": arn("component", "nginx", "1.0.0"),
                    "parameters": [{"name": "Port", "value": ["80"]}],
                }
                return {"imageRecipe": {**found, "components": [used], "workingDirectory": "/tmp"}}
            case "StartImagePipelineExecution":
                name = str(asked["imagePipelineArn"]).rpartition("/")[2]
                return {"imageBuildVersionArn": arn("image", name, "1.0.3/9")}
        raise AssertionError(f"nobody was to ask {operation}")

    def _component(self, wanted: str) -> Members:
        for one in self.components:
            if one["arn"] == wanted:
                return {**one, "data": DOCUMENT.format(**one)}
        raise NotFound(f"There is no {wanted}.")

    @staticmethod
    def _page(member: str, found: list[Members], asked: Mapping[str, Any]) -> Mapping[str, Any]:
        start = int(asked.get("nextToken", 0))
        more = {"nextToken": str(start + PAGE)} if start + PAGE < len(found) else {}
        return {member: found[start : start + PAGE], **more}


class AccountBuilder(ImageBuilder):
    """The typed face, answered by an account in memory."""

    def __init__(self, connection: "AccountConnection") -> None:
        super().__init__(connection)
        self._account = connection.stocked

    def _call(self, operation: str, subject: str, arguments: Mapping[str, Any], service: str = "imagebuilder") -> Any:
        self._account.calls.append((operation, subject))
        if self._account.failing is not None:
            raise self._account.failing
        return self._account.answer(operation, arguments)


class AccountConnection(LocalConnection):
    """A connection to it; `before` is run, off the GUI thread, before anybody gets its face."""

    kind: Kind = "aws"
    account = ACCOUNT

    def __init__(self, stocked: Account, name: str = "team-eu", before: Callable[[], object] = lambda: None) -> None:
        super().__init__(REGION, Home(Path("/nowhere")))
        self.name = name
        self.stocked = stocked
        self._before = before

    def image_builder(self) -> ImageBuilder:
        self._before()
        return AccountBuilder(self)
