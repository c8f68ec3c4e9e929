"""The service as `core.local.endpoint` starts it: forked away from its starter, so that it is nobody's child."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from core.local.endpoint import Home

if TYPE_CHECKING:
    from core.local.service.app import WorkshopOf


def main(workshop: "WorkshopOf | None" = None) -> int:
    """Run the service with the machines of this computer, or those of another workshop; the exit status."""
    parser = argparse.ArgumentParser(
        prog="bakehouse-service", description="The local Image Builder of $BAKEHOUSE_HOME."
    )
    parser.add_argument("--detached", action="store_true", help="go on in the background")
    parser.add_argument("--ready", type=int, metavar="FD", help="a descriptor to write a line to when ready")
    arguments = parser.parse_args()
    if arguments.detached and os.fork():
        os._exit(0)
    from core.local.service.app import run

    return run(Home.default(), workshop=workshop, detached=arguments.detached, announce=arguments.ready)


if __name__ == "__main__":
    sys.exit(main())
