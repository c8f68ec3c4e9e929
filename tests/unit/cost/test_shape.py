"""What of a recipe its bill depends on, what earlier runs teach, and what is taken for granted, said so."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.build.source import ImageStatus
from core.cost.assumptions import assumptions
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.cost import Range
from core.cost.history import History, past
from core.cost.ledger import charged
from core.cost.shape import USUAL_BUILD, shape_of
from core.recipe.file import parse_recipe
from tests.unit.cost.runs import Machine, Story

NOW = datetime(2026, 11, 26, 1, 56, tzinfo=UTC)
HOME = "eu-central-1"
PLAIN = """\
schemaVersion: 1
name: web-server
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
infrastructureConfiguration:
  instanceTypes: [m5.large]
"""
CONTAINER = """\
schemaVersion: 1
name: api
containerRecipe:
  semanticVersion: 1.0.x
  parentImage: amazonlinux:latest
  targetRepository: {repositoryName: api}
  dockerfileTemplateData: "FROM {{{ imagebuilder:parentImage }}}"
"""


def shape(text: str, history: History = History()) -> Shape:  # noqa: B008
    return shape_of(parse_recipe(text), HOME, history, NOW)


def history(*stories: tuple[Story, str | None]) -> History:
    """The runs of these stories with the GiB of their images, the newest first."""
    runs = (past(charged(story.events()).sized(None if gib is None else Decimal(gib))) for story, gib in stories)
    return History(tuple(run for run in runs if run))


def test_a_plain_recipe_is_one_volume_one_test_and_no_copies() -> None:
    found = shape(PLAIN)
    assert (found.region, found.instance_types, found.system) == (HOME, ("m5.large",), "Linux")
    assert (found.volumes, found.targets) == ((Volume("gp3", 8, assumed=True),), ())
    assert (found.tests, len(found.test), found.output) == (True, 1, Output.AMI)
    assert found.build == USUAL_BUILD["Linux"]
    assert found.stored == Range.of(1, 8, "assumed: from a small base to a full volume")
    assert found.runs_per_month.high == 0


def test_what_is_taken_for_granted_is_said() -> None:
    assert list(assumptions(shape(PLAIN))) == [
        "No build of this recipe on AWS is known. One usually takes 15 to 45 minutes, its test besides.",
        "No image of this recipe was measured. Its size is taken for 1 to 8 GiB, from a small base to a full volume.",
        "The root volume is taken for 8 GiB of gp3.",
        "It has no schedule: a run costs when someone starts one.",
        "One version is kept. What a lifecycle policy keeps longer costs its share again.",
    ]


def test_a_what_if_takes_nothing_for_granted_that_it_changes() -> None:
    """It said that one version is kept, and that the root volume has 8 GiB, whatever it was about."""
    found = shape(PLAIN)
    other = replace(
        found,
        build=Range.of(600, source="measured in this run"),
        stored=Range.of("1.5", source="measured in this run"),
        volumes=(Volume("gp3", 40),),
        versions=3,
        schedule="rate(1 day)",
        runs_per_month=Range.of("30.4"),
    )
    assert assumptions(other) == ()


def test_volumes_are_those_of_the_recipe_beside_a_root_volume() -> None:
    data = "  blockDeviceMappings:\n    - {deviceName: /dev/xvdb, ebs: {volumeType: io2, volumeSize: 50, iops: 4000}}\n"
    root = "    - {deviceName: /dev/xvda, ebs: {volumeType: gp2, volumeSize: 20}}\n"
    root += "    - {deviceName: /dev/sdc, noDevice: ''}\n"
    recipe = PLAIN.replace("infrastructure", f"{data}infrastructure", 1)
    assert shape(recipe).volumes == (
        Volume("gp3", 8, assumed=True),
        Volume("io2", 50, iops=4000, device="/dev/xvdb"),
    )
    both = PLAIN.replace("infrastructure", f"{data}{root}infrastructure", 1)
    assert [volume.device for volume in shape(both).volumes] == ["/dev/xvdb", "/dev/xvda"]


def test_a_fast_build_on_local_teaches_nothing_about_the_minutes_of_aws_but_the_size() -> None:
    local = Story([Machine("BUILD", 80), Machine("TEST", 10)], connection="local")
    found = shape(PLAIN, history((local, "2.5")))
    assert found.build == USUAL_BUILD["Linux"]
    assert (found.stored.low, found.stored.high) == (Decimal("2.5"), Decimal("2.5"))
    assert found.stored.source == "the image built on local, 2026-09-01"


def test_builds_on_aws_teach_their_minutes() -> None:
    slow, quick = Story([Machine("BUILD", 1500), Machine("TEST", 300)], days=1), Story([Machine("BUILD", 1200)])
    failed = Story([Machine("BUILD", 30)], ImageStatus.FAILED, regions=(), days=2)
    found = shape(PLAIN, history((failed, None), (slow, "9.2"), (quick, "9.0")))
    assert found.build == Range.of(1200, 1500, "2 builds on AWS, the newest of 2026-09-02")
    assert found.test == (Range.of(300, source=found.build.source),)
    assert found.stored.low == Decimal("9.2")


def test_distributions_are_targets_with_the_copies_of_their_accounts() -> None:
    recipe = (
        PLAIN
        + """\
