"""Where a recipe runs: *Local*, or an AWS account and region through a stored connection or a profile.

Both ends speak the same API, so a `Connection` is little more than a maker of clients. What one end has and the other
lacks is asked of `capabilities`, and a value only one end can default is asked of the connection as well; nothing
above branches on the kind.

boto3 costs a third of a second to import and the local service up to a few seconds to start, so both happen with the
first client, not when a connection is made.
"""

import os
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from core.errors import Unsupported
from core.local import endpoint

if TYPE_CHECKING:
    import boto3

    from core.aws.asking import Asker
    from core.aws.book import Book
    from core.aws.imagebuilder import ImageBuilder
    from core.aws.lookups import Lookups
    from core.aws.machines import Machines
    from core.aws.sign_in import SignIn, Surroundings
    from core.aws.stored import StoredConnection
    from core.build.watch import Pace

Kind = Literal["local", "aws"]
LOCAL: Final = "local"
CONNECT_TIMEOUT: Final = 5
READ_TIMEOUT: Final = 60
ATTEMPTS: Final = 5
LOCAL_ATTEMPTS: Final = 2
"""Of the local service: when it is gone, waiting does not bring it back, looking it up again does."""


class Capability(StrEnum):
    """What one connection has and another lacks: calls besides Image Builder's API, which are in `core.aws.machines`,
    and parts of that API which are not served everywhere yet."""

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
    LOOKUPS = "look-ups"
    """Subnets, instance profiles and the like; the calls are in `core.aws.lookups`."""
    BILLING = "billing"
    """The AWS Price List and what AWS has billed; the calls are in `core.aws.price_list` and `core.aws.spend`."""


