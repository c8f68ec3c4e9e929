"""LaunchInstance, WaitForSSMAgent and TerminateInstance: machines come and go."""

from collections.abc import Mapping

from core.local.machine.guest import Guest
from core.local.machine.ports import LaunchSpec
from core.local.workflow.build import Step
from core.local.workflow.failure import StepFailed
from core.local.workflow.subject import listed, text
from core.local.workflow.values import Json


def instance_of(step: Step) -> str:
    """The step's `instanceId`, which must name a machine of this service."""
    instance_id = text(step.inputs.get("instanceId"))
    if not instance_id:
        raise StepFailed(f"The step has no instanceId in workflow step {step.name}.")
    if all(machine.instance_id != instance_id for machine in step.build.site.fleet.machines()):
        account = step.build.subject.account_id
        raise StepFailed(
            f"Instances [[{instance_id}]] not in a valid state for account {account} in workflow step {step.name}."
        )
    return instance_id


def guest_of(step: Step) -> Guest:
    return step.build.machines.guest(instance_of(step))


async def launch(step: Step) -> Mapping[str, Json]:
    """Start a machine from the parent image, in the test stage from the image that was built.

    Both values of `healthCheck` mean the same here: the machine counts as launched when its agent answers.
    """
    build, subject = step.build, step.build.subject
    if (awaited := step.inputs.get("waitFor")) not in (None, "ssmAgent"):
        raise StepFailed(f"LaunchInstance can wait for 'ssmAgent', not for '{awaited}', in workflow step {step.name}.")
    ami = build.ami
    if override := text(step.inputs.get("imageIdOverride")):
        found = build.site.ami(subject.region, override)
        if found is None:
            raise StepFailed(f"The image id '[{override}]' does not exist in workflow step {step.name}.")
        ami = found
    if subject.further_volumes:
        build.say(f"Further volumes are not attached here: {', '.join(subject.further_volumes)}.")
    await build.slot.take()
    types = tuple(text(item) for item in listed(step.inputs.get("instanceTypesOverride"))) or subject.instance_types
    role = "test" if step.stage == "TEST" else "build"
    spec = LaunchSpec(
        region=subject.region,
        ami_id=ami.ami_id,
        role=role,
        owner_arn=build.arn,
        instance_types=types,
        volume_gib=subject.root_volume_gib,
        user_data=subject.user_data if role == "build" else b"",
        working_directory=subject.working_directory,
        name=f"{role.capitalize()} instance for {subject.name}",
    )
    instance_id = await build.machines.launch(spec, build.report)
    build.say(f"Launched {instance_id} from {ami.ami_id} ({ami.name}).")
    return {"instanceId": instance_id}


async def wait_for_agent(step: Step) -> Mapping[str, Json]:
    """The agent answers when a command runs."""
    ended = await guest_of(step).run(["true"])
    if not ended.succeeded:
        raise StepFailed(f"The agent of {instance_of(step)} does not run commands in workflow step {step.name}.")
    return {"status": "Success"}


async def terminate(step: Step) -> Mapping[str, Json]:
    """Terminate the machine, or keep it where the infrastructure configuration wants it kept on completion."""
    instance_id = text(step.inputs.get("instanceId"))
    if not step.build.subject.terminates_on_completion:
        step.build.machines.keep(instance_id)
        step.build.say(f"{instance_id} is kept, because terminateInstanceOnCompletion is false.")
        return {}
    await step.build.machines.terminate(instance_id)
    return {}
