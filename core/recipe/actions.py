"""The 30 action modules of component documents as data: platforms, shape of `inputs`, inputs and outputs.

Source: EC2 Image Builder user guide, toe-action-modules. Where the guide and documents that AWS accepts differ, the
table follows the documents (noted at the input).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Platform: TypeAlias = Literal["Linux", "Windows", "macOS"]
InputKind: TypeAlias = Literal["string", "boolean", "integer", "strings", "map", "parameters"]

PLATFORMS: tuple[Platform, ...] = ("Linux", "Windows", "macOS")
ENCODINGS = tuple(
    f"utf{dash}{bits}{order}"
    for bits, orders in (("8", ("",)), ("16", ("", "-LE", "-BE")), ("32", ("", "-LE", "-BE")))
    for dash in ("", "-")
    for order in orders
)
HASHES = ("MD5", "SHA1", "SHA256", "SHA512")


@dataclass(frozen=True, slots=True)
class Input:
    """One key of an action's `inputs`. `allowed` (empty: anything) is compared without regard to case."""

    name: str
    kind: InputKind = "string"
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionModule:
    """An action: `shape` is how `inputs` is written; Assert's are a condition, so it names no inputs."""

    name: str
    platforms: tuple[Platform, ...]
    shape: Literal["map", "list"]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[str, ...] = ()
    inputs_required: bool = True

    def input(self, name: str) -> Input | None:
        return next((entry for entry in self.inputs if entry.name == name), None)


_EVERYWHERE = PLATFORMS
_UNIX: tuple[Platform, ...] = ("Linux", "macOS")
_WINDOWS: tuple[Platform, ...] = ("Windows",)

_PATH = Input("path", required=True)
_SOURCE = Input("source", required=True)
_DESTINATION = Input("destination", required=True)
_OVERWRITE = Input("overwrite", "boolean", default="true")
_FORCE = Input("force", "boolean", default="false")
_RECURSIVE = Input("recursive", "boolean", default="true")
_CONTENT = Input("content", default="")
_ENCODING = Input("encoding", default="utf8", allowed=ENCODINGS)
_OWNER, _GROUP = Input("owner"), Input("group")
_BUCKET_OWNER = Input("expectedBucketOwner")
_MSI = (
    _PATH,
    Input("reboot", default="Allow", allowed=("Allow", "Force", "Skip")),
    Input("logOptions", default="*VX"),
    Input("logFile"),
    Input("properties", "map"),
    Input("ignoreAuthenticodeSignatureErrors", "boolean", default="false"),
    Input("allowUnsignedInstaller", "boolean", default="false"),
)
_MSI_OUTPUTS = ("logFile", "msiExitCode", "stdout")


def _files(name: str, *inputs: Input, outputs: tuple[str, ...] = (), unix: bool = False) -> ActionModule:
    return ActionModule(name, _UNIX if unix else _EVERYWHERE, "list", inputs, outputs)


_EXECUTION = (
    ActionModule("Assert", _EVERYWHERE, "map"),
    ActionModule("ExecuteBash", _UNIX, "map", (Input("commands", "strings", required=True),), ("stdout",)),
    ActionModule("ExecuteBinary", _EVERYWHERE, "map", (_PATH, Input("arguments", "strings")), ("stdout",)),
    ActionModule(
        "ExecuteDocument",
        _EVERYWHERE,
        "map",
        (
            Input("document", required=True),
            Input("document-s3-bucket-owner"),
            Input("phases"),
            Input("parameters", "parameters"),
        ),
        (
            "executedStepCount",
            "executionId",
            "failedStepCount",
            "failureMessage",
            "ignoredFailedStepCount",
            "logUrl",
            "status",
        ),
    ),
    # Exactly one of `commands` and `file`; the check knows.
    ActionModule("ExecutePowerShell", _WINDOWS, "map", (Input("commands", "strings"), Input("file")), ("stdout",)),
)
_TRANSFER = (
    _files("S3Download", _SOURCE, _DESTINATION, _BUCKET_OWNER, _OVERWRITE),
    _files("S3Upload", _SOURCE, _DESTINATION, Input("recurse", "boolean", default="false"), _BUCKET_OWNER),
    _files(
        "WebDownload",
        _SOURCE,
        _DESTINATION,
        _OVERWRITE,
        Input("checksum"),
        Input("algorithm", allowed=HASHES),
        Input("ignoreCertificateErrors", "boolean", default="false"),
        outputs=("destination",),
    ),
)
_FILE_SYSTEM = (
    _files("AppendFile", _PATH, _CONTENT, _ENCODING),
    _files("CopyFile", _SOURCE, _DESTINATION, _OVERWRITE),
    _files("CopyFolder", _SOURCE, _DESTINATION, _OVERWRITE),
    _files("CreateFile", _PATH, _CONTENT, _ENCODING, _OWNER, _GROUP, Input("permissions", default="0666"), _OVERWRITE),
    _files("CreateFolder", _PATH, _OWNER, _GROUP, Input("permissions", default="0777"), _OVERWRITE),
    _files("CreateSymlink", _PATH, Input("target", required=True), _FORCE, unix=True),
    # An AWS sample gives DeleteFile the `force` of DeleteFolder; whether it does anything is not documented.
    _files("DeleteFile", _PATH, _FORCE),
    _files("DeleteFolder", _PATH, _FORCE),
    _files(
        "ListFiles",
        _PATH,
        Input("fileNamePattern"),
        Input("recursive", "boolean", default="false"),
        outputs=("files",),
    ),
    _files("MoveFile", _SOURCE, _DESTINATION, _OVERWRITE),
    _files("MoveFolder", _SOURCE, _DESTINATION, _OVERWRITE),
    _files("ReadFile", _PATH, _ENCODING, Input("printFileContent", "boolean", default="false"), outputs=("content",)),
    _files("SetFileEncoding", _PATH, _ENCODING),
    _files("SetFileOwner", _PATH, Input("owner", required=True), _GROUP, unix=True),
    _files("SetFolderOwner", _PATH, Input("owner", required=True), _GROUP, _RECURSIVE, unix=True),
    _files("SetFilePermissions", _PATH, Input("permissions", required=True), unix=True),
    _files("SetFolderPermissions", _PATH, Input("permissions", required=True), _RECURSIVE, unix=True),
)
_SYSTEM = (
    ActionModule("InstallMSI", _WINDOWS, "map", _MSI, _MSI_OUTPUTS),
    ActionModule("UninstallMSI", _WINDOWS, "map", _MSI, _MSI_OUTPUTS),
    ActionModule(
        "Reboot",
        ("Linux", "Windows"),
        "map",
        (Input("delaySeconds", "integer", default="0"),),
        inputs_required=False,
    ),
    ActionModule(
        "UpdateOS",
        ("Linux", "Windows"),
        "map",
        (Input("include", "strings"), Input("exclude", "strings")),
        inputs_required=False,
    ),
    ActionModule(
        "SetRegistry",
        _WINDOWS,
        "list",
        (
            _PATH,
            Input("name", required=True),
            Input("value", required=True),
            Input("type", required=True, allowed=("BINARY", "DWORD", "QWORD", "SZ", "EXPAND_SZ", "MULTI_SZ")),
        ),
    ),
)

ACTIONS: Mapping[str, ActionModule] = {
    module.name: module for module in (*_EXECUTION, *_TRANSFER, *_FILE_SYSTEM, *_SYSTEM)
}