ONLY_ON_AWS: Final = frozenset({Capability.LOOKUPS, Capability.SCHEDULES, Capability.CONTAINERS, Capability.BILLING})
PRICE_LIST: Final = "pricing"
PRICE_LIST_HOMES: Final = {
    "ap": "ap-south-1",
    "us": "us-east-1",
    "ca": "us-east-1",
    "mx": "us-east-1",
    "sa": "us-east-1",
}
"""Where the Price List answers, by the first part of the region that asks; from elsewhere it is Frankfurt. Which region
answers has nothing to do with whose prices it knows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a connection is (STS GetCallerIdentity)."""

    account: str
    arn: str
    user_id: str

    @property
    def name(self) -> str:
        """The last part of the ARN: the user, or the session of a role."""
        return self.arn.rsplit("/", 1)[-1]


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
    def production(self) -> bool:
        """Marked by the user: whatever changes something there asks first."""
        ...

    @property
    def awake(self) -> bool:
        """Whether asking it something starts nothing: what only shows how things are asks no other."""
        ...

    @property
    def identity(self) -> Identity:
        """Who we are there; on AWS this asks STS once."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """When the sign-in ends; None for never, or not known before the first call."""
        ...

    @property
    def time_left(self) -> timedelta | None:
        """Until `expires_at`, not below zero."""
        ...

    def sign_in(self) -> None:
        """New credentials, because the user asks for them; what was refused before is asked again. Blocks until they
        are there; raises Denied or Cancelled."""
        ...

    def cancel_sign_in(self) -> None:
        """Give up for all calls that wait for credentials: they raise Cancelled."""
        ...

    @property
    def instance_profile(self) -> str:
        """The instanceProfileName for recipes that name none; empty where the user has to."""
        ...

    @property
    def pace(self) -> "Pace":
        """How often following a build asks for news."""
        ...

    def renew(self) -> None:
        """Forget where the other end was: the next client looks it up again. Credentials: `sign_in`."""
        ...

    def session(self) -> "boto3.Session": ...

    def client(self, service: str) -> Any:
        """A botocore client of `service` (imagebuilder, logs, sts …)."""
        ...

    def image_builder(self) -> "ImageBuilder": ...

    def machines(self) -> "Machines": ...

    def lookups(self) -> "Lookups":
        """What forms offer to choose from. Raises Unsupported without the capability."""
        ...


def _config(attempts: int, **settings: Any) -> Any:
    from importlib.metadata import version

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
    capabilities: frozenset[Capability] = frozenset(Capability) - ONLY_ON_AWS
    production: bool = False
    identity: Identity = Identity(
        endpoint.ACCOUNT_ID, f"arn:aws:iam::{endpoint.ACCOUNT_ID}:user/bakehouse", endpoint.ACCOUNT_ID
    )
    expires_at: datetime | None = None
    time_left: timedelta | None = None
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
        self._making = Lock()

    @property
    def pace(self) -> "Pace":
        from core.build.watch import LOCAL as PACE

        return PACE

    @property
    def awake(self) -> bool:
        return "endpoint" in self.__dict__ or endpoint.find(self.home) is not None

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

    def sign_in(self) -> None:
        """Nothing to sign in to: the service's key is this machine's."""

    def cancel_sign_in(self) -> None:
        """Nothing waits."""

    def session(self) -> "boto3.Session":
        return self._session

    def client(self, service: str) -> Any:
        config = _config(LOCAL_ATTEMPTS, proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
        session, url = self._session, self.endpoint.url
        with self._making:  # boto3 makes clients in one thread at a time
            return session.client(service, endpoint_url=url, config=config)

    def image_builder(self) -> "ImageBuilder":
        from core.aws.imagebuilder import ImageBuilder

        return ImageBuilder(self)

    def machines(self) -> "Machines":
        return self._machines

    @cached_property
    def _machines(self) -> "Machines":
        from core.aws.machines import Machines

        return Machines(self.endpoint, self.region)

    def lookups(self) -> "Lookups":
        raise Unsupported("Local has no subnets, profiles or keys to choose from.", hint="It needs none to bake.")


class AwsConnection:
    """An AWS account and region, with the credentials that the stored connection says.

    Any thread may call. What is found once is found under locks of this connection: `functools.cached_property` has one
    for all of a class, and a sign-in that waits for a person would hold up every other account. The lock for making
    sessions and clients is never held while the network or a person is waited for.
    """

    kind: Kind = "aws"
    capabilities: frozenset[Capability] = ONLY_ON_AWS
    instance_profile: str = ""
    awake: bool = True

    def __init__(self, stored: "StoredConnection", around: "Callable[[], Surroundings]") -> None:
        self.stored = stored
        self.name = stored.name
        self.production = stored.production
        self._around = around
        self._lock = RLock()
        self._signing_in: SignIn | None = None
        self._made: boto3.Session | None = None
        self._region = stored.region
        self._asking = Lock()
        self._identity: Identity | None = None

    def marked(self, stored: "StoredConnection") -> "AwsConnection":
        """The same connection, signed in as it is, with the mark that `stored` has."""
        made = copy(self)
        made.stored, made.production = stored, stored.production
        return made

    def _sign_in(self) -> "SignIn":
        """Made once, whichever thread comes first: what one sign-in makes wait, another would not."""
        from core.aws.sign_in import SignIn

        with self._lock:
            if self._signing_in is None:
                self._signing_in = SignIn(self.stored, self._around())
            return self._signing_in

    @property
    def _session(self) -> "boto3.Session":
        from core.aws.errors import translated

        with self._lock, translated("connection", self.name):
            if self._made is None:
                self._made = self._sign_in().session(self.stored.region)
            return self._made

    @property
    def region(self) -> str:
        from core.errors import Invalid

        if not self._region:
            self._region = str(self._session.region_name or "")
        if not self._region:
            raise Invalid(f"the profile {self.name!r} has no region.", hint="Name one with --region.")
        return self._region

    @property
    def partition(self) -> str:
        from core.aws.errors import translated

        with self._lock, translated("region", self.region):
            return str(self._session.get_partition_for_region(self.region))

    @property
    def account(self) -> str:
        return self.identity.account

    @property
    def identity(self) -> Identity:
        from core.aws.errors import translated

        with self._asking:
            if self._identity is None:
                with translated("GetCallerIdentity", service="sts"):
                    answer = self.client("sts").get_caller_identity()
                self._identity = Identity(str(answer["Account"]), str(answer["Arn"]), str(answer["UserId"]))
            return self._identity

    @property
    def expires_at(self) -> datetime | None:
        return self._signing_in.expires_at if self._signing_in else None

    @property
    def time_left(self) -> timedelta | None:
        return self._signing_in.time_left if self._signing_in else None

    def sign_in(self) -> None:
        from core.aws.errors import translated

        with translated("sign-in", self.name):
            self._sign_in().renew()
        self._identity = None

    def cancel_sign_in(self) -> None:
        if self._signing_in:
            self._signing_in.cancel()

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

        region = self.region
        if service == PRICE_LIST and self.partition == "aws":
            region = PRICE_LIST_HOMES.get(region.split("-")[0], "eu-central-1")
        with self._lock, translated("client", service):  # boto3 makes clients in one thread at a time
            return self._session.client(service, region_name=region, config=_config(ATTEMPTS))

    def image_builder(self) -> "ImageBuilder":
        from core.aws.imagebuilder import ImageBuilder

        return ImageBuilder(self)

    def machines(self) -> "Machines":
        raise Unsupported(
            f"the connection {self.name!r} has no machine calls yet.", hint="They work on Local: --connection local"
        )

    def lookups(self) -> "Lookups":
        from core.aws.lookups import Lookups

        return Lookups(self)


def local(region: str) -> LocalConnection:
    """Local with the user's own home. Nothing is started yet."""
    return LocalConnection(region, endpoint.Home.default())


