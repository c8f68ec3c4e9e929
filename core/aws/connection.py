"""Where a recipe runs: *Local*, or an AWS account and region through a profile of the user's AWS configuration.

Both ends speak the same API, so a `Connection` is little more than a maker of clients. What one end has and the other
lacks is asked of `capabilities`, and a value only one end can default is asked of the connection as well; nothing
above branches on the kind.

boto3 costs a third of a second to import and the local service up to a few seconds to start, so both happen with the
first client, not when a connection is made.
"""

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from core.errors import Unsupported
from core.local import endpoint

if TYPE_CHECKING:
    import boto3

    from core.aws.imagebuilder import ImageBuilder
    from core.aws.machines import Machines
    from core.build.watch import Pace

Kind = Literal["local", "aws"]
LOCAL: Final = "local"
CONNECT_TIMEOUT: Final = 5
READ_TIMEOUT: Final = 60
ATTEMPTS: Final = 5
LOCAL_ATTEMPTS: Final = 2
"""Of the local service: when it is gone, waiting does not bring it back, looking it up again does."""


class Capability(StrEnum):
    """What Image Builder's own API lacks and a connection may offer besides; the calls are in `core.aws.machines`."""

    MACHINES = "machines"
    IMAGE_FILES = "image files"
    IMPORT = "import"
    EXPORT = "export"
    PROGRESS = "progress"
    PRUNE = "prune"
    DIFFERENCES = "differences"
    SCHEDULES = "schedules"
    """Pipelines run by themselves."""
    CONTAINERS = "containers"
    """Container recipes are built."""


class Connection(Protocol):
    """One end of the API, in one region."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> Kind: ...

    @property
    def region(self) -> str: ...

    @property
    def partition(self) -> str:
        """The first part of every ARN there: aws, aws-cn, aws-us-gov."""
        ...

    @property
    def account(self) -> str:
        """The twelve digits; on AWS this asks STS once."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def instance_profile(self) -> str:
        """The instanceProfileName for recipes that name none; empty where the user has to."""
        ...

    @property
    def pace(self) -> "Pace":
        """How often following a build asks for news."""
        ...

    def renew(self) -> None:
        """Forget where the other end was: the next client looks it up again."""
        ...

    def session(self) -> "boto3.Session": ...

    def client(self, service: str) -> Any:
        """A botocore client of `service` (imagebuilder, logs, sts …)."""
        ...

    def image_builder(self) -> "ImageBuilder": ...

    def machines(self) -> "Machines": ...


def _config(attempts: int, **settings: Any) -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra=f"bakehouse/{version('bakehouse')}",
        **settings,
    )


class LocalConnection:
    """The local Image Builder, started by the first call that needs it.

    Its clients see nothing of the user's AWS configuration, environment or proxies: a profile that does not exist or a
    proxy that does not know 127.0.0.1 must not break a build on this machine.
    """

    name: str = LOCAL
    kind: Kind = "local"
    partition: str = "aws"
    account: str = endpoint.ACCOUNT_ID
    capabilities: frozenset[Capability] = frozenset(Capability) - {Capability.SCHEDULES, Capability.CONTAINERS}
    instance_profile: str = "BakehouseLocal"

    def __init__(
        self,
        region: str,
        home: endpoint.Home,
        ensure: Callable[[endpoint.Home], endpoint.Endpoint] = endpoint.ensure,
    ) -> None:
        self.region = region
        self.home = home
        self._ensure = ensure

    @property
    def pace(self) -> "Pace":
        from core.build.watch import LOCAL as PACE

        return PACE

    @cached_property
    def endpoint(self) -> endpoint.Endpoint:
        return self._ensure(self.home)

    @cached_property
    def _session(self) -> "boto3.Session":
        import boto3
        from botocore.session import Session

        nothing = (None, None, os.devnull, None)
        isolated = Session(
            session_vars={"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
        )
        isolated.set_credentials(self.endpoint.access_key_id, self.endpoint.secret_access_key)
        return boto3.Session(botocore_session=isolated, region_name=self.region)

    def renew(self) -> None:
        for found in ("endpoint", "_session", "_machines"):
            self.__dict__.pop(found, None)

    def session(self) -> "boto3.Session":
        return self._session

    def client(self, service: str) -> Any:
        config = _config(LOCAL_ATTEMPTS, proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
        return self._session.client(service, endpoint_url=self.endpoint.url, config=config)

    def image_builder(self) -> "ImageBuilder":
        from core.aws.imagebuilder import ImageBuilder

        return ImageBuilder(self)

    def machines(self) -> "Machines":
        return self._machines

    @cached_property
    def _machines(self) -> "Machines":
        from core.aws.machines import Machines

        return Machines(self.endpoint, self.region)


class AwsConnection:
    """An AWS account and region, with the credentials of one profile (sign-in is the AWS CLI's business)."""

    kind: Kind = "aws"
    capabilities: frozenset[Capability] = frozenset({Capability.SCHEDULES, Capability.CONTAINERS})
    instance_profile: str = ""

    def __init__(self, profile: str, region: str) -> None:
        self.name = profile
        self._wanted_region = region

    @cached_property
    def _session(self) -> "boto3.Session":
        import boto3

        from core.aws.errors import translated

        with translated("profile", self.name):
            return boto3.Session(profile_name=self.name, region_name=self._wanted_region or None)

    @cached_property
    def region(self) -> str:
        from core.errors import Invalid

        if not (found := self._wanted_region or self._session.region_name):
            raise Invalid(f"the profile {self.name!r} has no region.", hint="Name one with --region.")
        return str(found)

    @cached_property
    def partition(self) -> str:
        from core.aws.errors import translated

        with translated("region", self.region):
            return str(self._session.get_partition_for_region(self.region))

    @cached_property
    def account(self) -> str:
        return self.identity["Account"]

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """What STS GetCallerIdentity says: Account, Arn, UserId."""
        from core.aws.errors import translated

        with translated("GetCallerIdentity"):
            answer = self.client("sts").get_caller_identity()
        return {key: str(answer[key]) for key in ("Account", "Arn", "UserId")}

    @property
    def pace(self) -> "Pace":
        from core.build.watch import AWS as PACE

        return PACE

    def renew(self) -> None:
        """Nothing to forget: AWS stays where it is."""

    def session(self) -> "boto3.Session":
        return self._session

    def client(self, service: str) -> Any:
        from core.aws.errors import translated

        with translated("client", service):
            return self._session.client(service, region_name=self.region, config=_config(ATTEMPTS))

    def image_builder(self) -> "ImageBuilder":
        from core.aws.imagebuilder import ImageBuilder

        return ImageBuilder(self)

    def machines(self) -> "Machines":
        raise Unsupported(
            f"the connection {self.name!r} has no machine calls yet.", hint="They work on Local: --connection local"
        )


def profiles() -> tuple[str, ...]:
    """The profiles of the user's AWS configuration."""
    import boto3

    from core.aws.errors import translated

    with translated("profiles"):
        return tuple(sorted(boto3.Session().available_profiles))


def connect(name: str, region: str, home: endpoint.Home) -> Connection:
    """The connection called `name`: ``local``, or a profile. Nothing is started or asked yet; "" for a profile's own
    region."""
    return LocalConnection(region, home) if name == LOCAL else AwsConnection(name, region)
