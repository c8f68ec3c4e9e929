"""What `$` stands for in a workflow document: parameters, outputs of steps and earlier workflows, facts of the build.

Names: EC2 Image Builder user guide, wfdoc-dynamic-vars (service reference 3.2).
"""

from collections.abc import Mapping

from core.local.store.records import now
from core.local.workflow.build import Build, Stage
from core.local.workflow.subject import Members, listed, members, text
from core.local.workflow.values import Json, Unresolved, interpolate, is_path, look_up
from core.recipe.workflow import WorkflowDocument


def facts(build: Build, stage: Stage) -> Members:
    """`$.imagebuilder`. `imageId` is the parent's AMI in the build stage, the built one afterwards."""
    subject, infrastructure = build.subject, build.subject.infrastructure
    return {
        "cloudWatchLogGroup": subject.log_group,
        "cloudWatchLogStream": subject.log_stream,
        "collectImageMetadata": subject.collects_metadata,
        "collectImageScanFindings": subject.scans,
        "dateTime": now(),
        "imageBuildNumber": str(subject.build),
        "imageId": build.ami.ami_id,
        "imageName": subject.name,
        "imageType": subject.image_type,
        "imageVersionNumber": subject.version,
        "instanceProfileName": text(infrastructure.get("instanceProfileName")),
        "platform": subject.platform,
        "s3Logs": members(members(infrastructure.get("logging")).get("s3Logs")),
        "securityGroups": listed(infrastructure.get("securityGroupIds")),
        "sourceImageARN": build.parent_arn,
        "subnetId": text(infrastructure.get("subnetId")),
        "terminateInstanceOnFailure": subject.terminates_on_failure,
        "workflowPhase": stage,
        "workingDirectory": subject.working_directory,
    }


def outputs_of(document: WorkflowDocument, scope: Mapping[str, Json]) -> dict[str, Json]:
    """The document's outputs. One that refers to a step that did not run has no value and is left out."""
    outputs: dict[str, Json] = {}
    for output in document.outputs:
        try:
            outputs[output.name] = (
                look_up(output.value, scope) if is_path(output.value) else interpolate(output.value, scope)
            )
        except Unresolved:
            continue
    return outputs
