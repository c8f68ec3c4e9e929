"""A machine is as big as its instance type says and this host allows."""

from hypothesis import given
from hypothesis import strategies as st

from core.catalog.instance_types import INSTANCE_TYPES
from core.local.machine.qemu import Shape
from core.local.machine.sizing import DEFAULT, SMALLEST_MEMORY_MIB, shape_for

BIG = Shape(vcpus=256, memory_mib=4 * 2**20)


def test_a_machine_has_its_instance_types_size_where_the_host_is_big_enough() -> None:
    wanted = INSTANCE_TYPES["m5.xlarge"]
    assert shape_for(["m5.xlarge"], BIG) == Shape(wanted.vcpus, wanted.memory_mib) == Shape(4, 16384)


def test_a_machine_has_at_most_all_processors_and_half_the_memory_of_the_host() -> None:
    assert shape_for(["m5.24xlarge"], Shape(8, 16384)) == Shape(8, 8192)


def test_the_first_known_instance_type_decides() -> None:
    assert shape_for(["z9.huge", "m5.large", "m5.xlarge"], BIG) == shape_for(["m5.large"], BIG)


def test_without_a_known_instance_type_a_machine_has_the_usual_size() -> None:
    assert shape_for([], BIG) == DEFAULT
    assert shape_for(["z9.huge"], BIG) == DEFAULT


@given(
    st.lists(st.sampled_from(sorted(INSTANCE_TYPES)) | st.text(max_size=8), max_size=3),
    st.builds(Shape, st.integers(1, 256), st.integers(256, 2**22)),
)
def test_every_machine_can_start_on_its_host(types: list[str], host: Shape) -> None:
    shape = shape_for(types, host)
    assert 1 <= shape.vcpus <= host.vcpus
    assert SMALLEST_MEMORY_MIB <= shape.memory_mib <= max(SMALLEST_MEMORY_MIB, host.memory_mib // 2)
