"""The workflows that a pipeline or an image brings along, checked as AWS checks them (service reference 3.1)."""

from collections import Counter

from core.local.service import faults
from core.local.service.desk import Desk, Members
from core.recipe.names import Arn

_TEST_ONLY = ("parallelGroup", "onFailure")


def check_workflows(desk: Desk, members: Members) -> list[str]:
    """The ARNs of the request's workflows after all checks, as references."""
    attached = members.get("workflows", [])
    if not attached:
        return []
    if "executionRole" not in members:
        raise faults.invalid_value("workflows", "An execution role is required to provide workflows")
    quotas = desk.backend.quotas
    if len(attached) > quotas.workflows_per_image:
        raise faults.over_quota("workflows per image", quotas.workflows_per_image)
    types: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for index, each in enumerate(attached):
        types[_check(desk, each, f"workflows[{index}]")] += 1
        if "parallelGroup" in each:
            groups[each["parallelGroup"]] += 1
    for kind in ("BUILD", "DISTRIBUTION"):
        if types[kind] > 1:
            raise faults.invalid_value("workflows", f"At most one workflow of type {kind} can be provided.")
    for group, size in groups.items():
        if size > quotas.parallel_tests:
            detail = f"The parallel group '{group}' has more than {quotas.parallel_tests} workflows."
            raise faults.invalid_value("workflows", detail)
    return [each["workflowArn"] for each in attached]


def _check(desk: Desk, attached: Members, place: str) -> str:
    arn = attached["workflowArn"]
    workflow = desk.find(arn)
    if workflow.arn.type != "workflow":
        raise faults.invalid_value(f"{place}.workflowArn", "It is not the ARN of a workflow.")
    if workflow.arn.owner == "aws" and Arn.parse(arn).version != "x.x.x":
        raise faults.invalid_value("workflows", f"AWS managed workflows must have latest version 'x.x.x' for '{arn}'")
    kind = str(workflow.body["type"])
    if kind != "TEST" and any(name in attached for name in _TEST_ONLY):
        raise faults.invalid_combination(f"parallelGroup and onFailure are for TEST workflows; '{arn}' is {kind}.")
    known = {one["name"]: one for one in workflow.body.get("parameters", [])}
    given = [each["name"] for each in attached.get("parameters", [])]
    for index, name in enumerate(given):
        if name not in known or given.index(name) != index:
            what = "is given twice" if name in known else "is not one of the workflow's"
            raise faults.invalid_value(f"{place}.parameters[{index}].name", f"The parameter {name!r} {what}.")
    for name, one in known.items():
        if "defaultValue" not in one and name not in given:
            raise faults.invalid_value(f"{place}.parameters", f"'{arn}' needs a value for its parameter {name!r}.")
    return kind
