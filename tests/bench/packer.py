"""Packer, from Debian's package, building the same image: its qemu builder on the same base file.

It boots the base through the base's own boot loader, with the same accelerator, processors and memory, logs in by ssh
with a key that a firmware credential put there (so the base file is the very same), runs the commands in one script,
and shuts down. The disk stays a layer over the base, nothing is compressed: the quickest Packer can be set to.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

LONGEST = 900  # seconds


@dataclass(frozen=True, slots=True)
class Shape:
    """The machine to build on."""

    vcpus: int
    memory_mib: int
    accelerator: str


def available() -> bool:
    return shutil.which("packer") is not None


def template(base: Path, key: Path, script: Path, output: Path, shape: Shape) -> dict[str, object]:
    """A template for Packer 1.6 and newer, in JSON."""
    public = key.with_suffix(".pub").read_text(encoding="ascii")
    login = f"d /root/.ssh 0700 root root\nf /root/.ssh/authorized_keys 0600 root root - {public}"
    credential = base64.b64encode(login.encode()).decode()
    smbios = f"type=11,value=io.systemd.credential.binary:tmpfiles.extra={credential}"
    return {
        "builders": [
            {
                "type": "qemu",
                "disk_image": True,
                "use_backing_file": True,
                # Packer 1.6 names no backing format of its own, and QEMU 6.1 and newer demand one.
                "qemu_img_args": {"create": ["-F", "qcow2"]},
                "disk_cache": "unsafe",
                "iso_url": str(base),
                "iso_checksum": "none",
                "format": "qcow2",
                "skip_compaction": True,
                "output_directory": str(output),
                "vm_name": "image.qcow2",
                "accelerator": shape.accelerator,
                "cpus": shape.vcpus,
                "memory": shape.memory_mib,
                "net_device": "virtio-net",
                "disk_interface": "virtio",
                "headless": True,
                "boot_wait": "-1s",
                "ssh_username": "root",
                "ssh_private_key_file": str(key),
                "ssh_timeout": f"{LONGEST}s",
                "shutdown_command": "systemctl poweroff",
                "qemuargs": [["-smbios", smbios], ["-device", "virtio-rng-pci"]],
            }
        ],
        "provisioners": [{"type": "shell", "execute_command": "bash {{.Path}}", "script": str(script)}],
    }


def build(base: Path, commands: str, folder: Path, shape: Shape) -> float:
    """Build once in `folder`; the seconds `packer build` took. Raises CalledProcessError with its output."""
    key, script, output = folder / "key", folder / "provision.sh", folder / "output"
    shutil.rmtree(output, ignore_errors=True)
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", str(key)], check=True)
    script.write_text(commands, encoding="utf-8")
    file = folder / "template.json"
    file.write_text(json.dumps(template(base, key, script, output, shape)), encoding="utf-8")
    own = {"HOME": str(folder), "PACKER_CACHE_DIR": str(folder / "cache"), "CHECKPOINT_DISABLE": "1"}
    began = time.monotonic()
    subprocess.run(
        ["packer", "build", "-color=false", str(file)],
        env={"PATH": os.environ["PATH"], **own},
        check=True,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    return time.monotonic() - began
