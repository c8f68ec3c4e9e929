"""A connection that only plays: an Image Builder in memory that publishes like the real one and bakes recorded runs.

For demonstrations, pictures and tests of the app, with no service, no account and no machine. What it has to begin with
and what it plays are files of `resources/rehearsal`, recorded from the local Image Builder: `stock.json`, and one
journal a recipe, found by the recipe's name. A journal of `bakehouse bake` put there is all it takes for another one.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

from core.aws.connection import Capability, LocalConnection
from core.aws.imagebuilder import OPERATIONS, ImageBuilder, Kind, Members
from core.aws.machines import Machines
from core.build.recording import Play, Recording
from core.build.source import Image, ImageState, ImageStatus
from core.build.watch import Pace
from core.errors import Conflict, NotFound, Unsupported
from core.local.endpoint import Home
from core.recipe.names import Arn, Version, newest_match, slug

FOLDER: Final = "rehearsal"
PACE: Final = Pace(fastest=0.1, slowest=0.1, settle=0, patience=60)
AMAZON: Final = "Amazon"

Record = dict[str, Any]
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Rehearsal:
    """The Image Builder that plays: what it has, and the builds that are played. Any thread may ask."""

    def __init__(
        self, stock: Mapping[str, Any], recordings: Mapping[str, Recording], speed: float = 1, clock: Clock = _now
    ) -> None:
        self._lock = Lock()
        self._clock = clock
        self._speed = speed
        self._recordings = dict(recordings)
        self._kept: dict[Kind, dict[str, Record]] = {
            kind: {each["arn"]: dict(each) for each in stock.get(kind.value, ())} for kind in Kind
        }
        self._images = tuple(stock.get("image", ()))
        self.differences: tuple[Record, ...] = tuple(stock.get("differences", ()))
        self._plays: dict[str, Play] = {}

    @classmethod
    def bundled(cls, speed: float = 1) -> "Rehearsal":
        """What is shipped with the app."""
        folder = files("resources") / FOLDER
        stock = json.loads((folder / "stock.json").read_text(encoding="utf-8"))
        return cls(stock, {each.recipe: each for each in recordings(Path(str(folder)))}, speed)

    def recall(self, recording: Recording, begin: datetime) -> None:
        """Know the recorded build as one that was made at `begin`."""
        self._plays[recording.image.arn] = Play(recording, recording.image, begin, 1)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        return tuple(self._recordings.values())

    def answer(self, operation: str, asked: Members) -> Any:
        """What the API answers. Raises NotFound, Conflict and Unsupported as the service would."""
        with self._lock:
            now = self._clock()
            for play in self._plays.values():
                play.at(now)
            return self._answer(operation, asked, now)

    def progress(self, image_arn: str) -> list[Record]:
        with self._lock:
            return [task.model_dump(by_alias=True) for task in self._play(image_arn).run.progress]

    @property
    def running(self) -> int:
        with self._lock:
            return sum(not play.run.status.terminal for play in self._plays.values())

    def _answer(self, operation: str, asked: Members, now: datetime) -> Any:
        match operation:
            case "TagResource" | "UntagResource":
                return self._tag(str(asked["resourceArn"]), asked)
            case "StartImagePipelineExecution":
                return {"imageBuildVersionArn": self._start(str(asked["imagePipelineArn"]), now)}
            case "CancelImageCreation":
                self._play(str(asked["imageBuildVersionArn"])).cancel(now)
                return {}
            case "GetImage" | "ListWorkflowExecutions" | "ListWorkflowStepExecutions" | "GetLogEvents":
                return self._told(operation, asked)
            case "ListWaitingWorkflowSteps":
                return {"steps": []}
            case "ListImageBuildVersions":
                builds = [_dumped(play.run.image) for play in self._plays.values()]
                wanted = str(asked.get("imageVersionArn", ""))
                return {"imageSummaryList": [each for each in builds if each["arn"].startswith(wanted)]}
            case "ListImages":
                return {"imageVersionList": self._image_versions(asked)}
        for kind, operations in OPERATIONS.items():
            plural = f"List{operations.noun}s"
            match operation.removesuffix(operations.noun):
                case "Get":
                    return {operations.result: self._find(kind, str(asked[operations.key]))}
                case "Create":
                    return {operations.key: self._create(kind, asked)}
                case "Update":
                    arn = str(asked[operations.key])
                    kept = {key: self._find(kind, arn).get(key) for key in ("name", "tags", "dateCreated")}
                    return self._keep(kind, arn, {**kept, **{k: v for k, v in asked.items() if k != operations.key}})
            if operation == plural:
                return self._list(kind, str(asked.get("owner", "")))
        raise Unsupported(f"A rehearsal does not play {operation}.", hint="Choose another connection for that.")

    # Resources

    def _find(self, kind: Kind, arn: str) -> Record:
        wanted, kept = Arn.parse(arn), self._kept[kind]
        if wanted.version is None or wanted.build is not None:
            if arn not in kept:
                raise NotFound(f"The resource {arn} does not exist.")
            return kept[arn]
        family = [(Arn.parse(key), each) for key, each in kept.items()]
        mine = [(key, each) for key, each in family if key.without_version() == wanted.without_version()]
        newest = newest_match(wanted.version, [Version.parse(key.version or "") for key, _ in mine])
        found = [(key.build or 0, each) for key, each in mine if newest and key.version == str(newest)]
        if not found:
            raise NotFound(f"The resource {arn} does not exist.")
        return max(found, key=lambda pair: pair[0])[1]

    def _create(self, kind: Kind, asked: Members) -> str:
        at, name = RehearsedConnection, str(asked["name"])
        version = str(asked.get("semanticVersion", "")) or None
        arn = Arn(at.partition, REGION, at.account, kind.value, slug(name), version)
        if kind is Kind.WORKFLOW:
            arn = replace(arn, workflow_type=str(asked["type"]).lower())
        if kind in (Kind.COMPONENT, Kind.WORKFLOW):
            builds = (Arn.parse(key) for key in self._kept[kind])
            arn = arn.with_build(max((b.build or 0 for b in builds if b.without_build() == arn), default=0) + 1)
        elif str(arn) in self._kept[kind]:
            raise Conflict(f"The resource {arn} exists already.")
        self._keep(kind, str(arn), asked)
        return str(arn)

    def _keep(self, kind: Kind, arn: str, members: Members) -> Record:
        parsed = Arn.parse(arn)
        made: Record = {"platform": "Linux", "tags": {}, "dateCreated": _text(self._clock()), **members, "arn": arn}
        made |= {"owner": RehearsedConnection.account} | ({"version": parsed.version} if parsed.version else {})
        if kind is Kind.PIPELINE:
            made = {"status": "ENABLED", "consecutiveFailures": 0, "dateUpdated": _text(self._clock()), **made}
        self._kept[kind][arn] = made
        return made

    def _tag(self, arn: str, asked: Members) -> Record:
        kept = self._find(Kind(Arn.parse(arn).type), arn)
        added, removed = asked.get("tags") or {}, asked.get("tagKeys") or ()
        kept["tags"] = {key: value for key, value in {**kept["tags"], **added}.items() if key not in removed}  # type: ignore[dict-item, operator]
        return {}

    def _list(self, kind: Kind, owner: str) -> Any:
        operations = OPERATIONS[kind]
        noun = operations.noun[0].lower() + operations.noun[1:]
        member = {Kind.COMPONENT: "componentVersionList", Kind.PIPELINE: "imagePipelineList"}
        entries = [each for each in self._kept[kind].values() if not owner or _owner(each) == owner]
        if kind in (Kind.COMPONENT, Kind.WORKFLOW):
            entries = [{**each, "arn": str(Arn.parse(each["arn"]).without_build())} for each in entries]
        return {member.get(kind, f"{noun}SummaryList"): list({each["arn"]: each for each in entries}.values())}

    # Images and their builds

    def _image_versions(self, asked: Members) -> list[Record]:
        played = [_dumped(play.run.image) for play in self._plays.values()]
        mine = [{**each, "arn": str(Arn.parse(each["arn"]).without_build()), "owner": "Self"} for each in played]
        filters: Any = asked.get("filters", ())
        names = {value for each in filters if each["name"] == "name" for value in each["values"]}
        return [
            each
            for each in (*self._images, *mine)
            if _owner(each) == str(asked.get("owner", "Self")) and (not names or each["name"] in names)
        ]

    def _start(self, pipeline_arn: str, now: datetime) -> str:
        pipeline = self._find(Kind.PIPELINE, pipeline_arn)
        recipe = self._find(Kind.IMAGE_RECIPE, str(pipeline["imageRecipeArn"]))
        name, version = str(recipe["name"]), str(recipe["version"])
        at = Arn("aws", REGION, RehearsedConnection.account, "image", slug(name), version)
        builds = (Arn.parse(each) for each in self._plays)
        build = max((each.build or 0 for each in builds if each.without_build() == at), default=0) + 1
        arn = str(at.with_build(build))
        image = Image(
            arn=arn,
            name=name,
            version=f"{version}/{build}",
            platform="Linux",
            state=ImageState(status=ImageStatus.PENDING),
            source_pipeline_arn=pipeline_arn,
            source_pipeline_name=str(pipeline["name"]),
        )
        recording = self._recordings.get(name) or next(iter(self._recordings.values()), None)
        if recording is None:
            raise NotFound("There is no recorded run to play.", hint=f"Put a journal into resources/{FOLDER}.")
        self._plays[arn] = Play(recording, image, now, self._speed)
        return arn

    def _play(self, arn: str) -> Play:
        try:
            return self._plays[arn]
        except KeyError:
            raise NotFound(f"The image {arn} does not exist.") from None

    def _told(self, operation: str, asked: Members) -> Any:
        match operation:
            case "GetImage":
                return {"image": _dumped(self._play(str(asked["imageBuildVersionArn"])).run.image)}
            case "ListWorkflowExecutions":
                run = self._play(str(asked["imageBuildVersionArn"])).run
                return {"workflowExecutions": [_dumped(each) for each in run.workflows_in_order()]}
            case "ListWorkflowStepExecutions":
                wanted = str(asked["workflowExecutionId"])
                steps = (each for play in self._plays.values() for each in play.run.steps_of(wanted))
                return {"steps": [_dumped(each.step) for each in steps]}
            case _:
                return self._log(str(asked["logGroupName"]), str(asked["logStreamName"]), asked.get("nextToken"))

    def _log(self, group: str, stream: str, token: object) -> Record:
        for play in self._plays.values():
            image = play.run.image
            if image is not None and (image.log_group, image.log_stream) == (group, stream):
                first = int(str(token)) if token else 0
                found = play.log[first : first + 1000]
                return {"events": [_dumped(each) for each in found], "nextForwardToken": str(first + len(found))}
        raise NotFound("The specified log stream does not exist.")


REGION: Final = "eu-central-1"


class RehearsedConnection(LocalConnection):
    """Local, as far as anybody can tell, except that nothing is there."""

    name = "rehearsal"
    capabilities = frozenset({Capability.MACHINES, Capability.PROGRESS, Capability.DIFFERENCES, Capability.PRUNE})
    pace = PACE
    awake = True

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(REGION, Home.default())
        self.rehearsal = rehearsal

    def image_builder(self) -> ImageBuilder:
        return _Builder(self)

    def machines(self) -> Machines:
        return _Machines(self.rehearsal)

    def session(self) -> Any:
        raise Unsupported("A rehearsal calls no service.", hint="Choose another connection for that.")

    def client(self, service: str) -> Any:
        return self.session()


class _Builder(ImageBuilder):
    """The typed face over what is played."""

    connection: RehearsedConnection

    def _call(self, operation: str, subject: str, arguments: Members, service: str = "imagebuilder") -> Any:
        return self.connection.rehearsal.answer(operation, arguments)


class _Machines(Machines):
    """What Image Builder's own API lacks, of a machine room in which there is nothing."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def _call(self, operation: str, **members: Any) -> Mapping[str, Any]:
        match operation:
            case "Health":
                return {
                    "version": "rehearsal",
                    "pid": os.getpid(),
                    "accountId": RehearsedConnection.account,
                    "acceleration": {"name": "none", "reason": "this is a rehearsal: recorded runs are played"},
                    "home": "",
                    "disk": {"bases": 0, "images": 0, "runs": 0},
                    "running": self._rehearsal.running,
                    "secrets": "memory",
                }
            case "ListMachines":
                return {"machines": []}
            case "ListImageFiles":
                return {"files": []}
            case "GetProgress":
                return {"progress": self._rehearsal.progress(str(members["imageBuildVersionArn"]))}
            case "GetCurves":
                return {"machines": []}
            case "Prune":
                return {"removed": []}
            case "Differences":
                return {"differences": list(self._rehearsal.differences)}
            case _:
                raise Unsupported(f"A rehearsal does not play {operation}.")


def recordings(folder: Path) -> tuple[Recording, ...]:
    """The recorded runs of a folder, by name of file."""
    return tuple(Recording.read(path) for path in sorted(folder.glob("*.jsonl")))


def _owner(members: Record) -> str:
    """Whose it is, as the List operations ask for it."""
    owner = Arn.parse(str(members["arn"])).owner
    return AMAZON if owner == "aws" else "Self" if owner == RehearsedConnection.account else "Shared"


def _dumped(record: Any) -> Record:
    dumped: Record = record.model_dump(mode="json", by_alias=True)
    return dumped


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
