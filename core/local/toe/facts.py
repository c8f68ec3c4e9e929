"""What expressions may ask for besides the document itself: the machine's environment and facts, metadata, SSM.

Everything is asked of the guest or of `Outside`; nothing of the host's own environment, files or name is in reach.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from core.local.machine.guest import Guest
from core.local.toe.console import Console
from core.local.toe.inputs import is_whole
from core.local.toe.outcome import ActionFailed
from core.local.toe.outside import Outside
from core.local.toe.request import ToeRequest
from core.local.toe.stream import KEPT_STDOUT_BYTES, Head, Tail, decode

_SECONDS = 60
_REFUSED_METADATA = ("iam", "identity-credentials")
_OS_RELEASE = 'for f in /etc/os-release /usr/lib/os-release; do [ -r "$f" ] && exec cat -- "$f"; done; exit 0'


@dataclass(frozen=True, slots=True)
class Moment:
    """What `context:` says of a run as a whole: the same for every step of it."""

    at: datetime
    uuid: str

    @classmethod
    def of_now(cls) -> "Moment":
        return cls(datetime.now(UTC), str(uuid4()))


class Facts:
    """Answers to `env:`, `context:`, `aws:imds:` and `aws:ssm:` within one run. Every method raises ActionFailed."""

    def __init__(self, request: ToeRequest, guest: Guest, outside: Outside, console: Console) -> None:
        self._request = request
        self._guest = guest
        self._outside = outside
        self._console = console
        self._moment = Moment.of_now()

    async def environment(self, name: str) -> str:
        """A variable of the runner's environment in the guest; an unset one is empty."""
        printed = await self._ask("env", "-0")
        for entry in printed.split("\0"):
            key, found, value = entry.partition("=")
            if found and key == name:
                return value
        return ""

    async def context(self, key: str, *, phase: str, step: str) -> str:
        """A `context:` key (user guide, toe-user-defined-variables)."""
        match key:
            case "executionId":
                return self._request.execution_id
            case "accountId":
                return self._request.account_id
            case "region":
                return self._request.region
            case "osPlatform":
                return "linux"
            case "osName":
                return os_release(await self._ask("bash", "-c", _OS_RELEASE)).get("NAME", "")
            case "osVersion":
                return os_release(await self._ask("bash", "-c", _OS_RELEASE)).get("VERSION_ID", "")
            case "date":
                return self._moment.at.strftime("%Y-%m-%d")
            case "dateTime":
                return self._moment.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            case "uuid":
                return self._moment.uuid
            case "hostname":
                return (await self._ask("uname", "-n")).rstrip("\n")
            case "phase":
                return phase
            case "step":
                return step
            case _:
                raise ActionFailed(f"context:{key} does not exist")

    async def metadata(self, path: str) -> str:
        """Instance metadata below ``meta-data/``: what the request tells of the machine, and its region's."""
        path = path.strip("/")
        if path.split("/")[0] in _REFUSED_METADATA:
            raise ActionFailed(f"aws:imds:{path} is refused: it would give away credentials")
        match path:
            case _ if path in self._request.metadata:
                return self._request.metadata[path]
            case "placement/region" if self._request.region:
                return self._request.region
            case "placement/availability-zone" if self._request.region:
                return f"{self._request.region}a"
            case "services/domain":
                return "amazonaws.com"
            case "services/partition":
                return "aws"
            case "hostname" | "local-hostname":
                return (await self._ask("uname", "-n")).rstrip("\n")
            case _:
                raise ActionFailed(f"aws:imds:{path} is not known of a machine of the local Image Builder")

    async def parameter(self, name: str) -> str:
        """An SSM parameter's value; a SecureString's is masked in the runner's own log from now on."""
        try:
            async with asyncio.timeout(_SECONDS):
                parameter = await self._outside.parameter(name)
        except TimeoutError as error:
            raise ActionFailed(f"aws:ssm:{name} was not answered within {_SECONDS} seconds") from error
        if parameter.type == "SecureString":
            self._console.keep_secret(parameter.value)
        if "\n" in parameter.value.rstrip("\n"):
            raise ActionFailed(f"aws:ssm:{name} has more than one line, which AWSTOE refuses")
        if not is_whole(parameter.value):
            raise ActionFailed(f"aws:ssm:{name} holds half a character (an unpaired surrogate)")
        return parameter.value

    async def _ask(self, *argv: str) -> str:
        out, err = Head(KEPT_STDOUT_BYTES), Tail(KEPT_STDOUT_BYTES)
        end = await self._guest.run(
            argv,
            environment=self._request.environment,
            cwd="/",
            stdout=out,
            stderr=err,
            timeout=_SECONDS,
        )
        if not end.succeeded:
            raise ActionFailed(f"`{' '.join(argv)[:80]}` failed in the machine: {decode(err.data).strip()}")
        return decode(out.data)


def os_release(text: str) -> Mapping[str, str]:
    """The assignments of an os-release file, unquoted as its shell-like syntax says (os-release(5))."""
    found = {}
    for line in text.splitlines():
        key, assigned, value = line.strip().partition("=")
        if assigned and key.isidentifier():
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            for character in '"$`\\':
                value = value.replace(f"\\{character}", character)
            found[key] = value
    return found
