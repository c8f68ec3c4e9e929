"""ExecuteComponents: the recipe's components run on the machine, by our own runner of component documents."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path

from core.errors import BakehouseError
from core.local.toe.outside import S3Place
from core.local.toe.request import DocumentInput, StepFailure, ToeRequest
from core.local.toe.run import execute
from core.local.workflow.actions.command import command_outputs
from core.local.workflow.actions.instance import instance_of
from core.local.workflow.build import Stage, Step
from core.local.workflow.failure import COMPONENT_ERROR_LIMIT, StepFailed, explained, shortened
from core.local.workflow.subject import members, text
from core.local.workflow.values import Json

PHASES: Mapping[Stage, tuple[str, ...]] = {"BUILD": ("build", "validate"), "TEST": ("test",)}
IMAGE_PHASE: Mapping[Stage, str] = {"BUILD": "BUILDING", "TEST": "TESTING"}


async def execute_components(step: Step) -> Mapping[str, Json]:
    """Run the stage's phases of every component that has one of them, in the recipe's order."""
    build, phases = step.build, PHASES.get(step.stage)
    if phases is None:
        raise StepFailed(f"ExecuteComponents is not for {step.stage} workflows, in workflow step {step.name}.")
    documents = tuple(
        DocumentInput(component.arn, component.text, component.parameters)
        for component in build.components
        if component.phases.intersection(phases)
    )
    instance_id = instance_of(step)
    if not documents:
        build.say(f"No component has a phase named {' or '.join(phases)}.")
        return command_outputs("Success", "")
    folder = build.log_folder(step.workflow_execution_id, step.name)
    request = ToeRequest(
        documents=documents,
        phases=phases,
        execution_id=str(uuid.uuid1()),
        environment=_environment(step),
        account_id=build.subject.account_id,
        region=build.subject.region,
        working_directory=build.subject.working_directory,
        metadata=build.machines.metadata(instance_id),
        log_directory=folder,
    )
    guest = build.machines.guest(instance_id)
    result = await execute(request, guest, log=build.log.line, outside=build.site.outside)
    await _copy_logs(step, folder)
    outputs = command_outputs("Success" if result.status == "success" else "Failed", json.dumps(result.summary))
    if result.status != "success":
        await build.tell_lost_machines()
        raise StepFailed(
            str(result.summary.get("failureMessage")) or "The components failed.",
            outputs=outputs,
            component=None if result.failure is None else _component_failure(result.failure),
        )
    return outputs


def _environment(step: Step) -> dict[str, str]:
    """The variables Image Builder adds for component documents (component reference 2.6)."""
    subject = step.build.subject
    return {
        "IMAGE_WORKFLOW_EXECUTION_ID": step.workflow_execution_id,
        "IMAGE_STEP_EXECUTION_ID": step.execution_id,
        "IMAGE_BUILD_VERSION_ARN": step.build.arn,
        "IMAGE_PIPELINE_ARN": text(subject.record.get("sourcePipelineArn")),
        "IMAGE_PHASE": IMAGE_PHASE[step.stage],
        "IMAGE_VERSION": subject.version,
        "IMAGE_BUILD_VERSION": str(subject.build),
        "WORKING_DIRECTORY": subject.working_directory,
    }


def _component_failure(failure: StepFailure) -> dict[str, Json]:
    """The API's ComponentFailureContext; what the command said on stderr joins the error message."""
    said = failure.stderr.strip()
    message = f"{failure.error_message}: {said}" if said else failure.error_message
    found = {
        "componentArn": failure.component_arn,
        "phaseName": failure.phase,
        "stepName": failure.step,
        "action": failure.action,
        "errorMessage": shortened(message, COMPONENT_ERROR_LIMIT),
    }
    return {name: value for name, value in found.items() if value}


async def _copy_logs(step: Step, folder: Path) -> None:
    """Copy the step's log files to the bucket of `logging.s3Logs`, below the service's own layout of keys.

    A bucket that can't be written to is told of and fails nothing: the files stay in the local log folder.
    """
    build, subject = step.build, step.build.subject
    logs = members(members(subject.infrastructure.get("logging")).get("s3Logs"))
    if not (bucket := text(logs.get("s3BucketName"))):
        return
    parts = (subject.name, subject.version, str(subject.build), step.workflow_execution_id, step.name)
    prefix = "/".join(part for part in (text(logs.get("s3KeyPrefix")).strip("/"), *parts) if part)
    try:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            place = S3Place.parse(f"s3://{bucket}/{prefix}/{file.relative_to(folder).as_posix()}")
            await build.site.outside.store(file, place, owner="")
    except (BakehouseError, OSError) as error:
        build.say(f"The logs were not copied to s3://{bucket}/{prefix}: {explained(error)}")
