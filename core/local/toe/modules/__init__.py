"""The action modules of Linux guests, by name. Assert is the step's own: it has a condition instead of inputs."""

from collections.abc import Mapping

from core.local.toe.modules.execution import execute_bash, execute_binary
from core.local.toe.scene import Action

MODULES: Mapping[str, Action] = {
    "ExecuteBash": execute_bash,
    "ExecuteBinary": execute_binary,
}
