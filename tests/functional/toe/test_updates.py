"""UpdateOS, with package tools that only write down how they are called."""

import json
import shutil

import pytest

from core.local.toe.run import ToeResult
from tests.functional.toe.oven import Oven

PLAN = """NOTE: This is only a simulation!
Inst nginx [1.22] (1.24 Debian:12 [amd64])
Inst nginx-common [1.22] (1.24 Debian:12 [all])
Inst linux-image-amd64 [6.1] (6.2 Debian:12 [amd64])
Conf nginx (1.24 Debian:12 [amd64])
"""
TOOL = """#!/bin/bash
{
  printf '%s' "${0##*/}"
  for argument in "$@"; do [[ $argument == -o || $argument == Dpkg* ]] || printf ' %s' "$argument"; done
  echo
} >> /opt/calls
[[ " $* " != *" -s "* ]] || cat /opt/plan
"""


@pytest.fixture
def machine(oven: Oven) -> Oven:
    """A guest whose PATH has no package tool yet."""
    oven.guest.path("/opt/bin").mkdir()
    for tool in ("bash", "env", "cat", "id", "mkdir"):
        found = shutil.which(tool)
        assert found is not None
        oven.guest.path(f"/opt/bin/{tool}").symlink_to(found)
    oven.guest.path("/opt/plan").write_text(PLAN)
    oven.environment["PATH"] = "/opt/bin"
    return oven


def install(machine: Oven, tool: str) -> None:
    path = machine.guest.path(f"/opt/bin/{tool}")
    path.write_text(TOOL)
    path.chmod(0o755)


async def update(machine: Oven, **inputs: list[str]) -> tuple[list[str], ToeResult]:
    given = f", inputs: {json.dumps(inputs)}" if inputs else ""
    result = await machine.steps(f"- {{name: Update, action: UpdateOS{given}}}")
    calls = machine.guest.path("/opt/calls")
    return (calls.read_text().splitlines() if calls.exists() else []), result


async def test_apt_get_updates_everything_without_inputs(machine: Oven) -> None:
    install(machine, "apt-get")
    calls, result = await update(machine)
    assert result.status == "success"
    assert calls == ["apt-get -y -q update", "apt-get -y -q --with-new-pkgs upgrade"]


@pytest.mark.parametrize(
    ("include", "exclude", "names"),
    [
        (["nginx"], [], "nginx"),
        (["nginx*"], ["nginx"], "nginx-common"),
        ([], ["linux-image-*"], "nginx nginx-common"),
        (["nginx-", "nginx", "not-installed"], [], "nginx"),
        (["nginx"], ["nginx"], ""),
    ],
)
async def test_apt_get_is_given_only_names_it_has_planned_itself(
    machine: Oven, include: list[str], exclude: list[str], names: str
) -> None:
    """Handed on as given, 'nginx-' would tell apt-get to remove nginx."""
    install(machine, "apt-get")
    calls, result = await update(machine, include=include, exclude=exclude)
    assert result.status == "success"
    assert calls[2:] == ([f"apt-get -y -q install --only-upgrade -- {names}"] if names else [])


async def test_dnf_and_yum_are_given_includes_and_excludes(machine: Oven) -> None:
    install(machine, "yum")
    calls, _ = await update(machine)
    assert calls == ["yum -y update --"]
    install(machine, "dnf")
    calls, _ = await update(machine, include=["nginx"], exclude=["kernel*"])
    assert calls[1:] == ["dnf -y --exclude=kernel* update -- nginx"]


async def test_a_machine_without_a_package_tool_fails_the_step(machine: Oven) -> None:
    _, result = await update(machine)
    assert result.failure is not None
    assert "neither apt-get nor dnf nor yum" in result.failure.stderr
