"""What a form for a step's inputs shows, made from the table of action modules, so that no form knows an action.

The sentences are ours; what an input is called, may be and defaults to is the table's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.recipe.actions import ACTIONS, ActionModule, Input, Platform
from core.recipe.conditions import COMPARISONS
from core.recipe.findings import capital

FieldKind: TypeAlias = Literal[
    "text", "lines", "texts", "boolean", "number", "choice", "map", "parameters", "condition"
]


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of a form. `kind` lines is a text of several lines, texts a list of them, map names to texts,
    parameters a list of name and value, condition an Assert's. `allowed` (empty: anything) are a choice's values."""

    name: str
    label: str
    kind: FieldKind
    required: bool = False
    default: str = ""
    allowed: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class StepForm:
    """The form of an action module; with `repeated`, a step has a list of such forms."""

    action: str
    group: str
    help: str
    fields: tuple[FormField, ...]
    repeated: bool
    platforms: tuple[Platform, ...]
    outputs: tuple[str, ...]


_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Run": ("ExecuteBash", "ExecuteBinary", "ExecutePowerShell", "ExecuteDocument", "Assert"),
    "Transfer": ("WebDownload", "S3Download", "S3Upload"),
    "System": ("Reboot", "UpdateOS", "InstallMSI", "UninstallMSI", "SetRegistry"),
}
_ACTION_HELP: Mapping[str, str] = {
    "Assert": "Fails the step unless a condition holds.",
    "ExecuteBash": "Runs commands with bash, one after the other.",
    "ExecuteBinary": "Runs a program with arguments.",
    "ExecuteDocument": "Runs another component document within this step.",
    "ExecutePowerShell": "Runs PowerShell commands, or a script file.",
    "S3Download": "Downloads objects from an S3 bucket.",
    "S3Upload": "Uploads files to an S3 bucket.",
    "WebDownload": "Downloads a file from the web, with a checksum if you give one.",
    "AppendFile": "Adds text to the end of a file.",
    "CopyFile": "Copies files.",
    "CopyFolder": "Copies a folder with everything in it.",
    "CreateFile": "Writes a file.",
    "CreateFolder": "Makes a folder.",
    "CreateSymlink": "Makes a symbolic link.",
    "DeleteFile": "Deletes files.",
    "DeleteFolder": "Deletes a folder.",
    "ListFiles": "Lists the files of a folder; later steps can use the list.",
    "MoveFile": "Moves or renames files.",
    "MoveFolder": "Moves or renames a folder.",
    "ReadFile": "Reads a file; later steps can use its content.",
    "SetFileEncoding": "Changes the text encoding of files.",
    "SetFileOwner": "Changes owner and group of files.",
    "SetFolderOwner": "Changes owner and group of a folder.",
    "SetFilePermissions": "Changes the permissions of files.",
    "SetFolderPermissions": "Changes the permissions of a folder.",
    "InstallMSI": "Installs a Windows Installer package.",
    "UninstallMSI": "Removes a Windows Installer package.",
    "Reboot": "Restarts the machine; the next step runs after it is back.",
    "UpdateOS": "Installs the updates of the operating system.",
    "SetRegistry": "Sets a value in the Windows registry.",
}
_INPUT_HELP: Mapping[str, str] = {
    "path": "Where it is on the machine, as an absolute path.",
    "source": "Where it comes from.",
    "destination": "Where it goes.",
    "commands": "Each entry runs by itself; put a script of several lines into one entry.",
    "arguments": "Passed to the program as they are, one per line.",
    "content": "The text as it shall stand in the file.",
    "encoding": "The text encoding of the file.",
    "owner": "The user it belongs to, by name.",
    "group": "The group it belongs to, by name.",
    "permissions": "Four octal digits, such as 0644.",
    "overwrite": "Replace what is there already.",
    "force": "Also where something is there already, or the folder is not empty.",
    "recursive": "Also everything below the folder.",
    "recurse": "Also everything below the folder.",
    "expectedBucketOwner": "The account the bucket must belong to, twelve digits.",
    "document-s3-bucket-owner": "The account the document's bucket must belong to, twelve digits.",
    "checksum": "Fails the step when the file has another one.",
    "algorithm": "How the checksum was made.",
    "ignoreCertificateErrors": "Download even from a server whose certificate is not valid.",
    "target": "What the link leads to.",
    "fileNamePattern": "Only names that match, such as *.log.",
    "printFileContent": "Also write the content to the log.",
    "delaySeconds": "How long to wait before the restart, in seconds.",
    "include": "Only these; nothing here means all of them.",
    "exclude": "All but these.",
    "document": "Path or S3 URI of the document.",
    "phases": "Which of its phases run, separated by commas; nothing here means all.",
    "parameters": "Values for the parameters of the document.",
    "file": "Path of a script; give either this or commands.",
    "reboot": "What happens when the installer wants a restart.",
    "logOptions": "What the installer writes to its log.",
    "logFile": "Where the installer writes its log.",
    "properties": "Properties for the installer, by name.",
    "ignoreAuthenticodeSignatureErrors": "Run the installer though its signature is not valid.",
    "allowUnsignedInstaller": "Run the installer though it has no signature.",
    "name": "Name of the value.",
    "value": "What it is set to.",
    "type": "Type of the value.",
}
_SPECIAL_HELP: Mapping[tuple[str, str], str] = {
    ("ExecuteBinary", "path"): "Path or name of the program.",
    ("S3Download", "source"): "An s3:// URI; a * at its end takes everything that begins so.",
    ("S3Upload", "destination"): "An s3:// URI.",
    ("WebDownload", "source"): "An http:// or https:// address.",
    ("CopyFile", "source"): "A path; a * in its name takes all that match.",
    ("MoveFile", "source"): "A path; a * in its name takes all that match.",
    ("SetRegistry", "path"): "The key, such as HKLM:\\SOFTWARE\\Example.",
    ("UpdateOS", "include"): "Only these packages or updates; nothing here means all of them.",
}
_KINDS: Mapping[str, FieldKind] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "number",
    "strings": "texts",
    "map": "map",
    "parameters": "parameters",
}