distributions:
  - region: eu-central-1
    amiDistributionConfiguration:
      name: "web {{ imagebuilder:buildDate }}"
      targetAccountIds: ["111122223333", "444455556666"]
  - region: us-east-1
    amiDistributionConfiguration:
      name: "web {{ imagebuilder:buildDate }}"
      targetAccountIds: ["111122223333", "444455556666"]
  - region: eu-west-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}"}
    s3ExportConfiguration: {roleName: vmimport, diskImageFormat: VMDK, s3Bucket: images}
"""
    )
    assert shape(recipe).targets == (
        Target(HOME, copies=3),
        Target("us-east-1", copies=2),
        Target("eu-west-1", exports=("VMDK",)),
    )


@pytest.mark.parametrize(
    ("more", "tests", "machines"),
    [
        ("imageTestsConfiguration: {imageTestsEnabled: false}\n", False, 1),
        ("workflows: [{workflowArn: aws/build/build-image/x.x.x}]\n", False, 1),
        (
            "workflows: [{workflowArn: aws/test/test-image/x.x.x}, {workflowArn: self/test/more/1.0.0}]\n"
            "executionRole: builder\n",
            True,
            2,
        ),
    ],
)
def test_each_test_workflow_has_a_machine_of_its_own(more: str, tests: bool, machines: int) -> None:
    found = shape(PLAIN + more)
    assert (found.tests, len(found.test)) == (tests, machines)


@pytest.mark.parametrize(
    ("schedule", "most", "least", "said"),
    [
        ('{scheduleExpression: "cron(0 2 ? * sun *)"}', "4.345", "0", "A scheduled run is left out"),
        (
            '{scheduleExpression: "rate(1 day)", pipelineExecutionStartCondition: EXPRESSION_MATCH_ONLY}',
            "30.417",
            "30.417",
            "One version is kept",
        ),
        ('{scheduleExpression: "cron(0 2 * * ? 2020)"}', "0.000", "0", "starts nothing in the coming year"),
        ('{scheduleExpression: "rate(1 minute)"}', "43800.000", "0", "more often than a build takes"),
    ],
)
def test_the_schedule_becomes_runs_a_month(schedule: str, most: str, least: str, said: str) -> None:
    found = shape(f"{PLAIN}schedule: {schedule}\n")
    assert f"{found.runs_per_month.high:.3f}" == most
    assert Decimal(least) == round(found.runs_per_month.low, 3)
    assert any(said in each for each in assumptions(found))


def test_a_disabled_pipeline_starts_nothing_by_itself() -> None:
    found = shape(f'{PLAIN}status: DISABLED\nschedule: {{scheduleExpression: "rate(1 day)"}}\n')
    assert found.runs_per_month.high == 0
    assert "The pipeline is disabled: its schedule starts nothing." in assumptions(found)


@pytest.mark.parametrize(
    ("parent", "surcharges"),
    [
        ("suse-linux-enterprise-server-15-x86", ("SUSE",)),
        ("ssm:/aws/service/red-hat/rhel-10/latest", ("RHEL",)),
        ("Windows_Server-2022-English-Full-SQL_2022_Standard", ("SQL Server",)),
        ("Windows_Server-2022-English-Full-SQL_2022_Express", ()),
        ("debian-12-x86", ()),
    ],
)
def test_a_parent_image_with_a_licence_is_marked(parent: str, surcharges: tuple[str, ...]) -> None:
    assert shape(PLAIN.replace("debian-12-x86", f'"{parent}"')).surcharges == surcharges


@pytest.mark.parametrize(
    ("parent", "said"),
    [
        ("windows-server-2022-english-full-base-x86", "Its parent image is one of Windows, by its name."),
        ("ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", "one of Windows, by its name."),
        ("debian-12-x86", ""),
    ],
)
def test_a_windows_image_is_priced_as_one_although_the_file_does_not_say_so(parent: str, said: str) -> None:
    """AWS takes the platform from the parent image. By the file's own, Linux by default, its licence would be free."""
    found = shape(PLAIN.replace("debian-12-x86", f'"{parent}"'))
    assert (found.system, found.volumes[0].gib) == (("Windows", 30) if said else ("Linux", 8))
    assert any(said in each for each in assumptions(found))
    assert shape(PLAIN.replace("debian-12-x86", f'"{parent}"') + "platform: Linux\n").system == "Linux"


