"""Which Ethernet frames of a machine may go out."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.local.machine.network import ARP, IPV4, may_leave

REFUSED = tuple(ipaddress.IPv4Network(block) for block in ("127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "224.0.0.0/4"))
VLAN = 0x8100
IPV6 = 0x86DD


def frame(kind: int, payload: bytes) -> bytes:
    return b"\x52\x54\x00\x12\x34\x56" + b"\x52\x54\x00\x65\x43\x21" + struct.pack("!H", kind) + payload


def packet(destination: str | ipaddress.IPv4Address, body: bytes = b"") -> bytes:
    """An IPv4 packet from 192.0.2.2."""
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, 6, 0)
    return head + ipaddress.IPv4Address("192.0.2.2").packed + ipaddress.IPv4Address(destination).packed + body


@pytest.mark.parametrize(
    "destination",
    ["127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.0.1", "0.1.2.3", "224.0.0.251", "239.255.255.250"],
)
def test_a_packet_to_the_host_or_its_link_may_not_leave(destination: str) -> None:
    assert not may_leave(frame(IPV4, packet(destination)))


@pytest.mark.parametrize("destination", ["151.101.2.132", "10.0.0.1", "192.168.1.1", "255.255.255.255", "169.253.1.1"])
def test_a_packet_to_anywhere_else_may_leave(destination: str) -> None:
    assert may_leave(frame(IPV4, packet(destination)))


@given(st.ip_addresses(v=4), st.binary(max_size=64))
def test_exactly_the_refused_blocks_are_kept_in(destination: ipaddress.IPv4Address, body: bytes) -> None:
    refused = any(destination in block for block in REFUSED)
    assert may_leave(frame(IPV4, packet(destination, body))) is not refused


@given(st.binary(max_size=64))
def test_address_resolution_may_leave(body: bytes) -> None:
    assert may_leave(frame(ARP, body))


@given(st.integers(0, 0xFFFF).filter(lambda kind: kind not in {ARP, IPV4}), st.binary(max_size=100))
def test_no_other_kind_of_frame_may_leave(kind: int, body: bytes) -> None:
    """A forbidden packet inside a VLAN tag or a tunnel of IPv6 would else pass unread."""
    assert not may_leave(frame(kind, body))


@pytest.mark.parametrize("kind", [VLAN, IPV6])
def test_a_forbidden_packet_in_another_wrapping_may_not_leave(kind: int) -> None:
    wrapped = struct.pack("!HH", 1, IPV4) + packet("169.254.169.254")
    assert not may_leave(frame(kind, wrapped))


@given(st.binary(max_size=200))
def test_no_frame_is_too_odd_to_judge(odd: bytes) -> None:
    assert may_leave(odd) in {True, False}


@given(st.integers(0, 19))
def test_a_packet_cut_off_before_its_destination_may_not_leave(length: int) -> None:
    assert not may_leave(frame(IPV4, packet("192.0.2.9")[:length]))
