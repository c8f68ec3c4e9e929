"""The API operations, each a function from a desk to the members of its output.

An operation checks in AWS's order (service reference 2.3): combinations, then what is referenced, then what exists,
then quotas, then the dry run; it writes last.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.local.service.desk import Desk, Members
from core.local.service.operations import (
    configurations,
    documents,
    identity,
    images,
    log_reading,
    pipelines,
    recipes,
    runs,
    tags,
)

Operation = Callable[[Desk], Members]

SERVED: Mapping[str, Mapping[str, Operation]] = MappingProxyType(
    {
        "imagebuilder": {
            **configurations.OPERATIONS,
            **documents.OPERATIONS,
            **images.OPERATIONS,
            **pipelines.OPERATIONS,
            **recipes.OPERATIONS,
            **runs.OPERATIONS,
            **tags.OPERATIONS,
        },
        "logs": log_reading.OPERATIONS,
        "sts": identity.OPERATIONS,
    }
)
"""Signing name of a service → operation → its function."""
