"""The 19 step actions of workflow documents as data: stages, timeouts, inputs and outputs.

Source: EC2 Image Builder user guide, wfdoc-step-actions (service reference 3.4). Which stages an action is for is
documented for some of them only (`stages_documented`); a check is strict about those and lenient about the rest.
Timeouts are in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

WorkflowType: TypeAlias = Literal["BUILD", "TEST", "DISTRIBUTION"]
WorkflowInputKind: TypeAlias = Literal["string", "boolean", "strings", "map", "list"]


@dataclass(frozen=True, slots=True)
class WorkflowInput:
    """One key of a step action's `inputs`; every input may also be given dynamically, as ``<name>.$``."""

    name: str
    kind: WorkflowInputKind = "string"
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowAction:
    name: str
    stages: tuple[WorkflowType, ...]
    default_timeout: int
    max_timeout: int
    inputs: tuple[WorkflowInput, ...] = ()
    outputs: tuple[str, ...] = ()
    stages_documented: bool = False

    def input(self, name: str) -> WorkflowInput | None:
        return next((entry for entry in self.inputs if entry.name == name), None)


_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_BUILD: tuple[WorkflowType, ...] = ("BUILD",)
_TEST: tuple[WorkflowType, ...] = ("TEST",)
_DISTRIBUTION: tuple[WorkflowType, ...] = ("DISTRIBUTION",)
_EVERY: tuple[WorkflowType, ...] = ("BUILD", "TEST", "DISTRIBUTION")

_INSTANCE = WorkflowInput("instanceId", required=True)
_COMMAND = ("runCommandId", "status", "output")
_IMAGES = WorkflowInput("distributedImages", "list", required=True)


def _on_instance(
    name: str, stages: tuple[WorkflowType, ...], default: int, maximum: int, *, documented: bool = False
) -> WorkflowAction:
    return WorkflowAction(name, stages, default, maximum, (_INSTANCE,), _COMMAND, documented)


_MACHINE = (
    WorkflowAction(
        "LaunchInstance",
        (*_BUILD, *_TEST),
        75 * _MINUTE,
        720 * _MINUTE,
        (
            WorkflowInput("waitFor", required=True, allowed=("ssmAgent",)),
            WorkflowInput("imageIdOverride"),
            WorkflowInput("instanceTypesOverride", "strings"),
            WorkflowInput("healthCheck", allowed=("RUNNING", "STATUS_CHECK_PASSED")),
        ),
        ("instanceId",),
    ),
    WorkflowAction("WaitForSSMAgent", (*_BUILD, *_TEST), 60 * _MINUTE, 180 * _MINUTE, (_INSTANCE,), ("status",)),
    _on_instance("BootstrapInstanceForContainer", _BUILD, 60 * _MINUTE, 720 * _MINUTE),
    _on_instance("ExecuteComponents", (*_BUILD, *_TEST), 720 * _MINUTE, _DAY, documented=True),
    WorkflowAction(
        "RunCommand",
        (*_BUILD, *_TEST),
        720 * _MINUTE,
        720 * _MINUTE,
        (
            _INSTANCE,
            WorkflowInput("documentName", required=True),
            WorkflowInput("parameters", "map"),
            WorkflowInput("documentVersion"),
        ),
        _COMMAND,
    ),
    WorkflowAction(
        "CollectImageMetadata",
        _BUILD,
        30 * _MINUTE,
        720 * _MINUTE,
        (_INSTANCE,),
        ("osVersion", "associationId"),
        stages_documented=True,
    ),
    _on_instance("CollectImageScanFindings", _TEST, 120 * _MINUTE, 720 * _MINUTE, documented=True),
    _on_instance("SanitizeInstance", _BUILD, 60 * _MINUTE, 720 * _MINUTE),
    _on_instance("RunSysPrep", _BUILD, 60 * _MINUTE, 720 * _MINUTE),
    WorkflowAction(
        "TerminateInstance",
        _EVERY,
        30 * _MINUTE,
        720 * _MINUTE,
        (_INSTANCE, WorkflowInput("waitForTermination", "boolean")),
    ),
)
_IMAGE = (
    WorkflowAction("CreateImage", _BUILD, 720 * _MINUTE, 3 * _DAY, (_INSTANCE,), ("imageId",)),
    WorkflowAction(
        "CreateImageFromIso",
        _BUILD,
        720 * _MINUTE,
        720 * _MINUTE,
        (_INSTANCE,),
        ("amiName", "snapshotId", "architecture"),
    ),
    WorkflowAction(
        "RegisterImage",
        (*_BUILD, *_DISTRIBUTION),
        540 * _MINUTE,
        720 * _MINUTE,
        (
            WorkflowInput("architecture"),
            WorkflowInput("blockDeviceMapping", "list"),
            WorkflowInput("bootMode"),
            WorkflowInput("description"),
            WorkflowInput("enaSupport", "boolean"),
            WorkflowInput("imageLocation"),
            WorkflowInput("imdsSupport"),
            WorkflowInput("includeSnapshotTags", "boolean"),
            WorkflowInput("kernelId"),
            WorkflowInput("ramdiskId"),
            WorkflowInput("rootDeviceName"),
            WorkflowInput("sriovNetSupport"),
            WorkflowInput("tpmSupport"),
            WorkflowInput("uefiData"),
            WorkflowInput("virtualizationType"),
        ),
        ("imageId",),
    ),
)
_OUTSIDE = (
    WorkflowAction(
        "WaitForAction",
        _EVERY,
        3 * _DAY,
        7 * _DAY,
        (WorkflowInput("snsTopicArn"), WorkflowInput("lambdaFunctionName"), WorkflowInput("payload")),
        ("action", "reason"),
    ),
    WorkflowAction(
        "ExecuteStateMachine",
        _EVERY,
        6 * _HOUR,
        _DAY,
        (WorkflowInput("stateMachineArn", required=True), WorkflowInput("input")),
        ("executionArn", "output"),
    ),
)
_DISTRIBUTE = (
    WorkflowAction(
        "DistributeImage",
        _DISTRIBUTION,
        360 * _MINUTE,
        720 * _MINUTE,
        (WorkflowInput("distributions", "list"),),
        ("distributedImages",),
        stages_documented=True,
    ),
    WorkflowAction(
        "ModifyImageAttributes",
        _DISTRIBUTION,
        120 * _MINUTE,
        180 * _MINUTE,
        (_IMAGES, WorkflowInput("attributes", "list")),
        ("modifiedImages",),
        stages_documented=True,
    ),
    WorkflowAction(
        "ApplyImageConfigurations",
        _DISTRIBUTION,
        360 * _MINUTE,
        720 * _MINUTE,
        (_IMAGES, WorkflowInput("configurations", "list")),
        ("configuredImages",),
        stages_documented=True,
    ),
    WorkflowAction(
        "DistributeContainerImage",
        _DISTRIBUTION,
        120 * _MINUTE,
        720 * _MINUTE,
        (_INSTANCE,),
        ("status", "succeededRegions", "failedRegions"),
        stages_documented=True,
    ),
)

WORKFLOW_ACTIONS: Mapping[str, WorkflowAction] = {
    action.name: action for action in (*_MACHINE, *_IMAGE, *_OUTSIDE, *_DISTRIBUTE)
}
