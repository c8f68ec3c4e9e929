"""What Image Builder's API lacks, of the local service: health, machines, image files, import and export, progress,
prune, differences.

It is a small JSON scope called ``bakehouse`` on the same endpoint: ``POST /bakehouse/<Operation>``, signed with SigV4
like every other request there, so one key pair opens all of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import nan
from typing import Any, Final, Literal

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from core.aws.errors import translate
from core.build.curves import Curve, Curves, Unit
from core.build.source import Progress
from core.errors import Unreachable
from core.local.endpoint import Endpoint

SCOPE: Final = "bakehouse"
CURVES: Final = (
    ("Processor", Unit.PERCENT),
    ("Memory", Unit.BYTES),
    ("Disk", Unit.BYTES_PER_SECOND),
    ("Network", Unit.BYTES_PER_SECOND),
)
TIMEOUTS: Final = (5, 120)
"""Seconds to connect and to answer; prune deletes gigabytes before it answers."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the service is; sizes in bytes. `acceleration` is kvm, tcg … with the probe's finding as the reason;
    `secrets` says where its key rests, "keyring" or "file"."""

    version: str
    pid: int
    account: str
    acceleration: str
    acceleration_reason: str
    home: str
    disk: Mapping[str, int]
    running: int
    secrets: str


@dataclass(frozen=True, slots=True)
class Machine:
    instance_id: str
    image_arn: str
    role: str
    state: str
    vcpus: int
    memory_mib: int
    since: str


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image of a local region on disk; sizes in bytes."""

    region: str
    ami_id: str
    name: str
    path: str
    written_bytes: int
    virtual_bytes: int
    sha256: str
    parent_ami_id: str


@dataclass(frozen=True, slots=True)
class Task:
    """A long job of the service: `done` of `total` `unit`s (total 0: unknown)."""

    status: Literal["RUNNING", "DONE", "FAILED"]
    done: int
    total: int
    unit: str
    message: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    kind: str
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Difference:
    topic: str
    aws: str
    local: str


