"""Ctrl+C as a signal to this very process."""

import signal
import threading
import time

import pytest

from core.cli.interrupt import Interrupts


class Asked:
    """What the first Ctrl+C asks for; it is heard from the `heard`th time on."""

    def __init__(self, heard: int = 1) -> None:
        self.times = 0
        self._heard = heard

    def __call__(self) -> bool:
        self.times += 1
        return self.times >= self._heard


def test_a_pause_without_ctrl_c_is_a_pause() -> None:
    asked = Asked()
    with Interrupts(asked) as interrupts:
        begin = time.monotonic()
        interrupts.sleep(0.2)
    assert time.monotonic() - begin >= 0.2
    assert asked.times == 0


def test_the_first_ctrl_c_ends_the_pause_and_asks_once() -> None:
    asked = Asked()
    with Interrupts(asked) as interrupts:
        begin = time.monotonic()
        thread = threading.Timer(0.1, lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT))
        thread.start()
        interrupts.sleep(30)
        thread.join()
        assert time.monotonic() - begin < 10
        interrupts.sleep(0.01)
        interrupts.sleep(0.01)
    assert asked.times == 1


def test_after_the_first_ctrl_c_pauses_are_pauses_again() -> None:
    with Interrupts(Asked()) as interrupts:
        signal.raise_signal(signal.SIGINT)
        interrupts.sleep(0)
        begin = time.monotonic()
        interrupts.sleep(0.2)
        assert time.monotonic() - begin >= 0.2


def test_what_was_not_heard_is_asked_again() -> None:
    asked = Asked(heard=3)
    with Interrupts(asked) as interrupts:
        signal.raise_signal(signal.SIGINT)
        for _ in range(5):
            interrupts.sleep(0.01)
    assert asked.times == 3


def test_the_second_ctrl_c_leaves_at_once() -> None:
    with Interrupts(Asked()) as interrupts:
        signal.raise_signal(signal.SIGINT)
        interrupts.sleep(0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_the_processs_own_again_afterwards() -> None:
    with Interrupts(Asked()):
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
