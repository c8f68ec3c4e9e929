"""A desktop session of its own for tests: a private D-Bus with a real gnome-keyring, unlocked with a password.

No other service can be started on the bus, so a prompt finds nobody to show it and counts as dismissed.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import secretstorage
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

ROOT = Path(__file__).parents[3]
SECRETS = "org.freedesktop.secrets"
PASSWORD = "of the login"
PATIENCE = 30.0
"""Seconds until something that should come does not."""
BUS = """<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""


class Keeper:
    """`tests.functional.secrets.keeper` at work: a process that does to the book what it is asked."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, action: str, **members: Any) -> Mapping[str, Any]:
        """What came of it: ``{"done": …}``, or ``{"error": class, "message": …, "hint": …}``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"action": action, **members}), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the keeper died"
        return dict(json.loads(answer))


class Desktop:
    """The user's home, bus and keyring; `lock` and `unlock` are what the user does to the latter."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self._runtime = root / "run"
        self._daemon: subprocess.Popen[str] | None = None
        for folder in (self.home, self._runtime):
            folder.mkdir(mode=0o700)
        (root / "bus.conf").write_text(BUS.format(socket=self._runtime / "bus"))
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={root / 'bus.conf'}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "PYTHONPATH": str(ROOT),
        }

    def unlock(self) -> None:
        """Start the keyring with the user's password, as logging in does."""
        self.end_keyring()
        with closing(open_dbus_connection(self.address)) as bus:
            owner = MatchRule(type="signal", interface=message_bus.interface, member="NameOwnerChanged")
            owner.add_arg_condition(0, SECRETS)
            asked = Proxy(message_bus, bus)
            with bus.filter(owner) as signals:
                asked.AddMatch(owner)
                self._daemon = subprocess.Popen(
                    ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=self.environment,
                    text=True,
                )
                assert self._daemon.stdin is not None
                self._daemon.stdin.write(PASSWORD)
                self._daemon.stdin.close()
                bus.recv_until_filtered(signals, timeout=PATIENCE)

    def lock(self) -> None:
        with closing(open_dbus_connection(self.address)) as bus:
            secretstorage.get_default_collection(bus).lock()

    def end_keyring(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(PATIENCE)
            self._daemon = None

    def close(self) -> None:
        self.end_keyring()
        self._bus.terminate()
        self._bus.wait(PATIENCE)
        assert self._bus.stdout is not None
        self._bus.stdout.close()

    @contextmanager
    def keeper(self) -> Iterator[Keeper]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.functional.secrets.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            cwd=ROOT,
            text=True,
        )
        with process:
            yield Keeper(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENCE) == 0

    def items(self) -> dict[str, str]:
        """What the keyring holds, read past the code under test: user name to secret, of service ``bakehouse``."""
        with closing(open_dbus_connection(self.address)) as bus:
            found = secretstorage.get_default_collection(bus).search_items({"service": "bakehouse"})
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in found}


@contextmanager
def desktop() -> Iterator[Desktop]:
    # Not under pytest's folder: a socket's path may have 107 bytes.
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bakehouse-desktop-")))
        made = Desktop(root)
        stack.callback(made.close)
        made.unlock()
        yield made
