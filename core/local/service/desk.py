"""What one API call works with: its members, one transaction, and what to do once that is committed."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.catalog.regions import REGIONS
from core.local.endpoint import ACCOUNT_ID, Home
from core.local.machine.ports import ImageStore
from core.local.service import faults
from core.local.service.quotas import Quotas
from core.local.store import resources
from core.local.store.database import Database
from core.local.store.engine_port import Engine
from core.local.store.library import Library
from core.local.store.managed import Managed
from core.local.store.records import now
from core.local.store.resources import Resource
from core.recipe.names import Arn, slug

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Backend:
    """What all calls share."""

    database: Database
    managed: Managed
    engine: Engine
    images: ImageStore
    home: Home
    quotas: Quotas


class Desk:
    """One call in one region, inside one transaction."""

    def __init__(self, backend: Backend, connection: Connection, operation: str, region: str, members: Members) -> None:
        self.backend = backend
        self.connection = connection
        self.operation = operation
        self.region = region
        self.members = members
        self.library = Library(connection, backend.managed)
        self.after: list[Callable[[], None]] = []

    def chosen(self, *names: str) -> Members:
        """The request's members of these names, as far as they were given."""
        return {name: self.members[name] for name in names if name in self.members}

    def new_arn(self, kind: str, name: str, version: str | None = None) -> Arn:
        """The ARN of a resource of this account and region; `kind` as in `Resource.kind`."""
        type_, _, workflow_type = kind.partition("/")
        return Arn(
            partition(self.region), self.region, ACCOUNT_ID, type_, slug(name), version, None, workflow_type or None
        )

    def find(self, arn: str) -> Resource:
        """The resource an ARN means in this region, wildcards resolved; raises ResourceNotFoundException."""
        found = self.library.resolve(arn)
        if found is None or found.region != self.region:
            raise faults.not_found(arn)
        return found

    def own(self, arn: str) -> Resource:
        """The account's own resource with exactly this ARN, for changing it."""
        with contextlib.suppress(ValueError):
            if Arn.parse(arn).owner == "aws":
                raise faults.forbidden(f"'{arn}' is managed by Amazon and can't be changed.")
        found = self.library.get(arn)
        if found is None or found.region != self.region:
            raise faults.not_found(arn)
        return found

    def create(self, arn: Arn, body: Members, references: Iterable[str] = ()) -> Resource:
        """Store a new resource; `arn` and `dateCreated` are added to its body."""
        created = now()
        members = {"arn": str(arn), **body, "dateCreated": created}
        resource = Resource(arn, {name: value for name, value in members.items() if value is not None}, created)
        resources.add(self.connection, resource, references)
        return resource

    def change(self, resource: Resource, references: Iterable[str] | None = None) -> None:
        resources.change(self.connection, str(resource.arn), resource.body, references)

    def delete(self, resource: Resource, *, unless: bool) -> None:
        """Remove a resource; refused as depended on when `unless`."""
        if unless:
            raise faults.depended_on(str(resource.arn))
        resources.remove(self.connection, str(resource.arn))

    def referenced(self, resource: Resource) -> bool:
        """Whether another resource needs this very one.

        A reference to its build or version does; a wildcard does when nothing else would match it (AWS documents only
        the exact references; this reading never leaves a reference that leads nowhere).
        """
        others = [
            one for one in self.library.owned(self.region, resource.kind, resource.arn.name) if one.arn != resource.arn
        ]
        return any(needs(target, resource, others) for target in resources.references_to(self.connection, resource.arn))

    def within_quota(self, kind: str, limit: int, what: str) -> None:
        if resources.count(self.connection, self.region, kind) >= limit:
            raise faults.over_quota(what, limit)

    def end_dry_run(self) -> None:
        """All checks have passed: with dryRun this is said, as AWS says it, by an error."""
        if self.members.get("dryRun"):
            raise faults.dry_run()


def partition(region: str) -> str:
    """The partition of a region, as ARNs begin. Requests of an unknown region are not let in."""
    return REGIONS[region].partition


def needs(target: str, resource: Resource, others: list[Resource]) -> bool:
    """Whether a reference leads to `resource`, and would lead nowhere, or elsewhere than it says, without it."""
    named = Arn.parse(target)
    if named.build is not None or named.version is None or "x" not in named.version:
        return named in (resource.arn, resource.arn.without_build())
    family = [resource, *others]
    return not any(_under(named, one) for one in others) and any(_under(named, one) for one in family)


def _under(pattern: Arn, resource: Resource) -> bool:
    nodes = str(pattern.version).split(".")
    return all(node in ("x", str(own)) for node, own in zip(nodes, resource.version.nodes, strict=True))
