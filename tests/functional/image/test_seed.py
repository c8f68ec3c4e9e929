"""The NoCloud seed: what cloud-init gets to bring our agent into an image that lacks it."""

import base64
import json
import shlex
from pathlib import PurePosixPath
from typing import Any, cast

from core.local.machine.seed import GUEST, nocloud

KEY = "ssh-ed25519 AAAAC3Nza; $(id) 'quoted'"


def commands() -> list[str]:
    head, _, body = nocloud("i-0123", KEY)["user-data"].partition("\n")
    assert head == "#cloud-config"
    config: dict[str, Any] = json.loads(body)
    return cast(list[str], config["bootcmd"])


def written() -> dict[str, str]:
    """Path → text of every file that the commands write."""
    files = {}
    for command in commands():
        words = shlex.split(command)
        if "base64" in words:
            files[words[-1]] = base64.b64decode(words[words.index("echo") + 1]).decode()
    return files


def test_the_instance_id_is_the_machines_so_cloud_init_runs_again_on_every_machine() -> None:
    assert json.loads(nocloud("i-0123", KEY)["meta-data"]) == {"instance-id": "i-0123"}


def test_the_key_is_written_as_it_is_whatever_is_in_it() -> None:
    assert written()["/run/bakehouse-seed/bakehouse.key"] == KEY + "\n"
    assert not any("$(id)" in command for command in commands())


def test_what_is_written_outside_of_memory_is_cleaned_up_before_the_capture() -> None:
    (outside,) = (path for path in written() if not PurePosixPath(path).is_relative_to("/run"))
    assert outside == "/usr/lib/pam.d/bakehouse-channel"
    assert f"[ -d /run/bakehouse-seed ] && wipe {outside}\n" in (GUEST / "sanitize").read_text()


def test_the_agent_uses_its_own_settings_from_the_seed() -> None:
    files = written()
    channel = files["/run/bakehouse-seed/usr/lib/bakehouse/channel"]
    assert "-f /run/bakehouse-seed/usr/lib/bakehouse/sshd_config" in channel
    assert "PermitRootLogin" in files["/run/bakehouse-seed/usr/lib/bakehouse/sshd_config"]
    unit = files["/run/systemd/system/bakehouse-channel.service"]
    assert "ExecStart=/bin/sh /run/bakehouse-seed/usr/lib/bakehouse/channel" in unit


def test_the_agent_is_started_after_its_files_are_there() -> None:
    assert "systemctl start --no-block bakehouse-channel.service" in commands()[-1]
