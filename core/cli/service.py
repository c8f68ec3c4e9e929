"""``bakehouse service …``: the local Image Builder's process, as seen from the command line."""

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.aws.connection import LocalConnection
from core.aws.machines import Difference, Health, Machine, Machines, Removed
from core.cli import choice
from core.cli.text import counted, harmless, size
from core.local import endpoint
from core.local.endpoint import Endpoint, Home

FOREIGN = (
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ENDPOINT_URL_IMAGEBUILDER",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
"""Variables that would win over ours, or break requests to an address of our own."""


KEY_PLACES = {
    "keyring": "in the OS keyring",
    "file": "in a file only you can read (there is no OS keyring here)",
}


@dataclass(frozen=True, slots=True)
class State:
    """The service as it is; `health` None when it doesn't run."""

    running: bool
    home: str
    url: str = ""
    health: Health | None = None
    machines: tuple[Machine, ...] = ()

    def text(self) -> Iterable[str]:
        if self.health is None:
            yield "The local Image Builder is not running."
            yield f"home          {self.home}"
            return
        health = self.health
        reason = f" ({health.acceleration_reason})" if health.acceleration_reason else ""
        yield f"The local Image Builder {health.version} is running."
        yield f"address       {self.url} (process {health.pid})"
        yield f"home          {health.home}"
        yield f"account       {health.account}"
        yield f"key           {KEY_PLACES.get(health.secrets, health.secrets)}"
        yield f"acceleration  {health.acceleration}{reason}"
        yield f"disk          {', '.join(f'{name} {size(used)}' for name, used in health.disk.items())}"
        yield f"running       {counted(health.running, 'build')}"
        for machine in self.machines:
            shape = f"{machine.vcpus} vCPU, {machine.memory_mib} MiB"
            yield f"machine       {machine.instance_id} {machine.role} {machine.state} ({shape}) {machine.image_arn}"


@dataclass(frozen=True, slots=True)
class Environment:
    """What a shell needs so that AWS clients talk to the local service."""

    endpoint: Endpoint
    region: str
    proxied: bool

    @property
    def variables(self) -> dict[str, str]:
        return {
            # One endpoint for every service: a call that the local service doesn't know gets a clear answer from it
            # and never travels to AWS with a local key.
            "AWS_ENDPOINT_URL": self.endpoint.url,
            "AWS_ACCESS_KEY_ID": self.endpoint.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.endpoint.secret_access_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def shell(self) -> Iterable[str]:
        """Lines for `eval` in a POSIX shell."""
        yield f"unset {' '.join(FOREIGN)}"
        for name, value in self.variables.items():
            yield f"export {name}={shlex.quote(value)}"
        if self.proxied:
            yield 'export NO_PROXY="127.0.0.1${NO_PROXY:+,$NO_PROXY}" no_proxy="127.0.0.1${no_proxy:+,$no_proxy}"'


def start() -> State:
    home = Home.default()
    endpoint.ensure(home)
    return status()


def stop() -> bool:
    return endpoint.stop(Home.default())


def status() -> State:
    home = Home.default()
    if (found := endpoint.find(home)) is None:
        return State(running=False, home=str(home.root))
    machines = _machines(found)
    return State(True, str(home.root), found.url, machines.health(), machines.machines())


def terminate(instance_id: str) -> None:
    _local().machines().terminate(instance_id)


def environment(region: str) -> Environment:
    proxied = any(os.environ.get(name) for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"))
    return Environment(endpoint.ensure(Home.default()), choice.region("local", region).name, proxied)


def differences() -> tuple[Difference, ...]:
    return _local().machines().differences()


def differences_text(found: Sequence[Difference]) -> Iterable[str]:
    for each in found:
        yield each.topic
        yield f"  AWS    {each.aws}"
        yield f"  Local  {each.local}"


def prune(*, dry_run: bool) -> tuple[Removed, ...]:
    return _local().machines().prune(dry_run=dry_run)


def prune_text(removed: Sequence[Removed], *, dry_run: bool) -> Iterable[str]:
    for each in removed:
        yield f"{each.kind:<12} {harmless(each.name)}  {size(each.bytes)}"
    verb = "would be freed" if dry_run else "freed"
    yield f"{counted(len(removed), 'thing')}, {size(sum(each.bytes for each in removed))} {verb}"


def run() -> int:
    """The service itself, in this process, until it is told to stop."""
    from core.local.service.app import run as serve

    return serve(Home.default())


def _local() -> LocalConnection:
    return LocalConnection(choice.region("local").name, Home.default())


def _machines(found: Endpoint) -> Machines:
    return Machines(found, choice.region("local").name)
