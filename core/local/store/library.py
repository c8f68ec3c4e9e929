"""One look at all resources: those stored and those managed, with versions and wildcards resolved.

Resolution, after service reference 1.4: a full ARN means itself; a version or wildcard means the newest version under
it and of that the newest build; of images only builds that are AVAILABLE count.
"""

from sqlalchemy import Connection

from core.local.endpoint import ACCOUNT_ID
from core.local.store import resources
from core.local.store.managed import Managed
from core.local.store.resources import Resource, kind_of
from core.recipe.names import Arn, is_wildcard, newest_match

BUILT = ("component", "image", "workflow")
"""The types whose versions have builds."""


class Library:
    """Reads within one transaction."""

    def __init__(self, connection: Connection, managed: Managed) -> None:
        self._connection = connection
        self._managed = managed

    def get(self, arn: str) -> Resource | None:
        """The resource with exactly this ARN."""
        parsed = _parsed(arn)
        if parsed is None:
            return None
        if parsed.owner == "aws":
            return next((one for one in self._family(parsed) if str(one.arn) == arn), None)
        return resources.get(self._connection, arn)

    def resolve(self, arn: str) -> Resource | None:
        """The resource an ARN means; None when nothing matches."""
        parsed = _parsed(arn)
        if parsed is None or parsed.version is None or parsed.build is not None:
            return self.get(arn)
        if parsed.type not in BUILT and not is_wildcard(parsed.version):
            return self.get(arn)
        candidates = [one for one in self._family(parsed) if _counts(one)]
        version = newest_match(parsed.version, [one.version for one in candidates])
        builds = [one for one in candidates if one.version == version]
        return max(builds, key=lambda one: one.build, default=None)

    def owned(self, region: str, kind: str, slug: str | None = None) -> list[Resource]:
        """The account's own resources, ordered by slug, version, build."""
        return resources.of_kind(self._connection, region, kind, slug)

    def managed(self, region: str, kind: str) -> list[Resource]:
        """Amazon's resources in the same order."""
        return sorted(self._managed.of_kind(region, kind), key=lambda one: (one.arn.name, one.version, one.build))

    def _family(self, arn: Arn) -> list[Resource]:
        """All versions and builds of the resource an ARN names."""
        if arn.owner == "aws":
            return [one for one in self.managed(arn.region, kind_of(arn)) if one.arn.name == arn.name]
        return self.owned(arn.region, kind_of(arn), arn.name) if arn.owner == ACCOUNT_ID else []


def _counts(resource: Resource) -> bool:
    return resource.arn.type != "image" or resource.body["state"]["status"] == "AVAILABLE"


def _parsed(arn: str) -> Arn | None:
    try:
        return Arn.parse(arn)
    except ValueError:
        return None
