"""What signing in needs from outside, played: a clock that jumps, a person who answers, clients with scripts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from core.aws.asking import MfaQuestion, SignInPage
from core.aws.flight import Cancellation
from core.errors import Cancelled

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class JumpingClock:
    """A pause takes no time but moves the clock; `while_pausing` is called at each."""

    def __init__(self) -> None:
        self._now = START
        self.pauses: list[float] = []
        self.while_pausing: Callable[[Cancellation], object] = lambda _: None

    def now(self) -> datetime:
        return self._now

    def pass_by(self, **time: float) -> None:
        self._now += timedelta(**time)

    def pause(self, seconds: float, cancellation: Cancellation) -> None:
        self.pauses.append(seconds)
        self.while_pausing(cancellation)
        self._now += timedelta(seconds=seconds)
        cancellation.check()


class Noticed(Cancellation):
    """`waiting` is set when somebody waits with it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Event()

    @contextmanager
    def telling(self, callback: Callable[[], None]) -> Iterator[None]:
        with super().telling(callback):
            self.waiting.set()
            yield


class Person:
    """Sees pages and answers with `codes` in turn; without one left, the person will not."""

    def __init__(self, *codes: str) -> None:
        self.pages: list[SignInPage] = []
        self.open: list[SignInPage] = []
        self.questions: list[MfaQuestion] = []
        self._codes = list(codes)

    def show_page(self, page: SignInPage) -> None:
        self.pages.append(page)
        self.open.append(page)

    def page_done(self, page: SignInPage) -> None:
        self.open.remove(page)

    def mfa_code(self, question: MfaQuestion, cancellation: Cancellation) -> str:
        self.questions.append(question)
        if not self._codes:
            raise Cancelled("No code was given.")
        return self._codes.pop(0)


class ScriptedClients:
    """Clients of ``sso`` and ``sso-oidc`` that answer from a script and reach no network."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._stubs: dict[str, Stubber] = {}

    def __call__(self, service: str, region: str) -> Any:
        self.stub(service)
        return self._clients[service]

    def stub(self, service: str) -> Stubber:
        with self._lock:
            if service not in self._stubs:
                config = Config(signature_version=UNSIGNED)
                client = boto3.Session().client(service, region_name="eu-central-1", config=config)
                self._clients[service] = client
                self._stubs[service] = Stubber(client)
                self._stubs[service].activate()
            return self._stubs[service]

    def assert_all_was_asked(self) -> None:
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()
