"""Rows of the resource table: what every kind of resource has in common.

All functions work on a connection inside somebody's transaction, so that an operation reads, decides and writes as one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from core.local.store.schema import BUILD_NUMBER, REFERENCE, RESOURCE
from core.recipe.names import Arn, Version

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: its ARN, its `body` in the shape of the API's Get operation, and when it was made."""

    arn: Arn
    body: Body
    created: str

    @property
    def region(self) -> str:
        return self.arn.region

    @property
    def kind(self) -> str:
        """The resource type; workflows are told apart by their own: ``workflow/build``."""
        return kind_of(self.arn)

    @property
    def version(self) -> Version:
        return Version.parse(self.arn.version or "0.0.0")

    @property
    def build(self) -> int:
        return self.arn.build or 0

    def with_body(self, **members: Any) -> "Resource":
        """The resource with members of its body replaced; None takes one away."""
        merged = {**self.body, **members}
        return replace(self, body={name: value for name, value in merged.items() if value is not None})


def kind_of(arn: Arn) -> str:
    return f"{arn.type}/{arn.workflow_type}" if arn.workflow_type else arn.type


def get(connection: Connection, arn: str) -> Resource | None:
    """The resource with exactly this ARN."""
    row = connection.execute(select(RESOURCE).where(RESOURCE.c.arn == arn)).one_or_none()
    return None if row is None else _resource(row)


def of_kind(connection: Connection, region: str, kind: str, slug: str | None = None) -> list[Resource]:
    """All resources of a region and kind, ordered by slug, version and build."""
    query = select(RESOURCE).where(RESOURCE.c.region == region, RESOURCE.c.type == kind)
    if slug is not None:
        query = query.where(RESOURCE.c.slug == slug)
    order = (RESOURCE.c[part] for part in ("slug", "major", "minor", "patch", "build"))
    return [_resource(row) for row in connection.execute(query.order_by(*order))]


def of_kind_everywhere(connection: Connection, kind: str) -> list[Resource]:
    """All resources of a kind in every region."""
    return [_resource(row) for row in connection.execute(select(RESOURCE).where(RESOURCE.c.type == kind))]


def count(connection: Connection, region: str, kind: str) -> int:
    return len(connection.execute(select(RESOURCE.c.arn).where(_is(region, kind))).all())


def add(connection: Connection, resource: Resource, references: Iterable[str] = ()) -> None:
    version = resource.version
    connection.execute(
        insert(RESOURCE).values(
            arn=str(resource.arn),
            region=resource.region,
            type=resource.kind,
            slug=resource.arn.name,
            major=version.major,
            minor=version.minor,
            patch=version.patch,
            build=resource.build,
            body=resource.body,
            created=resource.created,
        )
    )
    _refer(connection, str(resource.arn), references)


def change(connection: Connection, arn: str, body: Mapping[str, Any], references: Iterable[str] | None = None) -> None:
    """Replace a resource's body, and its references unless None."""
    connection.execute(update(RESOURCE).where(RESOURCE.c.arn == arn).values(body=dict(body)))
    if references is not None:
        connection.execute(delete(REFERENCE).where(REFERENCE.c.resource_arn == arn))
        _refer(connection, arn, references)


def remove(connection: Connection, arn: str) -> None:
    """Delete a resource with all that hangs on it (references, executions, packages)."""
    connection.execute(delete(RESOURCE).where(RESOURCE.c.arn == arn))


def references_to(connection: Connection, target: Arn) -> list[str]:
    """All references, as written, that name any version of `target`."""
    family = str(target.without_version())
    query = select(REFERENCE.c.target).distinct()
    named = (REFERENCE.c.target == family) | REFERENCE.c.target.startswith(f"{family}/", autoescape=True)
    return [str(row.target) for row in connection.execute(query.where(named))]


def next_build(connection: Connection, version: Arn) -> int:
    """The next build number of a version; a number is never given twice, not even after a delete."""
    statement = upsert(BUILD_NUMBER).values(version_arn=str(version.without_build()), last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[BUILD_NUMBER.c.version_arn], set_={"last": BUILD_NUMBER.c.last + 1}
    ).returning(BUILD_NUMBER.c.last)
    return int(connection.execute(counted).scalar_one())


def _is(region: str, kind: str) -> Any:
    return (RESOURCE.c.region == region) & (RESOURCE.c.type == kind)


def _refer(connection: Connection, arn: str, targets: Iterable[str]) -> None:
    rows = [{"resource_arn": arn, "target": target} for target in dict.fromkeys(targets)]
    if rows:
        connection.execute(insert(REFERENCE), rows)


def _resource(row: Row[Any]) -> Resource:
    return Resource(Arn.parse(row.arn), row.body, row.created)
