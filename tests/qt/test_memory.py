"""What the app does with memory that it has freed."""

import resource
import sys
from threading import Thread

import pytest

from gui.threads import keep_memory

PIECE = 1024 * 1024
AT_ONCE = 4
TIMES = 50


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' allocators are left as they are")
def test_a_thread_uses_the_memory_again_that_it_has_freed() -> None:
    """Without keep_memory most of every round is mapped anew, page by page."""
    keep_memory()

    def work() -> None:
        for _ in range(TIMES):
            [bytearray(b"\1") * PIECE for _ in range(AT_ONCE)]

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    thread = Thread(target=work)
    thread.start()
    thread.join()
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults < TIMES * AT_ONCE * PIECE / resource.getpagesize() / 10
