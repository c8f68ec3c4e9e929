"""The service models of botocore, read as a server reads them: which operation is this, how is an error answered.

Nothing about shapes, paths or error statuses is written by hand here, so a new botocore brings new members by itself.
"""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

SIGNING_NAMES = ("imagebuilder", "logs", "sts")
"""The AWS services of which the local Image Builder serves a part."""

_ABSENT_STATUS: Mapping[str, int] = {
    "ResourceNotFoundException": HTTPStatus.NOT_FOUND,
    "ServiceException": HTTPStatus.INTERNAL_SERVER_ERROR,
}


class ServiceApi:
    """One service's model."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = ServiceModel(Loader().load_service_model(name, "service-2"), name)

    @property
    def protocol(self) -> str:
        return str(self.model.metadata["protocol"])

    def operation(self, name: str) -> OperationModel | None:
        return self.model.operation_model(name) if name in self._names else None

    def route(self, method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
        """The operation of a rest request with the members its path carries. `path` is as received, still quoted."""
        for verb, pattern, name in self._routes:
            if verb == method and (match := pattern.fullmatch(path)):
                labels = {label: unquote(value) for label, value in match.groupdict().items()}
                return self.model.operation_model(name), labels
        return None

    def status(self, error_type: str) -> int:
        """The HTTP status the model gives an error; 400 where it has none."""
        return self._statuses.get(error_type) or _ABSENT_STATUS.get(error_type, HTTPStatus.BAD_REQUEST)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.model.operation_names)

    @cached_property
    def _routes(self) -> tuple[tuple[str, re.Pattern[str], str], ...]:
        routes = []
        for name in self.model.operation_names:
            http = self.model.operation_model(name).http
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(http["requestUri"].split("?")[0]))
            routes.append((http["method"], re.compile(pattern), name))
        return tuple(routes)

    @cached_property
    def _statuses(self) -> dict[str, int]:
        return {shape.name: _status_of(shape.metadata) for shape in self.model.error_shapes}


@cache
def service(name: str) -> ServiceApi:
    """The model of a service, loaded on its first request."""
    return ServiceApi(name)


def _status_of(metadata: Mapping[str, Any]) -> int:
    return int(metadata.get("error", {}).get("httpStatusCode", HTTPStatus.BAD_REQUEST))