def test_an_image_that_does_not_tell_its_platform_is_said_to_be_taken_for_linux() -> None:
    ami = PLAIN.replace("debian-12-x86", "ami-0123456789abcdef0")
    said = "ami-0123456789abcdef0 is taken for an image of Linux. If it is of Windows, say so under platform."
    assert said in assumptions(shape(ami))
    assert shape(f"{ami}platform: Windows\n").system == "Windows"
    assert not any("taken for an image" in each for each in assumptions(shape(f"{ami}platform: Linux\n")))


def test_a_volume_of_a_snapshot_has_a_size_that_is_assumed_and_said() -> None:
    """It would be told as the recipe's own figure, which names none."""
    data = "  blockDeviceMappings:\n    - {deviceName: /dev/sdf, ebs: {snapshotId: snap-0123456789abcdef0}}\n"
    found = shape(PLAIN.replace("infrastructure", f"{data}infrastructure", 1))
    assert [volume.assumed for volume in found.volumes] == [True, True]
    assert "The volume /dev/sdf is taken for 8 GiB of gp3." in assumptions(found)


def test_dedicated_tenancy_is_marked() -> None:
    assert shape(PLAIN + "  placement: {tenancy: dedicated}\n").surcharges == ("dedicated tenancy",)


def test_a_container_recipe_is_built_and_tested_on_one_host() -> None:
    scanning = "imageScanningConfiguration: {imageScanningEnabled: true}\n"
    found = shape(CONTAINER + scanning)
    assert (found.output, found.scan) == (Output.CONTAINER, Scan.CONTAINER)
    assert found.volumes == (Volume("gp3", 30, assumed=True),)
    assert len(found.machines) == 1
    assert found.machines[0].high == USUAL_BUILD["Linux"].high + 900
    assert found.stored.source == "assumed: usual for container images"


def test_minutes_learnt_from_a_container_have_its_test_in_them() -> None:
    """It was tested where it was built. With the usual minutes of a test besides, they would be paid for twice."""
    learnt = history((Story([Machine("BUILD", 1000)]), None))
    assert [each.high for each in shape(CONTAINER, learnt).machines] == [1000]


def test_scanning_looks_at_the_test_machine_unless_it_is_on_demand() -> None:
    on = "imageScanningConfiguration: {imageScanningEnabled: true}\n"
    assert shape(PLAIN + on).scan is Scan.INSTANCE
    demanded = "imageScanningConfiguration: {imageScanningEnabled: true, imageScanningTypes: [ON_DEMAND_AMI_CVE]}\n"
    assert shape(PLAIN + demanded).scan is Scan.AMI
    assert shape(PLAIN).scan is Scan.NOTHING
