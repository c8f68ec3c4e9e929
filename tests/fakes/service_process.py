"""The service as a process of its own, with fakes for machines: `python -m tests.fakes.service_process`."""

import sys

from core.local.service.__main__ import main
from tests.fakes.workshop import FakeWorkshop

if __name__ == "__main__":
    sys.exit(main(FakeWorkshop().make))