class Machines:
    """The ``bakehouse`` scope of one local service; each call raises errors of `core.errors` only."""

    def __init__(self, endpoint: Endpoint, region: str) -> None:
        self._url = endpoint.url.rstrip("/")
        self._credentials = Credentials(endpoint.access_key_id, endpoint.secret_access_key)
        self._region = region
        # No proxies: the service is on this machine, whatever the environment says about proxies.
        self._http = URLLib3Session(proxies={}, timeout=TIMEOUTS)

    def health(self) -> Health:
        answer = self._call("Health")
        acceleration: Mapping[str, Any] = answer.get("acceleration", {})
        return Health(
            version=str(answer["version"]),
            pid=int(answer["pid"]),
            account=str(answer["accountId"]),
            acceleration=str(acceleration.get("name", "")),
            acceleration_reason=str(acceleration.get("reason", "")),
            home=str(answer["home"]),
            disk={str(name): int(size) for name, size in answer.get("disk", {}).items()},
            running=int(answer["running"]),
            secrets=str(answer.get("secrets", "")),
        )

    def machines(self) -> tuple[Machine, ...]:
        return tuple(
            Machine(
                instance_id=str(each["instanceId"]),
                image_arn=str(each["imageBuildVersionArn"]),
                role=str(each["role"]),
                state=str(each["state"]),
                vcpus=int(each["vcpus"]),
                memory_mib=int(each["memoryMiB"]),
                since=str(each["since"]),
            )
            for each in self._call("ListMachines")["machines"]
        )

    def terminate(self, instance_id: str) -> None:
        self._call("TerminateMachine", instanceId=instance_id)

    def image_files(self, image_arn: str = "") -> tuple[ImageFile, ...]:
        """The image files of all local regions, or of one build."""
        asked = {"imageBuildVersionArn": image_arn} if image_arn else {}
        return tuple(
            ImageFile(
                region=str(each["region"]),
                ami_id=str(each["amiId"]),
                name=str(each["name"]),
                path=str(each["path"]),
                written_bytes=int(each["writtenBytes"]),
                virtual_bytes=int(each["virtualBytes"]),
                sha256=str(each.get("sha256", "")),
                parent_ami_id=str(each.get("parentAmiId", "")),
            )
            for each in self._call("ListImageFiles", **asked)["files"]
        )

    def import_image(self, *, path: str, file_format: str, name: str, semantic_version: str, os_version: str) -> str:
        """Begin to import a disk image file; the task's id."""
        answer = self._call(
            "ImportImage",
            path=path,
            format=file_format,
            name=name,
            semanticVersion=semantic_version,
            osVersion=os_version,
        )
        return str(answer["taskId"])

    def export_image(self, *, region: str, ami_id: str, path: str, file_format: str) -> str:
        """Begin to write a stand-alone file of an image; the task's id."""
        answer = self._call("ExportImage", region=region, amiId=ami_id, path=path, format=file_format)
        return str(answer["taskId"])

    def task(self, task_id: str) -> Task:
        answer = self._call("GetTask", taskId=task_id)
        return Task(
            status=answer["status"],
            done=int(answer.get("done", 0)),
            total=int(answer.get("total", 0)),
            unit=str(answer.get("unit", "")),
            message=str(answer.get("message") or ""),
            result=answer.get("result") or {},
        )

    def progress(self, image_arn: str) -> tuple[Progress, ...]:
        answer = self._call("GetProgress", imageBuildVersionArn=image_arn)
        return tuple(Progress.model_validate(each) for each in answer["progress"])

    def curves(self, image_arn: str, after: float = 0) -> Curves:
        """What the build's machines used of this computer, later than `after` (seconds since 1970)."""
        return machine_curves(self._call("GetCurves", imageBuildVersionArn=image_arn, after=after)["machines"])

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        removed = self._call("Prune", dryRun=dry_run)["removed"]
        return tuple(Removed(str(each["kind"]), str(each["name"]), int(each["bytes"])) for each in removed)

    def differences(self) -> tuple[Difference, ...]:
        differences = self._call("Differences")["differences"]
        return tuple(Difference(str(each["topic"]), str(each["aws"]), str(each["local"])) for each in differences)

    def _call(self, operation: str, **members: Any) -> Mapping[str, Any]:
        request = AWSRequest(
            method="POST",
            url=f"{self._url}/{SCOPE}/{operation}",
            data=json.dumps(members).encode(),
            headers={"Content-Type": "application/json"},
        )
        SigV4Auth(self._credentials, SCOPE, self._region).add_auth(request)
        try:
            response = self._http.send(request.prepare())
        except BotoCoreError as error:
            raise translate(error, operation) from error
        body = _decoded(response.content, operation)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            code = response.headers.get("x-amzn-ErrorType", "").split(":")[0]
            details = {
                "Error": {"Code": code, "Message": str(body.get("message") or body.get("Message") or "")},
                "ResponseMetadata": {"HTTPStatusCode": response.status_code},
            }
            raise translate(ClientError(details, operation), operation)
        return body


def machine_curves(machines: Sequence[Mapping[str, Any]]) -> Curves:
    """The curves that the samples of one machine after the other make: rates between two samples, a gap (NaN) where a
    machine begins. A sample is a list: time, seconds of processor, memory held, bytes read, written, received, sent.
    """
    times: list[float] = []
    rows: list[tuple[float, ...]] = []
    for machine in machines:
        before: Sequence[float] | None = None
        for sample in machine["samples"]:
            if times and sample[0] <= times[-1]:
                continue  # of two machines at once the first is drawn
            times.append(float(sample[0]))
            rows.append(_uses(before, sample, int(machine["vcpus"])))
            before = sample
    most = max((int(machine["memoryMiB"]) * 2**20 for machine in machines), default=0)
    columns = tuple(zip(*rows, strict=True)) or ((),) * len(CURVES)
    return Curves(
        tuple(times),
        tuple(
            Curve(name, unit, column, {Unit.PERCENT: 100.0, Unit.BYTES: float(most) or None}.get(unit))
            for (name, unit), column in zip(CURVES, columns, strict=True)
        ),
    )


def _uses(before: Sequence[float] | None, sample: Sequence[float], vcpus: int) -> tuple[float, ...]:
    """One number for each of CURVES."""
    if before is None:
        return nan, float(sample[2]), nan, nan
    seconds = sample[0] - before[0]
    processor, disk, network = (
        sum(sample[place] - before[place] for place in places) / seconds for places in ((1,), (3, 4), (5, 6))
    )
    return 100 * processor / max(vcpus, 1), float(sample[2]), disk, network


def _decoded(content: bytes, operation: str) -> Mapping[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        raise Unreachable(f"{operation}: the local service answered with something else than JSON.") from error
    if not isinstance(body, dict):
        raise Unreachable(f"{operation}: the local service answered with something else than an object.")
    return body