def profiles() -> tuple[str, ...]:
    """The profiles of the user's AWS configuration."""
    import boto3

    from core.aws.errors import translated

    with translated("profiles"):
        return tuple(sorted(boto3.Session().available_profiles))


class Opener:
    """Makes connections of what is stored. One for a process: its connections share one sign-in per portal.

    Botocore is loaded by the first connection that is used, not by a book full of them.
    """

    def __init__(self, book: "Book", asker: "Asker") -> None:
        self.book = book
        self._asker = asker
        self._lock = Lock()
        self._made: Surroundings | None = None

    def open(self, stored: "StoredConnection") -> AwsConnection:
        """Nothing is asked yet. After a change of the stored connection, open it anew."""
        return AwsConnection(stored, self.surroundings)

    def marked(self, before: Connection, stored: "StoredConnection") -> Connection:
        """The same connection, signed in as it is, marked production or not as `stored` says."""
        return before.marked(stored) if isinstance(before, AwsConnection) else self.open(stored)

    def surroundings(self) -> "Surroundings":
        """What all connections sign in with; `portals` among it, for a form that offers accounts and roles."""
        from core.aws.sign_in import surroundings

        with self._lock:
            if self._made is None:
                self._made = surroundings(self.book, self._asker)
            return self._made


def stored(name: str, book: "Book") -> "StoredConnection":
    """The stored connection of that name, else one made of the profile of that name. Raises Invalid for a bad file."""
    from core.aws.stored import Profile, StoredConnection

    # A profile may have a name that a stored connection may not, so nothing is validated here.
    return book.find(name) or StoredConnection.model_construct(name=name, source=Profile(profile=name))


def connect(name: str, region: str, home: endpoint.Home, asker: "Asker | None" = None) -> Connection:
    """The connection called `name`: ``local``, one the user stored, or a profile. Nothing is started or asked yet; ""
    for its own region. `asker` signs in where that needs a person; nobody does without."""
    if name == LOCAL:
        return LocalConnection(region, home)
    from core.aws.asking import Nobody
    from core.aws.book import Book, book_file
    from core.secrets import UserSecrets

    book = Book(book_file(), UserSecrets())
    found = stored(name, book)
    return Opener(book, asker or Nobody()).open(found.model_copy(update={"region": region or found.region}))
