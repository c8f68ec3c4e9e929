"""How big a machine is: what the instance type says, capped by this host.

A laptop can't give 96 vCPUs to a build that AWS would run on a c5.24xlarge; the recipe stays as it is and the machine
gets what there is.
"""

import os
from collections.abc import Sequence

from core.catalog.instance_types import INSTANCE_TYPES
from core.local.machine.qemu import Shape

DEFAULT = Shape(vcpus=2, memory_mib=2048)
SMALLEST_MEMORY_MIB = 512


def host_size() -> Shape:
    """This host's processors we may use, and its physical memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return Shape(vcpus=len(os.sched_getaffinity(0)), memory_mib=memory)


def shape_for(instance_types: Sequence[str], host: Shape) -> Shape:
    """The first known instance type's size, with at most all host processors and half of the host's memory."""
    known = [INSTANCE_TYPES[name] for name in instance_types if name in INSTANCE_TYPES]
    wanted = Shape(known[0].vcpus, known[0].memory_mib) if known else DEFAULT
    return Shape(
        vcpus=max(1, min(wanted.vcpus, host.vcpus)),
        memory_mib=max(SMALLEST_MEMORY_MIB, min(wanted.memory_mib, host.memory_mib // 2)),
    )
