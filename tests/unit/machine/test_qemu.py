"""QEMU's command line, device by device."""

from pathlib import Path

from core.local.machine import qemu
from core.local.machine.network import passt_arguments

FILES = qemu.Files(Path("/home/a/runs/i-1"), Path("/tmp/run-1"))
ODD = qemu.Files(Path("/data, all/i-1"), Path("/tmp/r,1"))
SHAPE = qemu.Shape(2, 2048)


def line(*, uid: int = 1000, seeded: bool = False, networked: bool = True) -> list[str]:
    return qemu.arguments(
        FILES, SHAPE, "tcg", public_key="ssh-ed25519 AAAA", uid=uid, seeded=seeded, networked=networked
    )


def contains(whole: list[str], part: list[str]) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))


def test_a_machine_has_no_device_nobody_asked_for() -> None:
    assert line()[:4] == ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display"]


def test_an_emulated_machine_translates_on_all_processors() -> None:
    assert qemu.machine("tcg")[-4:] == ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", qemu.EMULATED]


def test_an_accelerated_machine_has_the_hosts_processor() -> None:
    assert qemu.machine("kvm")[-4:] == ["-accel", "kvm", "-cpu", "host"]


def test_the_size_is_processors_and_mebibytes() -> None:
    assert qemu.size(qemu.Shape(4, 8192)) == ["-smp", "4", "-m", "8192M"]


def test_the_disks_format_is_stated_and_never_probed() -> None:
    assert qemu.disk(FILES) == [
        "-drive",
        "if=none,id=root,file=/home/a/runs/i-1/disk.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap,"
        "auto-read-only=off,file.auto-read-only=off",
        "-device",
        "virtio-blk-pci,drive=root,bootindex=1",
    ]


def test_the_channel_is_a_named_port_that_reports_when_it_is_opened() -> None:
    assert qemu.channel(FILES) == [
        "-device",
        "virtio-serial-pci",
        "-chardev",
        "socket,id=channel,path=/tmp/run-1/channel,server=on,wait=off",
        "-device",
        "virtserialport,id=channel0,chardev=channel,name=org.bakehouse.channel",
    ]


def test_the_network_card_is_on_our_frame_filter_and_not_on_qemus_user_network() -> None:
    assert qemu.network(FILES) == [
        "-netdev",
        "stream,id=net0,server=off,addr.type=unix,addr.path=/tmp/run-1/network",
        "-device",
        "virtio-net-pci,netdev=net0,romfile=",
    ]
    assert not any("user" in argument.split(",") for argument in line())


def test_monitor_and_console_are_files_of_the_machine() -> None:
    assert qemu.monitor(FILES) == [
        "-chardev",
        "socket,id=monitor0,path=/tmp/run-1/monitor,server=on,wait=off",
        "-mon",
        "chardev=monitor0,mode=control",
    ]
    assert qemu.console(FILES) == [
        "-chardev",
        "file,id=console0,path=/home/a/runs/i-1/console.log,append=on",
        "-serial",
        "chardev:console0",
    ]


def test_a_comma_in_a_path_cannot_add_an_option() -> None:
    values = [*qemu.disk(ODD), *qemu.monitor(ODD), *qemu.console(ODD), *qemu.channel(ODD), *qemu.network(ODD)]
    assert [value for value in values if "/data, all" in value or "/tmp/r,1" in value] == []
    assert "if=none,id=root,file=/data,, all/i-1/disk.qcow2,format=qcow2" in qemu.disk(ODD)[1]


def test_the_channels_key_is_handed_over_as_a_systemd_credential() -> None:
    assert qemu.credential("ssh-ed25519 AAAA,x") == [
        "-smbios",
        "type=11,value=io.systemd.credential:bakehouse.key=ssh-ed25519 AAAA,,x",
    ]


def test_a_seed_is_a_read_only_volume_that_cloud_init_knows_by_its_label() -> None:
    assert qemu.seed(FILES) == [
        "-blockdev",
        "driver=vvfat,node-name=seed,dir=/tmp/run-1/seed,label=cidata,read-only=on",
        "-device",
        "virtio-blk-pci,drive=seed",
    ]
    assert contains(line(seeded=True), qemu.seed(FILES))
    assert not contains(line(), qemu.seed(FILES))


def test_where_the_service_is_root_qemu_goes_on_as_nobody() -> None:
    assert contains(line(uid=0), ["-runas", "nobody"])
    assert "-runas" not in line()


def test_qemu_may_start_no_process_and_gain_no_privilege() -> None:
    assert qemu.sandbox(1000) == [
        "-sandbox",
        "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
    ]
    assert "spawn=deny" in qemu.sandbox(0)[1]


def test_a_machine_on_a_host_without_network_has_no_card() -> None:
    assert not contains(line(networked=False), ["-netdev"])


def test_passt_forwards_nothing_inwards_and_maps_no_address_to_the_host() -> None:
    arguments = passt_arguments(Path("/tmp/run-1/passt"))
    assert contains(arguments, ["--socket", "/tmp/run-1/passt"])
    assert "--no-map-gw" in arguments
    assert contains(arguments, ["--tcp-ports", "none"])
    assert contains(arguments, ["--udp-ports", "none"])
    assert "--ipv4-only" in arguments
