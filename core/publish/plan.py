"""What publishing a recipe file will do: one step per resource, each with its reason, before anything is done.

Image Builder has two kinds of resource (service reference, 1.5). Components, workflows and recipes never change: a
component or workflow of the same name and version with other content becomes a new build of that version; a recipe
needs a new version. Configurations and pipelines are replaced by Update.
Whatever is already there with the same content is used as it is, so publishing twice creates nothing.

Where a recipe file says ``1.0.x``, the plan counts up. The service would as well (1.4), but then two who publish the
same at once are given a version each: it refuses a version that is taken, and never a wildcard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from core.aws.imagebuilder import OPERATIONS, ImageVersion, Kind, Members, Resource
from core.errors import Conflict, Invalid
from core.publish.compare import changes
from core.recipe.names import Arn, Version, is_wildcard, next_version


class Action(StrEnum):
    """What a step does."""

    CREATE = "create"
    REUSE = "reuse"
    NEW_BUILD = "new build version"
    NEW_VERSION = "new version"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource as the recipe file wants it: the Create call's members but the tags; `tags` None where the file says
    nothing of them and those there are may stay. `address` is its place in the recipe file."""

    kind: Kind
    name: str
    members: Members
    address: str
    tags: Mapping[str, str] | None = None

    @property
    def version(self) -> str:
        return str(self.members.get("semanticVersion", ""))

    @property
    def stage(self) -> str:
        """A workflow's type as its ARN spells it."""
        return str(self.members["type"]).lower() if self.kind is Kind.WORKFLOW else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One resource of a plan. `arn` is what later calls refer to it by. `differs` are the addresses that made the
    action necessary, `address` is the resource's own place in the recipe file."""

    kind: Kind
    name: str
    action: Action
    reason: str
    arn: str
    members: Members
    differs: tuple[str, ...] = ()
    set_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()
    address: str = ""

    @property
    def changes_something(self) -> bool:
        return self.action is not Action.REUSE or bool(self.set_tags or self.remove_tags)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "name": self.name,
            "action": self.action.value,
            "reason": self.reason,
            "arn": self.arn,
            "differs": list(self.differs),
            "setTags": dict(self.set_tags),
            "removeTags": list(self.remove_tags),
            "members": self.members,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in the order in which they must be done; the pipeline's is the last."""

    connection: str
    region: str
    steps: tuple[Step, ...]

    @property
    def pipeline(self) -> Step:
        return self.steps[-1]

    @property
    def changes_something(self) -> bool:
        return any(step.changes_something for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        return {
            "connection": self.connection,
            "region": self.region,
            "changes": self.changes_something,
            "steps": [step.to_json() for step in self.steps],
        }


class Catalogue(Protocol):
    """What planning reads of a connection (`core.aws.imagebuilder.ImageBuilder` is one)."""

    def arn(self, kind: Kind, name: str, version: str = "", *, owner: str = "", stage: str = "") -> str: ...

    def find(self, kind: Kind, arn: str) -> Resource | None: ...

    def images(self, owner: str, name: str = "") -> tuple[ImageVersion, ...]: ...


def step_for(wanted: Wanted, catalogue: Catalogue) -> Step:
    """Compare with what is there and decide.

    Raises Conflict where the name and version are taken by a recipe with other content, Invalid where no version is
    left to count up to.
    """
    arn = catalogue.arn(wanted.kind, wanted.name, wanted.version, stage=wanted.stage)
    present = catalogue.find(wanted.kind, arn)
    if present is None:
        reason = f"there is no {wanted.version} yet" if wanted.version else "there is none yet"
        return _creation(wanted, Action.CREATE, reason, arn)
    differs = changes(wanted.kind, wanted.members, present.members)
    if not differs:
        return _reuse(wanted, present)
    if OPERATIONS[wanted.kind].mutable:
        members = {key: value for key, value in wanted.members.items() if key != "name"}
        return _tagged(_step(wanted, Action.UPDATE, _said(differs), present.arn, members, differs), wanted, present)
    if wanted.kind in (Kind.COMPONENT, Kind.WORKFLOW):
        build = (Arn.parse(present.arn).build or 0) + 1
        reason = f"{_said(differs)} since {wanted.version}/{build - 1}"
        return _creation(wanted, Action.NEW_BUILD, reason, arn, differs)
    return _new_version(wanted, present, differs)


def _new_version(wanted: Wanted, present: Resource, differs: tuple[str, ...]) -> Step:
    taken = Arn.parse(present.arn).version or ""
    if is_wildcard(wanted.version):
        reason = f"{_said(differs)} since {taken}; {wanted.version} counts up"
        return _creation(wanted, Action.NEW_VERSION, reason, present.arn, differs, (Version.parse(taken),))
    wildcard = ".".join((*taken.split(".")[:2], "x"))
    raise Conflict(
        f"The {wanted.kind.words} {wanted.name} {taken} exists already with other content ({', '.join(differs)}), "
        "and recipes never change.",
        hint=f"Raise {wanted.address}.semanticVersion, or set it to {wildcard}, which counts up by itself.",
        context={"arn": present.arn, "address": f"{wanted.address}.semanticVersion"},
    )


def _reuse(wanted: Wanted, present: Resource) -> Step:
    arn = Arn.parse(present.arn)
    # A recipe refers to a component without its build number, so that the newest build is taken.
    used = str(arn.without_build())
    version = "/".join(str(part) for part in (arn.version, arn.build) if part)
    step = _step(wanted, Action.REUSE, f"{version} has the same content".lstrip(), used, {})
    return _tagged(step, wanted, present)


def _creation(
    wanted: Wanted,
    action: Action,
    reason: str,
    arn: str,
    differs: tuple[str, ...] = (),
    taken: Sequence[Version] = (),
) -> Step:
    """A Create call; `taken` is the newest version there is under a version with wildcards."""
    members = {**wanted.members, **({"tags": dict(wanted.tags)} if wanted.tags else {})}
    if is_wildcard(wanted.version):
        try:
            version = str(next_version(wanted.version, taken))
        except ValueError as error:
            address = f"{wanted.address}.semanticVersion"
            message = f"The {wanted.kind.words} {wanted.name} can't be counted up: {error}."
            raise Invalid(message, hint="Raise its major or minor version.", context={"address": address}) from error
        members["semanticVersion"] = version
        arn = str(Arn.parse(arn).with_version(version))
    return _step(wanted, action, reason, arn, members, differs)


def _step(
    wanted: Wanted, action: Action, reason: str, arn: str, members: Members, differs: tuple[str, ...] = ()
) -> Step:
    return Step(wanted.kind, wanted.name, action, reason, arn, members, differs, address=wanted.address)


def _tagged(step: Step, wanted: Wanted, present: Resource) -> Step:
    """The step with the changes of tags that Update can't make; the service's own (aws:) stay."""
    if wanted.tags is None:
        return step
    there = {key: value for key, value in present.tags.items() if not key.startswith("aws:")}
    put = {key: value for key, value in wanted.tags.items() if there.get(key) != value}
    gone = tuple(key for key in there if key not in wanted.tags)
    if not put and not gone:
        return step
    reason = f"{step.reason}; tags differ ({', '.join((*put, *gone))})"
    return replace(step, reason=reason, set_tags=put, remove_tags=gone)


def _said(differs: Sequence[str]) -> str:
    shown = ", ".join(differs[:3]) + (f" and {len(differs) - 3} more" if len(differs) > 3 else "")
    return f"{shown} changed"
