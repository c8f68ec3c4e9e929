"""An AWS connection is asked by many threads at once."""

import threading
from collections.abc import Callable
from typing import Any

from core.aws.connection import AwsConnection, Identity
from core.aws.stored import Profile, StoredConnection


class Sts:
    """Says who one is, as soon as it may; `calls` counts how often it was asked."""

    def __init__(self, account: str, asked: Callable[[], object] = lambda: None) -> None:
        self.account = account
        self.calls = 0
        self._asked = asked

    def get_caller_identity(self) -> dict[str, str]:
        self.calls += 1
        self._asked()
        return {"Account": self.account, "Arn": f"arn:aws:iam::{self.account}:user/a", "UserId": "AIDA"}


class Played(AwsConnection):
    """With an STS of the test's."""

    def __init__(self, sts: Sts) -> None:
        super().__init__(StoredConnection(name="a", region="eu-west-1", source=Profile(profile="a")), _none)
        self._sts = sts

    def client(self, service: str) -> Any:
        return self._sts


def _none() -> Any:
    raise AssertionError("nobody signs in here")


def test_an_account_that_waits_for_its_sign_in_holds_up_no_other() -> None:
    asked, answer = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        assert answer.wait(30)

    slow = Played(Sts("111122223333", wait))
    found: list[Identity] = []
    threads = [threading.Thread(target=lambda: found.append(slow.identity), daemon=True)]
    threads[0].start()
    assert asked.wait(10)
    other = Played(Sts("444455556666"))
    threads.append(threading.Thread(target=lambda: found.append(other.identity), daemon=True))
    threads[1].start()
    threads[1].join(10)
    accounts = [each.account for each in found]
    answer.set()
    threads[0].join(10)
    assert accounts == ["444455556666"]
    assert [each.account for each in found] == ["444455556666", "111122223333"]


def test_who_one_is_is_asked_once_however_many_threads_want_to_know() -> None:
    sts = Sts("111122223333")
    connection = Played(sts)
    threads = [threading.Thread(target=lambda: connection.identity) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sts.calls == 1
    assert connection.account == "111122223333"
