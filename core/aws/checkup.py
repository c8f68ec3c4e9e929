"""The test of a connection: a few findings that say in words what works, what does not, and what to do.

Every check stands for itself: a user who lacks three permissions learns of all three at once. Only where nobody is
signed in, or the local service does not run, the checks that need it are left out.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from botocore import xform_name

from core.aws.connection import AwsConnection, Connection
from core.aws.errors import IMAGE_BUILDER, translated
from core.aws.lookups import InstanceProfile, Lookups
from core.aws.machines import Health
from core.catalog.regions import REGIONS, Region
from core.errors import BakehouseError, Cancelled, Denied
from core.secrets import Secrets

LISTED: Final = (
    "ListImagePipelines",
    "ListImageRecipes",
    "ListComponents",
    "ListImages",
    "ListInfrastructureConfigurations",
    "ListDistributionConfigurations",
)
"""What the library page and a plan ask for first."""
NEEDED_POLICIES: Final = frozenset({"EC2InstanceProfileForImageBuilder", "AmazonSSMManagedInstanceCore"})
"""Service reference, 11.2. A policy of the user's own may do as well, so their absence is a warning only."""
LOOKED_AT: Final = 20
"""Instance profiles whose policies are asked for: one call each."""
NAMED: Final = 3
ROOM: Final = 10 * 1024**3
"""Bytes that a first bake may take: base image, layer, machine."""
ACCELERATED: Final = "kvm"


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome; `actions` are the IAM actions that are missing."""

    name: str
    state: State
    message: str
    hint: str = ""
    actions: tuple[str, ...] = ()


def findings(connection: Connection, secrets: Secrets, regions: Mapping[str, Region] = REGIONS) -> Iterator[Finding]:
    """The findings, each as soon as it is known; `secrets` is the shelf that the connection's secrets rest on. Raises
    nothing but Cancelled."""
    if isinstance(connection, AwsConnection):
        yield from _of_aws(connection, regions.get(connection.region))
    else:
        yield from _of_local(connection)
    yield _found("Keyring", lambda: _keyring(secrets))


def _of_aws(connection: AwsConnection, region: Region | None) -> Iterator[Finding]:
    identity = _found("Identity", lambda: _identity(connection))
    yield identity
    if identity.state is State.FAILED:
        return
    refusals: dict[str, BakehouseError] = {}
    answers = _found("Image Builder", lambda: _image_builder(connection, region, refusals))
    yield answers
    if answers.state is State.OK:
        yield _permissions(refusals)
    yield _found("Instance profiles", lambda: _instance_profiles(connection.lookups()))


def _of_local(connection: Connection) -> Iterator[Finding]:
    health: list[Health] = []

    def service() -> Finding:
        found = connection.machines().health()
        health.append(found)
        return Finding("Service", State.OK, f"The local Image Builder {found.version} answers (process {found.pid}).")

    yield _found("Service", service)
    for found in health:
        yield _acceleration(found)
        yield _disk(found)


def _found(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Cancelled:
        raise
    except BakehouseError as error:
        actions = tuple(filter(None, [error.context.get("action", "")]))
        return Finding(name, State.FAILED, error.message, error.hint, actions)


def _identity(connection: AwsConnection) -> Finding:
    identity = connection.identity
    message = f"Signed in as {identity.name} in the account {identity.account}."
    if (left := connection.time_left) is not None:
        message += f" {int(left.total_seconds() // 60)} minutes are left."
    return Finding("Identity", State.OK, message)


def _image_builder(connection: AwsConnection, region: Region | None, refusals: dict[str, BakehouseError]) -> Finding:
    """Whether anybody answers there; a refusal is an answer, and is noted in `refusals` by operation."""
    name = "Image Builder"
    place = f"{region.name} ({region.code})" if region else connection.region
    if region is not None and region.image_builder is False:
        hint = "Choose a region that has it: edit the connection."
        return Finding(name, State.FAILED, f"EC2 Image Builder is not offered in {place}.", hint)
    client = connection.client(IMAGE_BUILDER)
    for operation in LISTED:
        try:
            with translated(operation):
                getattr(client, xform_name(operation))(maxResults=1)
        except Denied as error:
            refusals[operation] = error
    return Finding(name, State.OK, f"Image Builder answers in {place}.")


def _permissions(refusals: Mapping[str, BakehouseError]) -> Finding:
    name = "Permissions"
    if not refusals:
        return Finding(name, State.OK, "Pipelines, recipes, components, images and configurations can be listed.")
    actions = tuple(error.context.get("action") or f"{IMAGE_BUILDER}:{each}" for each, error in refusals.items())
    message = f"{len(refusals)} of {len(LISTED)} listings are denied: {', '.join(refusals)}."
    hints = {error.hint for error in refusals.values() if "action" not in error.context}
    hint = " ".join(sorted(hints)) or f"Allow {', '.join(actions)} for this identity."
    return Finding(name, State.FAILED, message, hint, actions)


def _instance_profiles(lookups: Lookups) -> Finding:
    name = "Instance profiles"
    profiles = lookups.instance_profiles()
    with_role = [each for each in profiles if each.roles]
    if not with_role:
        found = "There is no instance profile" if not profiles else "No instance profile has a role"
        hint = f"Make one whose role has the policies {' and '.join(sorted(NEEDED_POLICIES))}."
        return Finding(name, State.WARNING, f"{found} that build machines could use.", hint)
    try:
        usable = [each.name for each in with_role[:LOOKED_AT] if _usable(each, lookups)]
    except Denied as error:
        message = f"{_listed([each.name for each in with_role])} found; whether their policies suffice can't be read."
        return Finding(name, State.WARNING, message, error.hint, tuple(filter(None, [error.context.get("action", "")])))
    if usable:
        return Finding(name, State.OK, f"Ready for build machines: {_listed(usable)}.")
    message = f"None of the instance profiles looked at has the policies {' and '.join(sorted(NEEDED_POLICIES))}."
    hint = "Policies of your own may do as well; else attach those to the role."
    return Finding(name, State.WARNING, message, hint)


def _usable(profile: InstanceProfile, lookups: Lookups) -> bool:
    attached = {arn.rsplit("/", 1)[-1] for role in profile.roles for arn in lookups.role_policies(role)}
    return attached >= NEEDED_POLICIES


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _acceleration(health: Health) -> Finding:
    if health.acceleration == ACCELERATED:
        return Finding("Acceleration", State.OK, "Machines run with KVM.")
    message = f"Machines are emulated in software, several times slower: {health.acceleration_reason or 'no KVM'}."
    hint = "Make /dev/kvm usable for you (group kvm), or enable virtualization in the firmware."
    return Finding("Acceleration", State.WARNING, message.replace("..", "."), hint)


def _disk(health: Health) -> Finding:
    used = sum(health.disk.values())
    free = shutil.disk_usage(Path(health.home)).free
    message = f"{_size(used)} used by images and logs in {health.home}, {_size(free)} free."
    if free < ROOM:
        return Finding("Disk", State.WARNING, message, "A bake may run out of room: prune, or free some.")
    return Finding("Disk", State.OK, message)


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def _keyring(secrets: Secrets) -> Finding:
    name = "Keyring"
    if secrets.kind != "keyring":
        message = "This machine has no keyring that keeps secrets safe: keys and sign-ins last until Bakehouse ends."
        return Finding(name, State.WARNING, message, "Install one, such as gnome-keyring or KWallet.")
    secrets.get("checkup")
    return Finding(name, State.OK, "Secrets are kept in the keyring of this machine.")