STEP_FIELDS = (
    FormField("name", "Name", "text", required=True, help="3 to 128 letters, digits, - and _; unique in its phase."),
    FormField("action", "Action", "choice", required=True, allowed=tuple(ACTIONS), help="What the step does."),
    FormField(
        "onFailure",
        "On failure",
        "choice",
        default="Abort",
        allowed=("Abort", "Continue", "Ignore"),
        help="Abort stops the build; Continue goes on and fails it at the end; Ignore goes on as if nothing were.",
    ),
    FormField("timeoutSeconds", "Time-out (s)", "number", default="7200", help="-1 waits without limit."),
    FormField(
        "maxAttempts", "Attempts", "number", default="1", help="How often it is tried before it counts as failed."
    ),
    FormField("if", "If", "condition", help="Run the step only when this holds."),
    FormField("loop", "Loop", "map", help="Run the step for each number of a range or each text of a list."),
)


def form_of(action: str) -> StepForm | None:
    """The form of an action, None for one that does not exist."""
    module = ACTIONS.get(action)
    return None if module is None else FORMS[action]


def _form(module: ActionModule) -> StepForm:
    fields = tuple(_field(module, entry) for entry in module.inputs)
    if not fields and module.inputs_required:
        help_text = "A comparison, or several joined by and, or, not."
        fields = (FormField("", "Condition", "condition", True, allowed=COMPARISONS, help=help_text),)
    group = next((name for name, actions in _GROUPS.items() if module.name in actions), "Files")
    repeated = module.shape == "list"
    return StepForm(module.name, group, _ACTION_HELP[module.name], fields, repeated, module.platforms, module.outputs)


def _field(module: ActionModule, entry: Input) -> FormField:
    kind: FieldKind = "choice" if entry.allowed else "lines" if entry.name == "content" else _KINDS[entry.kind]
    sentence = _SPECIAL_HELP.get((module.name, entry.name)) or _INPUT_HELP[entry.name]
    return FormField(entry.name, _label(entry.name), kind, entry.required, entry.default or "", entry.allowed, sentence)


def _label(name: str) -> str:
    """A camelCase or hyphenated key as words: ``expectedBucketOwner`` is Expected bucket owner."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).replace("-", " ")
    return capital(words)


FORMS: Mapping[str, StepForm] = {name: _form(module) for name, module in ACTIONS.items()}
