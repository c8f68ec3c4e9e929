"""Where the local Image Builder is not AWS: the table behind `bakehouse service differences`.

Everything a user of Image Builder could expect and not get belongs here. What a build passes over is said in its log,
too; what can't be passed over fails with a reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One topic: what AWS does and what the local Image Builder does instead."""

    topic: str
    aws: str
    local: str


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "Accounts",
        "AMIs are copied to, and shared with, other accounts and organisations.",
        "There is one account. targetAccountIds and launchPermission are named in the log and have no effect.",
    ),
    Difference(
        "Regions",
        "A Region is a place of its own; copying to one takes minutes.",
        "A Region is a folder of this computer; copying to one is a copy of a file, checked by its checksum.",
    ),
    Difference(
        "Start of the builder instance",
        "Every builder instance boots.",
        "Where machines are emulated, the first one that boots a base image is saved with its memory, and later "
        "builder instances of the same type go on from there: with its uptime and boot id. Test instances boot.",
    ),
    Difference(
        "Integrations after distribution",
        "Licences, launch templates, S3 export, fast launch and SSM parameters are set up for the new AMIs.",
        "Nothing is set up; each setting is named in the log. `bakehouse images export` writes a disk image.",
    ),
    Difference(
        "Encryption",
        "kmsKeyId encrypts volumes and copies.",
        "Images are not encrypted; kmsKeyId is named in the log.",
    ),
    Difference(
        "Container images, Windows, macOS, ISO files",
        "Container recipes, Windows and macOS images are built, ISO files imported.",
        "Linux AMIs are built. The others end FAILED with a reason, as do step actions that serve them only.",
    ),
    Difference(
        "Scanning",
        "Amazon Inspector scans the test instance; CollectImageScanFindings collects what it found.",
        "Nothing scans. CollectImageScanFindings fails; in the managed test workflow the build goes on.",
    ),
    Difference(
        "State machines and registered images",
        "ExecuteStateMachine starts Step Functions, RegisterImage makes an AMI of snapshots.",
        "Both actions fail with a reason.",
    ),
    Difference(
        "RunCommand",
        "Runs any Systems Manager document.",
        "Runs AWS-RunShellScript; another document fails with a reason.",
    ),
    Difference(
        "WaitForAction",
        "Notifies an SNS topic or a Lambda function.",
        "Waits in the same way and notifies nobody; ListWaitingWorkflowSteps shows who waits.",
    ),
    Difference(
        "Notifications",
        "SNS messages and EventBridge events tell of state changes.",
        "None are sent; snsTopicArn is stored.",
    ),
    Difference(
        "Network, roles and placement",
        "Subnet, security groups, key pair, instance profile, execution role, IMDS options and placement take effect.",
        "They are stored. A machine has a network of its own without a way to this computer's loopback.",
    ),
    Difference(
        "Instance types",
        "The machine is an instance of one of the listed types.",
        "It has the vCPUs and memory of the first listed type, capped by what this computer has.",
    ),
    Difference(
        "Block devices",
        "All mappings of the recipe are attached.",
        "The root volume gets its size; type, IOPS and further volumes have no effect.",
    ),
    Difference(
        "Builds at the same time",
        "Up to 100 per account.",
        "Two; further images stay PENDING and say so in their log.",
    ),
    Difference(
        "The agent",
        "The SSM agent runs in the instance; uninstallAfterBuild removes it from the image.",
        "Our own agent, inert without its virtual device, stays in the image; uninstallAfterBuild is named in the log.",
    ),
    Difference(
        "Image health check",
        "STATUS_CHECK_PASSED waits for EC2's status checks, RUNNING for the instance's state.",
        "Either way a machine counts as launched when its agent answers.",
    ),
    Difference(
        "Managed workflows",
        "There are more: for containers, and build-image-with-update-ssm-agent.",
        "build-image, test-image, their express variants and distribute-image, which always applies a distribution "
        "configuration and shows up as a workflow execution of its own.",
    ),
    Difference(
        "Retry",
        "RetryImage goes on with the failed test or distribution phase.",
        "The same; Regions that have their copy already keep it.",
    ),
    Difference(
        "Logs in S3",
        "The instance writes the log files into the bucket.",
        "The service writes them into the local bucket's folder, and keeps its own copy in its log folder.",
    ),
)
