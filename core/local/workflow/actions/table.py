"""Which function carries out which step action, and why the rest can't be carried out here.

The names are those of EC2 Image Builder's user guide, wfdoc-step-actions.
"""

from collections.abc import Awaitable, Callable, Mapping

from core.local.workflow.actions import capture, command, components, distribution, instance, waiting
from core.local.workflow.build import Step
from core.local.workflow.failure import StepFailed
from core.local.workflow.values import Json

Action = Callable[[Step], Awaitable[Mapping[str, Json]]]

ACTIONS: Mapping[str, Action] = {
    "LaunchInstance": instance.launch,
    "WaitForSSMAgent": instance.wait_for_agent,
    "TerminateInstance": instance.terminate,
    "ExecuteComponents": components.execute_components,
    "RunCommand": command.run_command,
    "CollectImageMetadata": capture.collect_metadata,
    "SanitizeInstance": capture.sanitize,
    "CreateImage": capture.create_image,
    "WaitForAction": waiting.wait_for_action,
    "DistributeImage": distribution.distribute,
    "ModifyImageAttributes": distribution.modify_attributes,
    "ApplyImageConfigurations": distribution.apply_configurations,
}

UNAVAILABLE: Mapping[str, str] = {
    "BootstrapInstanceForContainer": "container images are not built locally",
    "DistributeContainerImage": "container images are not built locally",
    "CollectImageScanFindings": "there is no Amazon Inspector that could scan",
    "RunSysPrep": "Windows images are not built locally",
    "CreateImageFromIso": "ISO images are not imported locally",
    "RegisterImage": "there is no EC2 where an image could be registered from snapshots",
    "ExecuteStateMachine": "there is no AWS Step Functions",
}


async def carry_out(action: str, step: Step) -> Mapping[str, Json]:
    """The outputs of a step. Raises StepFailed, and what machines, images and the host raise."""
    function = ACTIONS.get(action)
    if function is not None:
        return await function(step)
    why = UNAVAILABLE.get(action, "it is not an action of Image Builder")
    raise StepFailed(
        f"The local Image Builder can't carry out {action}: {why}, in workflow step {step.name}.", final=True
    )
