"""What AWS leaves unsaid about component documents, and what we do there: the only place where such a choice is listed.

Where AWS turns out to differ, the row changes together with the code.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    topic: str
    choice: str
    why: str


CHOICES: tuple[Choice, ...] = (
    # Documents and parameters
    Choice(
        "Letter case of action names", "Any case is taken, with a warning by the check", "The guide's case is the norm"
    ),
    Choice("maxAttempts of 0 or less", "Refused", "It would mean a step that never runs"),
    Choice(
        "A parameter without default that is not given",
        "The empty text",
        "The runner does so; refusing it is the service's part, when an image is built",
    ),
    Choice("A value outside allowedValues", "The run fails in set-up", "Before anything has been changed"),
    Choice("Several strings for one parameter", "Joined by commas", "As SSM gives a StringList"),
    Choice("An invalid document among several", "No step of any document runs", "The set-up comes before all of them"),
    # Expressions
    Choice("Trailing line ends of outputs.stdout", "All go, other blanks stay", "Documents compare and exit with it"),
    Choice(
        "A reference to a step that was skipped, failed, or whose phase is not selected",
        "The empty text",
        "AWS's STIG document reads the output of a step that may be skipped",
    ),
    Choice("A reference to a later step", "Refused by the check", "It could never have a value"),
    Choice(
        "Outputs of a failed step",
        "None, but for ExecuteDocument, whose counts and status are recorded",
        "Its outputs name failures, so they must survive one",
    ),
    Choice(
        "A list or map as a chained input",
        "A list of texts line by line, anything deeper as JSON; an index within it is not supported",
        "The text stays usable in a script",
    ),
    Choice(
        "An expression in text that came from another step's output",
        "Replaced, if it is known; otherwise it stays as it is",
        "AWSTOE's log shows chaining before parameters",
    ),
    Choice("context:uuid, date and dateTime", "Fixed for the whole run", "Two steps must be able to mean the same one"),
    Choice("context:hostname, osName, osVersion", "Read in the guest at every reference", "A step may change them"),
    Choice("env: of an unset variable", "The empty text", "As a shell reads it"),
    Choice(
        "aws:imds: in a machine without EC2 metadata",
        "What the local Image Builder knows of the machine; anything else fails the step",
        "A made-up value would look like a real one",
    ),
    Choice("loop.* in a step without a loop", "Stays literal, with a warning by the check", "The guide says literal"),
    Choice(
        "Several SSM values of one step",
        "Asked for at every reference, never cached",
        "A parameter may change meanwhile",
    ),
    # Loops
    Choice("for whose start is past its end", "No turn, the step succeeds, with a warning", "The range is empty"),
    Choice(
        "Blanks and empty fields of forEach.list", "Kept: a plain split, so empty text is one turn", "Nothing is lost"
    ),
    Choice(
        "Exit status 194 in a loop",
        "After the reboot the attempt starts again with the first turn",
        "AWSTOE's saved state has a step's index, but no turn's",
    ),
    Choice("Several output maps in a loop", "Merged position by position", "An index then means the same as without"),
    # Conditions
    Choice(
        "Letter case in text comparisons and patterns",
        "Ignored by all of them",
        "The guide's rule; examples contradict",
    ),
    Choice("fileExists", "A regular file, as -f tests", "The guide's '-d' contradicts its own text"),
    Choice("Hashes", "Letter case is ignored; a missing or unreadable file is false", "A hash is a number"),
    Choice("Levels of logical operators", "Four operators in a chain; a comparison is no level", "The wider reading"),
    Choice("A number beyond a float64's range", "Does not convert, so the comparison is false", "The guide's range"),
    Choice("if with Abort", "The step fails without another attempt; onFailure counts", "Trying again changes nothing"),
    Choice("An invalid pattern", "The step fails", "False would hide the mistake"),
    # Files
    Choice("Byte order marks", "Never written, dropped when read", "Text round-trips through another encoding"),
    Choice("Explicit permissions", "Set exactly; only the defaults obey the umask", "0777 asked for is 0777 wanted"),
    Choice("CreateFolder on an existing folder", "Keeps its content", "Emptying it is not what a create means"),
    Choice("CopyFolder onto an existing folder", "Merged, files of the same name replaced", "The same"),
    Choice("DeleteFile of a missing file", "An error by name, success for an empty pattern", "A typo must show"),
    Choice("DeleteFolder of a missing folder", "An error", "The same"),
    Choice("CreateSymlink with a relative target", "Counts from the link's folder", "So does the link it makes"),
    Choice("ListFiles", "Absolute paths, in byte order, comma-joined", "The same text on every run"),
    Choice("Outputs of several entries", "One map per entry; WebDownload one for all", "outputs[n] then has a meaning"),
    Choice("ReadFile and SetFileEncoding", "Files up to 16 MiB; line ends stay", "Text passes through our memory"),
    Choice("Relative paths", "Count from the recipe's working directory", "The runner's current directory"),
    Choice("S3Download into missing folders", "They are made", "The demand to make them is gone from the guide"),
    Choice(
        "What WebDownload tries again",
        "Failed connections and statuses 408, 429, 5xx, after 1, 2, 4 and 8 s",
        "A 404 stays one",
    ),
    # Modules that run something
    Choice(
        "ExecuteBash's script folder", "In the working directory", "It is the setting for machines with noexec /tmp"
    ),
    Choice(
        "UpdateOS",
        "apt-get upgrade --with-new-pkgs, else dnf or yum update; a changed configuration file is kept; no reboot",
        "What an unattended upgrade of a server does",
    ),
    Choice(
        "ExecuteDocument's relative path and logUrl", "From the working directory; empty", "The log is out of its reach"
    ),
    Choice("Cycles and nesting", "Judged when the call is made", "The called document may be made by an earlier step"),
    Choice("A reboot in a nested document", "The run goes on at that very step", "State is kept for every level"),
    Choice("Arguments of a command", "At most 100,000 bytes", "Linux takes 128 KiB; the reason would be lost"),
    Choice("S3Upload", "At most 5 GiB for one file", "S3 takes no more in one upload"),
    # Results
    Choice(
        "JSON spelling of statuses",
        "success, failed, timedOut, skipped, ignoredFailure, successWithIgnoredFailure, running, notExecuted",
        "Lower camel like the three confirmed ones",
    ),
    Choice("timedOut or failed", "The first failure that is not ignored decides", "It is the one the log shows"),
    Choice("A failure with Abort in one of several documents", "No further document starts", "The text says: stops"),
    Choice("executedStepCount", "Counts failed and ignored steps, not skipped ones", "1/1 seen for a failed step"),
    Choice("Timeout", "Everything the step started is killed", "Otherwise a later step would meet its remains"),
    Choice("The budget after a reboot", "The whole timeoutSeconds again; the reboot itself is free", "A new start"),
    Choice("Reboots", "At most 15 in a run", "The SSM agent's CommandRetryLimit"),
    Choice(
        "A machine that goes away without exit 194",
        "The step fails and the run ends, whatever maxAttempts and onFailure say",
        "Nothing is left to go on with",
    ),
    # Log
    Choice("Bytes that are not UTF-8", r"Shown as \xff, in log and outputs", "Nothing is lost, nothing breaks"),
    Choice("A line without an end", "Logged in pieces, after a second or 64 Ki characters", "A prompt must be seen"),
    Choice(
        "Very long output",
        "16 MiB or 100,000 lines are logged as they come, then the last 64 KiB; outputs.stdout keeps the first 1 MiB",
        "A step must not fill this machine's memory or disk",
    ),
    Choice("Very long stderr", "The last 64 KiB", "Failures are explained at the end"),
    Choice("stderr of several lines", "'CmdExecution: Stderr: ' before each", "No line can pass for another's"),
    Choice("disableLogging", "Headings of document, phase and step stay", "A follower must know where the run is"),
    Choice("The last line of a failed run", "TOE has completed execution with failure - Execution failed!", "Seen"),
)
