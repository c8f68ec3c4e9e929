"""A NoCloud seed: how a cloud image that lacks our agent gets it, through the cloud-init it brings along.

The same files that our own base images carry, the channel's public key, and the commands that start the unit. Key and
files live in /run, so nothing of them is in the image that is captured; only the PAM service has to be where PAM looks,
and the clean-up before the capture removes it.
"""

import base64
import json
from pathlib import Path

GUEST = Path(__file__).resolve().parents[3] / "resources" / "guest"
AGENT = GUEST / "files"
RUN = "/run/bakehouse-seed"
UNIT = """\
[Unit]
Description=Channel to the local Image Builder
DefaultDependencies=no
StartLimitIntervalSec=0
[Service]
RuntimeDirectory=bakehouse sshd
RuntimeDirectoryPreserve=yes
ExecStart=/bin/sh {run}/usr/lib/bakehouse/channel
KillMode=process
Restart=always
RestartSec=200ms
"""


def nocloud(instance_id: str, public_key: str) -> dict[str, str]:
    """The texts of `meta-data` and `user-data` for one machine. User data is JSON, which cloud-init reads as YAML."""
    channel = (AGENT / "usr/lib/bakehouse/channel").read_text()
    settings, pam = "/usr/lib/bakehouse/sshd_config", "/usr/lib/pam.d/bakehouse-channel"
    config = {
        "bootcmd": [
            _write(f"{RUN}/bakehouse.key", public_key + "\n"),
            _write(f"{RUN}{settings}", (AGENT / settings.lstrip("/")).read_text()),
            _write(f"{RUN}/usr/lib/bakehouse/channel", channel.replace(settings, f"{RUN}{settings}")),
            _write(pam, (AGENT / pam.lstrip("/")).read_text()),
            _write("/run/systemd/system/bakehouse-channel.service", UNIT.format(run=RUN)),
            "modprobe virtio_console; systemctl daemon-reload; systemctl start --no-block bakehouse-channel.service",
        ]
    }
    return {
        "meta-data": json.dumps({"instance-id": instance_id}),
        "user-data": "#cloud-config\n" + json.dumps(config, indent=1) + "\n",
    }


def _write(path: str, text: str) -> str:
    """A shell command that writes `text`, whatever is in it."""
    encoded = base64.b64encode(text.encode()).decode()
    return f"mkdir -p {Path(path).parent} && echo {encoded} | base64 -d > {path}"
