"""Recipe files: read strictly, merged per connection, checked as a whole."""

import pytest

from core.errors import Invalid, Problem, Severity
from core.recipe.file import check_recipe, layers_of, merged, parse_recipe
from core.recipe.pipeline import WorkflowEntry
from core.recipe.tree import Plain, plain, read
from tests.unit.recipe.mistakes import CONTAINER, LINES, WEB, WRONG


def errors(text: str) -> list[Problem]:
    return [problem for problem in check_recipe(text) if problem.severity is Severity.ERROR]


def only_error(text: str) -> Problem:
    found = errors(text)
    assert len(found) == 1, found
    return found[0]


def with_line(line: str, after: str = "name: web-server") -> str:
    assert after in WEB
    return WEB.replace(after, f"{after}\n{line}")


def test_a_recipe_file_is_read_with_its_texts_as_written() -> None:
    recipe = parse_recipe(WEB)
    assert recipe.image_recipe is not None
    nginx, update = recipe.image_recipe.components
    assert nginx.parameters == {"Port": ("80",), "Names": ("a", "b")}
    assert (nginx.published_name, nginx.published_version) == ("nginx", "1.0.0")
    assert (update.component_arn, update.published_name) == ("aws/update-linux/x.x.x", "")
    ami = recipe.distributions[0].ami_distribution_configuration
    assert ami is not None
    assert ami.target_account_ids == ("012345678901",)


def test_a_good_recipe_file_has_no_problems() -> None:
    assert check_recipe(WEB) == ()
    assert check_recipe(CONTAINER) == ()


def test_members_are_those_of_the_api() -> None:
    recipe = parse_recipe(with_line("imageTestsConfiguration: {imageTestsEnabled: no, timeoutMinutes: 60}"))
    assert recipe.image_tests_configuration is not None
    assert recipe.image_tests_configuration.api_members() == {"imageTestsEnabled": False, "timeoutMinutes": 60}
    assert recipe.infrastructure_configuration.api_members() == {
        "instanceTypes": ["t3.medium"],
        "instanceProfileName": "Builder",
    }


def test_a_region_without_output_gets_an_ami_named_after_the_file() -> None:
    members = parse_recipe(WEB).distribution_members()
    name = "web-server {{ imagebuilder:buildDate }}"
    assert members[1] == {"region": "us-east-1", "amiDistributionConfiguration": {"name": name}}


def test_overrides_are_merged_by_kind_and_then_by_name() -> None:
    local = merged(WEB, "local")
    assert local.recipe.parent_image == "debian-12-x86"
    assert local.infrastructure_configuration.subnet_id is None
    prod = merged(WEB, "aws", "prod")
    assert prod.recipe.parent_image == "ssm:/debian/latest"
    assert prod.infrastructure_configuration.subnet_id == "subnet-1"
    assert prod.infrastructure_configuration.instance_types == ("c5.large",)
    assert prod.infrastructure_configuration.instance_profile_name == "Builder"
    assert merged(read(WEB), "aws", "other").infrastructure_configuration.instance_types == ("t3.medium",)


def test_where_both_say_something_the_name_wins_over_the_kind() -> None:
    text = WEB.replace("  prod: {", "  prod: {imageRecipe: {parentImage: ami-01234567}, ")
    assert merged(text, "aws", "prod").recipe.parent_image == "ami-01234567"
    assert merged(text, "aws", "other").recipe.parent_image == "ssm:/debian/latest"


def test_null_in_an_override_takes_a_value_away() -> None:
    recipe = merged(
        WEB.replace("  prod: {", "  local: {infrastructureConfiguration: {instanceTypes: ~}}\n  prod: {"), "local"
    )
    assert recipe.infrastructure_configuration.instance_types == ()


def test_a_problem_in_an_override_has_the_overrides_place() -> None:
    problem = only_error(WEB.replace("subnetId", "subnetID"))
    assert problem.address == "connections.prod.infrastructureConfiguration.subnetID"
    assert (problem.line, problem.hint) == (19, "Did you mean 'subnetId'?")


def test_a_file_that_differs_for_both_kinds_need_not_be_complete_itself() -> None:
    text = WEB.replace("  parentImage: debian-12-x86\n", "")
    assert "'parentImage' is missing" in only_error(text).message
    both = text.replace("connections:", "connections:\n  local: {imageRecipe: {parentImage: debian-12-x86}}")
    assert check_recipe(both) == ()


def test_aws_needs_an_instance_profile_and_a_local_build_does_not() -> None:
    text = WEB.replace("  instanceProfileName: Builder\n", "")
    assert merged(text, "local").infrastructure_configuration.instance_profile_name is None
    with pytest.raises(Invalid, match="instanceProfileName"):
        merged(text, "aws")


def test_an_invalid_file_is_raised_with_its_problems() -> None:
    with pytest.raises(Invalid, match=r"web\.yml is not valid: Unknown key 'nme'") as raised:
        parse_recipe(with_line("nme: x"), file="web.yml")
    assert (raised.value.problems[0].line, raised.value.hint) == (3, "Did you mean 'name'?")


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_at_its_place(mistake: str) -> None:
    old, new, address, message = WRONG[mistake]
    assert old in WEB
    problem = only_error(WEB.replace(old, new, 1))
    assert message in problem.message
    assert problem.address == address
    assert problem.line > 0


