"""What AWS leaves unsaid about workflows and builds, and what we do there: the only place where it is listed."""

from core.local.toe.choices import Choice

CHOICES: tuple[Choice, ...] = (
    # Records
    Choice(
        "Status of a workflow whose step failed",
        "ROLLBACK_COMPLETED if a step was rolled back, else FAILED",
        "Both are terminal; the records of the steps say what was undone",
    ),
    Choice("rollbackStatus of an action that has nothing to undo", "Left out", "The enum has no value for it"),
    Choice("A step that waits or has timed out", "RUNNING, then FAILED and `Step <name> timed out`", "As reported"),
    Choice(
        "Steps of a cancelled build",
        "The running one is CANCELLED, later ones stay PENDING",
        "As after a failure: what never began has no end",
    ),
    Choice(
        "Distribution without a workflow of its own",
        "Runs distribute-image and is recorded; without a distribution configuration nothing is recorded",
        "The time each Region takes is what people look for",
    ),
    Choice(
        "errorMessage of a component's failure",
        "The error and what the command said on stderr, at most 1,024 characters",
        "`exit status 1` alone helps nobody",
    ),
    # Workflow documents
    Choice("waitSeconds", "Part of the first attempt's time limit", "It has to be below timeoutSeconds"),
    Choice("STOP in reply to WaitForAction", "Is not retried", "Somebody has decided"),
    Choice("Outputs of a failed step with onFailure Continue", "Can be referred to", "A STOP's reason is read so"),
    Choice("A workflow output that refers to a skipped step", "Left out", "build-image has one for containers"),
    Choice("$.imagebuilder.imageId", "The parent's AMI in the build stage, later the built one", "Each launches it"),
    Choice("$.imagebuilder.workflowPhase", "BUILD, TEST or DISTRIBUTION", "The words of the workflow types"),
    Choice("Output of RunCommand", "One text with the line ends as printed", "As Systems Manager returns it"),
    # Stages
    Choice(
        "A failing test of a parallel group",
        "The others of its group run to their end, later groups do not start",
        "Their results cost nothing more and are of use",
    ),
    Choice(
        "RetryImage",
        "All workflows of the failed stage run again; a failed build stage is refused",
        "The documentation names the test and the distribution phase",
    ),
    Choice(
        "More builds than may run at the same time",
        "The images stay PENDING and say so in their log",
        "Nothing is refused that only needs time",
    ),
    Choice(
        "terminateInstanceOnCompletion false",
        "TerminateInstance keeps the machine, as do cancelling and stopping",
        "It says that the machine is wanted afterwards",
    ),
    # Images
    Choice("{{ imagebuilder:buildVersion }}", "The build number", "The version is the recipe's and known beforehand"),
    Choice("Letters unknown in a date pattern", "Stay as they are", "A name with them is better than no image"),
    Choice(
        "Tags of AMIs",
        "amiTags of the recipe on the built AMI only, those of a Region on that Region's",
        "The recipe's are documented for the AMI before distribution",
    ),
    Choice(
        "outputResources of a failed image",
        "Empty, but after a failed distribution what exists",
        "The Regions that succeeded keep their AMIs",
    ),
    Choice(
        "A distribution configuration without the build Region",
        "The AMI stays there and is listed",
        "The build made it, and only deleting would make it go",
    ),
    Choice("userDataOverride", "For the build machine only", "A test must see the image as it is"),
)
