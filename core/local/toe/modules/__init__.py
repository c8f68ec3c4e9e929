"""The action modules of Linux guests, by name. Assert is the step's own: it has a condition instead of inputs."""

from collections.abc import Mapping

from core.local.toe.modules.copying import copy_file, copy_folder, move_file, move_folder
from core.local.toe.modules.entry import in_order
from core.local.toe.modules.execution import execute_bash, execute_binary
from core.local.toe.modules.files import (
    append_file,
    create_file,
    create_symlink,
    delete_file,
    list_files,
    read_file,
    set_file_encoding,
)
from core.local.toe.modules.folders import create_folder, delete_folder
from core.local.toe.modules.nested import execute_document
from core.local.toe.modules.objects import s3_download, s3_upload
from core.local.toe.modules.ownership import (
    set_file_owner,
    set_file_permissions,
    set_folder_owner,
    set_folder_permissions,
)
from core.local.toe.modules.system import reboot, update_os
from core.local.toe.modules.web import web_download
from core.local.toe.scene import Action

MODULES: Mapping[str, Action] = {
    "AppendFile": in_order(append_file),
    "CopyFile": in_order(copy_file),
    "CopyFolder": in_order(copy_folder),
    "CreateFile": in_order(create_file),
    "CreateFolder": in_order(create_folder),
    "CreateSymlink": in_order(create_symlink),
    "DeleteFile": in_order(delete_file),
    "DeleteFolder": in_order(delete_folder),
    "ExecuteBash": execute_bash,
    "ExecuteBinary": execute_binary,
    "ExecuteDocument": execute_document,
    "ListFiles": in_order(list_files),
    "MoveFile": in_order(move_file),
    "MoveFolder": in_order(move_folder),
    "ReadFile": in_order(read_file),
    "Reboot": reboot,
    "S3Download": in_order(s3_download),
    "S3Upload": in_order(s3_upload),
    "SetFileEncoding": in_order(set_file_encoding),
    "SetFileOwner": in_order(set_file_owner),
    "SetFilePermissions": in_order(set_file_permissions),
    "SetFolderOwner": in_order(set_folder_owner),
    "SetFolderPermissions": in_order(set_folder_permissions),
    "UpdateOS": update_os,
    "WebDownload": web_download,
}
