"""Going on with an image that ended FAILED or CANCELLED: which stage runs again, and what earlier stages left for it.

RetryImage re-runs from the failed test or distribution phase (service reference 1.12). Nothing is remembered for it but
the records everybody sees: outputs of finished workflows are computed again from their steps' recorded outputs.
"""

import json
from collections.abc import Mapping, Sequence

from core.local.machine.ports import Ami
from core.local.store.records import WorkflowExecution
from core.local.workflow.build import Build, Site, Stage
from core.local.workflow.failure import ImageFailed
from core.local.workflow.plan import Plan
from core.local.workflow.scope import facts, outputs_of
from core.local.workflow.stages import ORDER, adopt
from core.local.workflow.subject import listed, members, text
from core.local.workflow.values import Json


def retry_stage(executions: Sequence[WorkflowExecution]) -> Stage | None:
    """The stage a retry begins with; None when the image did not get that far (its build has to be started anew)."""
    current = [execution for execution in executions if not execution.retried]
    if any(execution.type == "DISTRIBUTION" for execution in current):
        return "DISTRIBUTION"
    builds = [execution for execution in current if execution.type == "BUILD"]
    if builds:
        return "TEST" if builds[-1].status == "COMPLETED" else None
    return "TEST" if current else None


def recall(build: Build, plan: Plan, first: Stage) -> None:
    """Put the build where it stood before stage `first`, and mark what is superseded. Raises ImageFailed."""
    builds = build.site.builds
    for execution in builds.workflows(build.arn):
        if execution.retried:
            continue
        if ORDER.index(execution.type) >= ORDER.index(first):
            builds.change_workflow(execution.workflow_execution_id, retried=True)
        elif execution.status == "COMPLETED":
            outputs = _outputs(build, plan, execution)
            if execution.type == "BUILD":
                adopt(build, outputs)
            build.workflow_outputs.update(outputs)
    build.distributed.update(_distributed(build))


def _outputs(build: Build, plan: Plan, execution: WorkflowExecution) -> Mapping[str, Json]:
    arn = execution.workflow_build_version_arn
    workflow = next((workflow for workflow in plan.workflows if workflow.arn == arn), None)
    if workflow is None:
        raise ImageFailed(f"The workflow '{arn}', which ran before, is not among the image's workflows any more.")
    steps: dict[str, Json] = {
        step.name: json.loads(step.outputs)
        for step in build.site.builds.steps(execution.workflow_execution_id)
        if step.outputs
    }
    scope: dict[str, Json] = {
        "parameters": workflow.parameters,
        "stepOutputs": steps,
        "workflowOutputs": build.workflow_outputs,
        "imagebuilder": facts(build, workflow.stage),
    }
    return outputs_of(workflow.document, scope)


def _distributed(build: Build) -> dict[str, Ami]:
    """The copies an earlier try left, by Region: what has been distributed is not copied twice."""
    return found_amis(build.site, members(build.subject.record.get("outputResources")))


def found_amis(site: Site, resources: Mapping[str, Json]) -> dict[str, Ami]:
    """The AMIs of `outputResources` that still exist, by Region."""
    named = [
        (text(members(ami).get("region")), text(members(ami).get("image"))) for ami in listed(resources.get("amis"))
    ]
    return {region: ami for region, ami_id in named if (ami := site.ami(region, ami_id)) is not None}
