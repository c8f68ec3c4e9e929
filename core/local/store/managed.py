"""What Amazon would own: the components, workflows and images that come with Bakehouse.

They are files under `resources/`, appear in every region under the owner ``aws`` and are never stored, so a new release
brings new ones by itself. A file's place and name say the rest, as in ``workflows/build/build-image-1.0.0.yml``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalog.regions import REGIONS
from core.local.store.resources import Body, Resource
from core.recipe.names import Arn, slug

if TYPE_CHECKING:
    from core.recipe.component import Parameter as ComponentParameter
    from core.recipe.workflow import WorkflowParameter

BaseAmi = Callable[[str, str], str]
"""(region, name of a base image) → its AMI id."""

OWNER = "Amazon"

_FILE = re.compile(r"(?P<name>.+)-(?P<version>\d+\.\d+\.\d+)\.yml")


@dataclass(frozen=True, slots=True)
class _Template:
    kind: str
    name: str
    version: str
    created: str
    body: Mapping[str, Any]

    def arn(self, region: str) -> Arn:
        kind, _, workflow_type = self.kind.partition("/")
        return Arn(
            REGIONS[region].partition, region, "aws", kind, slug(self.name), self.version, 1, workflow_type or None
        )


class Managed:
    """The managed resources of all regions, read on first use: documents from `folder`, images from the definitions
    of the bases that are made on this machine."""

    def __init__(self, folder: Path, base_ami: BaseAmi) -> None:
        self._folder = folder
        self._base_ami = base_ami

    def of_kind(self, region: str, kind: str) -> list[Resource]:
        return [self._resource(template, region) for template in self._templates if template.kind == kind]

    @cached_property
    def _templates(self) -> tuple[_Template, ...]:
        found = [*self._components(), *self._workflows(), *self._images()]
        return tuple(sorted(found, key=lambda template: (template.kind, template.name, template.version)))

    def _resource(self, template: _Template, region: str) -> Resource:
        arn = template.arn(region)
        body: Body = {"arn": str(arn), **template.body}
        if template.kind == "image":
            ami = {"region": region, "image": self._base_ami(region, template.name), "name": template.name}
            body["outputResources"] = {"amis": [ami]}
        return Resource(arn, body, template.created)

    def _components(self) -> Iterable[_Template]:
        from core.recipe.component import component_type, parse_component

        for path, name, version in _named(self._folder / "components"):
            text = path.read_text(encoding="utf-8")
            document = parse_component(text, file=path.name)
            yield _document(
                "component",
                path,
                name,
                version,
                {
                    "description": document.description,
                    "type": component_type(document),
                    "platform": "Linux",
                    "parameters": document_parameters(document.parameters),
                    "data": text,
                    "encrypted": True,
                },
            )

    def _workflows(self) -> Iterable[_Template]:
        from core.recipe.workflow import parse_workflow

        for kind in ("build", "test", "distribution"):
            for path, name, version in _named(self._folder / "workflows" / kind):
                text = path.read_text(encoding="utf-8")
                document = parse_workflow(text, file=path.name)
                members = {
                    "description": document.description,
                    "type": kind.upper(),
                    "parameters": document_parameters(document.parameters),
                    "data": text,
                }
                yield _document(f"workflow/{kind}", path, name, version, members)

    def _images(self) -> Iterable[_Template]:
        from core.local.base.definition import RESOURCES, definitions

        for base in definitions():
            created = _written(RESOURCES / "bases" / f"{base.name}.yml")
            body = {
                "type": "AMI",
                "name": base.name,
                "version": f"{base.version}/1",
                "platform": base.platform,
                "osVersion": base.os_version,
                "state": {"status": "AVAILABLE"},
                "enhancedImageMetadataEnabled": True,
                "imageSource": "AMAZON_MANAGED",
                "buildType": "USER_INITIATED",
                "dateCreated": created,
                "tags": {},
            }
            yield _Template("image", base.name, base.version, created, body)


def document_parameters(parameters: Iterable["ComponentParameter | WorkflowParameter"]) -> list[dict[str, Any]]:
    """The parameters of a document as the API lists them, where every default is a list of texts."""
    return [
        _compact(
            {
                "name": parameter.name,
                "type": parameter.type,
                "defaultValue": [parameter.default] if isinstance(parameter.default, str) else parameter.default,
                "description": parameter.description,
            }
        )
        for parameter in parameters
    ]


def _compact(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _named(folder: Path) -> Iterable[tuple[Path, str, str]]:
    for path in sorted(folder.glob("*.yml")):
        if match := _FILE.fullmatch(path.name):
            yield path, match["name"], match["version"]


def _document(kind: str, path: Path, name: str, version: str, members: Mapping[str, Any]) -> _Template:
    created = _written(path)
    common = {
        "name": name,
        "version": version,
        "owner": OWNER,
        "state": {"status": "ACTIVE"},
        "dateCreated": created,
        "tags": {},
    }
    return _Template(kind, name, version, created, _compact({**common, **members}))


def _written(path: Path) -> str:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