@pytest.mark.parametrize("mistake", LINES)
def test_a_mistake_in_the_pipeline_is_told_at_its_place(mistake: str) -> None:
    line, address, message = LINES[mistake]
    problem = only_error(with_line(line))
    assert message in problem.message
    assert problem.address == address


VOLUMES = {
    "{volumeType: gp2, iops: 3000}": "A gp2 volume has no 'iops'",
    "{volumeType: io1, iops: 3000, throughput: 125}": "A io1 volume has no 'throughput'",
    "{volumeSize: 16001}": "above 16000",
    "{volumeType: sc1, volumeSize: 100}": "at least 125 GiB",
    "{throughput: 100}": "below 125",
}


@pytest.mark.parametrize("volume", VOLUMES)
def test_volumes_keep_the_limits_of_ebs(volume: str) -> None:
    text = WEB.replace(
        "  components:", f"  blockDeviceMappings: [{{deviceName: /dev/xvda, ebs: {volume}}}]\n  components:"
    )
    assert VOLUMES[volume] in only_error(text).message


def test_a_device_is_mapped_once() -> None:
    mappings = "[{deviceName: /dev/xvda}, {deviceName: /dev/xvda, ebs: {volumeSize: 8}}]"
    text = WEB.replace("  components:", f"  blockDeviceMappings: {mappings}\n  components:")
    assert "mapped twice" in only_error(text).message


@pytest.mark.parametrize(
    "expression", ["cron(0 2 ? * sun *)", "cron(0 0 L * ? *)", "cron(0 9 ? * fri#2 2026-2030)", "rate(12 hours)"]
)
def test_aws_schedules_are_understood(expression: str) -> None:
    assert errors(with_line(f'schedule: {{scheduleExpression: "{expression}", timezone: Europe/Berlin}}')) == []


def test_quotas_that_aws_may_raise_are_warnings() -> None:
    many = "\n".join(f"    - document: c{number}x.yml" for number in range(30))
    problems = check_recipe(
        WEB.replace("    - document: components/nginx.yml", f"{many}\n    - document: components/nginx.yml")
    )
    assert [(problem.severity, "quota is 20" in problem.message) for problem in problems] == [(Severity.WARNING, True)]


def test_what_needs_an_execution_role_is_a_warning() -> None:
    text = with_line(
        "loggingConfiguration: {imageLogGroupName: /my/logs}\nworkflows: [{workflowArn: aws/test/a-b/x.x.x}]"
    )
    problems = check_recipe(text)
    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert len(problems) == 2
    assert check_recipe(text.replace("name: web-server", "name: web-server\nexecutionRole: builder")) == ()


def test_an_unknown_instance_type_is_a_warning_with_a_suggestion() -> None:
    problem = check_recipe(WEB.replace("t3.medium", "t3.medum"))[0]
    assert (problem.severity, problem.hint) == (Severity.WARNING, "Did you mean 't3.medium'?")


def test_exactly_one_recipe_is_in_the_file() -> None:
    text = WEB + CONTAINER[CONTAINER.index("containerRecipe") : CONTAINER.index("infrastructureConfiguration")]
    assert "exactly one of" in only_error(text).message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    FROM {{{ imagebuilder:parentImage }}}\n", "    FROM debian\n", "does not name its parent image"),
        ("    {{{ imagebuilder:environments }}}\n", "", "needs {{{ imagebuilder:environments }}}"),
        ("containerDistributionConfiguration", "amiDistributionConfiguration", "Unknown key"),
        (
            "  dockerfileTemplateData: |",
            "  dockerfileTemplate: Dockerfile\n  dockerfileTemplateData: |",
            "exactly one of",
        ),
    ],
)
def test_container_recipes_have_rules_of_their_own(old: str, new: str, message: str) -> None:
    assert any(message in problem.message for problem in errors(CONTAINER.replace(old, new)))


def test_a_container_region_needs_an_output() -> None:
    assert "One or more outputs" in only_error(CONTAINER + "  - region: us-east-1\n").message


@pytest.mark.parametrize("text", ["", "- a\n", "x"])
def test_a_text_that_is_no_map_is_told_so(text: str) -> None:
    assert len(check_recipe(text)) == 1


def test_a_stage_is_read_from_the_workflow_reference() -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:aws:workflow/distribution/distribute-image/x.x.x"
    assert WorkflowEntry(workflow_arn=arn).stage == "DISTRIBUTION"
    assert WorkflowEntry(workflow_arn="self/test/build-check/1.0.0").stage == "TEST"
    assert WorkflowEntry(workflow_arn="aws/build/build-image/x.x.x").stage == "BUILD"
    assert WorkflowEntry(document="w.yml", type="BUILD").stage == "BUILD"


def test_a_recipe_file_never_says_more_than_its_source() -> None:
    recipe = parse_recipe(WEB)
    source = plain(read(WEB).root)
    assert isinstance(source, dict)

    def keys(value: Plain) -> set[str]:
        match value:
            case dict():
                return {*value, *(key for item in value.values() for key in keys(item))}
            case list():
                return {key for item in value for key in keys(item)}
            case _:
                return set()

    assert keys(recipe.api_members()) <= keys(source)


def test_a_connection_is_not_stopped_by_what_only_another_ones_overrides_have_wrong() -> None:
    text = WEB.replace("  aws: {", "  aws: {colour: red, ")
    assert "colour" in check_recipe(text)[0].message
    assert "colour" in check_recipe(text, layers=layers_of("aws", "prod"))[0].message
    assert check_recipe(text, layers=layers_of("local", "local")) == ()
