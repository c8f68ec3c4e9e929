"""What AWS leaves unsaid about the API, and what we do there; and where this service is not AWS.

The same two tables that the workflow engine has for builds (`core.local.workflow`), for resources and requests.
"""

from core.local.toe.choices import Choice
from core.local.workflow.differences import Difference

CHOICES: tuple[Choice, ...] = (
    # Requests
    Choice("Order of checks", "Signature, model, combinations, references, existence, quota, dry run", "As advised"),
    Choice("Patterns without anchors", "Match the whole value", "What the values mean by themselves"),
    Choice("How long a client token is remembered", "24 hours, per operation and Region", "As other AWS services do"),
    Choice("Text of ResourceNotFoundException", "The resource with ARN '…' does not exist.", "Names what is missing"),
    Choice("An operation that is not served", "ServiceException with status 501", "Clients would retry a 500"),
    Choice("A fault of the host, a missing program", "ServiceException with status 507, 424", "Clients can tell them"),
    # Names and versions
    Choice("Repeated separators in a name", "Each becomes a hyphen, none is collapsed", "Slugs stay predictable"),
    Choice("Wildcards wider than 1.0.x at create", "The left-most wildcard counts up, the rest is zero", "As advised"),
    Choice("Build numbers after a delete", "Are not given again", "An ARN never means two things"),
    Choice(
        "What is identical content",
        "Component: data, platform, supportedOsVersions, description; workflow: data and description",
        "Tags and the change's description are no content",
    ),
    # Deletes
    Choice(
        "Whether a wildcard reference protects what it matches",
        "Only the last resource that matches",
        "No reference is left that leads nowhere, and old versions can go",
    ),
    Choice("Deleting an image that is a recipe's exact parent", "Refused", "The recipe could not be built any more"),
    Choice("Changing something managed by Amazon", "ForbiddenException", "Nobody in the account may"),
    # Images
    Choice("Cancelling an image that has ended", "InvalidRequestException", "It is in the wrong state for it"),
    Choice("Retrying an image whose build stage failed", "InvalidRequestException", "There is nothing to go on from"),
    Choice(
        "State of an image whose retry was accepted", "PENDING", "Whoever follows it must not take FAILED for its end"
    ),
    Choice(
        "Over the quota of builds", "402 from CreateImage; a pipeline's run stays PENDING", "As their error lists say"
    ),
    # Lists
    Choice("byName", "The newest version of every name", "One entry for each, with a version that exists"),
    Choice("Order of lists", "Slug, version, build; executions as they began", "A page token can hold its place"),
)

DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "Schedules",
        "A pipeline with a schedule runs by itself, and is disabled after repeated failures.",
        "Schedules are checked and stored; pipelines run when they are started.",
    ),
    Difference(
        "Operations",
        "77 operations of Image Builder.",
        "Lifecycle policies, resource policies, imports, DistributeImage and scan findings answer ServiceException.",
    ),
    Difference(
        "S3 and Systems Manager parameters",
        "uri and ssm: references are read from the account.",
        "They are read from a folder per bucket and a table of parameters in the home of the local Image Builder.",
    ),
    Difference(
        "CloudWatch Logs",
        "Filter patterns select by fields and regular expressions; retention deletes old events.",
        "Log groups are read with words and quoted phrases as patterns, and kept as long as the home.",
    ),
    Difference(
        "Names of other services",
        "Roles, instance profiles, subnets, topics and repositories must exist.",
        "They are stored as given.",
    ),
)
