"""A guest to run documents on, and what a test wants to know of the run."""

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.local.toe.outside import LocalOutside
from core.local.toe.run import DocumentInput, ToeRequest, ToeResult, execute
from tests.fakes.guest import FakeGuest


@dataclass
class Oven:
    """Runs documents; `lines` are the console's so far."""

    folder: Path
    guest: FakeGuest
    components: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(
        default_factory=lambda: {"WORKING_DIRECTORY": "/tmp", "IMAGE_PHASE": "BUILDING"}
    )

    @property
    def buckets(self) -> Path:
        return self.folder / "buckets"

    @property
    def parameter_file(self) -> Path:
        return self.folder / "parameters.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def outside(self) -> LocalOutside:
        return LocalOutside(self.buckets, self.parameter_file, self.components.get)

    def request(self, *documents: DocumentInput, phases: tuple[str, ...] = ("build",), **more: Any) -> ToeRequest:
        return ToeRequest(
            documents=documents,
            phases=phases,
            execution_id="7d1f2c3e-0000-11ef-8000-000000000000",
            environment=self.environment,
            account_id="123456789012",
            region="eu-central-1",
            log_directory=self.logs,
            **more,
        )

    async def run(self, request: ToeRequest) -> ToeResult:
        return await execute(request, self.guest, log=self.lines.append, outside=self.outside)

    async def bake(
        self,
        text: str,
        *,
        phases: tuple[str, ...] = ("build",),
        parameters: Mapping[str, tuple[str, ...]] | None = None,
    ) -> ToeResult:
        """Run one document given as text."""
        document = DocumentInput("test.yml", textwrap.dedent(text), parameters or {})
        return await self.run(self.request(document, phases=phases))

    async def steps(self, steps: str, **more: Any) -> ToeResult:
        """Run the steps of one build phase, given as a YAML list."""
        return await self.bake(document_of(steps), **more)


def document_of(steps: str, head: str = "") -> str:
    """A document with one build phase of these steps."""
    listed = textwrap.indent(textwrap.dedent(steps).strip("\n"), " " * 6)
    return f"schemaVersion: 1.0\n{textwrap.dedent(head)}phases:\n  - name: build\n    steps:\n{listed}\n"


def step(result: ToeResult, name: str, document: int = 0) -> dict[str, Any]:
    """A step's record in the detailed output."""
    phases = result.detailed_output["documents"][document]["phases"]
    found: dict[str, Any] = next(step for phase in phases for step in phase["steps"] if step["name"] == name)
    return found


def outputs(result: ToeResult, name: str, document: int = 0) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(step(result, name, document)["outputs"])
    return found


def stdout(result: ToeResult, name: str) -> str:
    return outputs(result, name)[0]["stdout"]
