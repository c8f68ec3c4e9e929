"""References ``{{ … }}`` in the texts of a component document.

AWSTOE replaces text before a module runs and quotes nothing; what it does not understand it leaves as it stands, so a
Go template (``{{.Name}}``), an unclosed ``{{`` or a brace inside braces is literal text here (user guide,
toe-user-defined-variables; the managed AWS CLI component shipped with an unclosed one).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

# Blanks are stripped afterwards: a pattern that does it backtracks for hours on a megabyte of them.
_BRACES = re.compile(r"\{\{([^{}]*)\}\}")
_WORD = r"[A-Za-z0-9_-]+"
_NAME = re.compile(_WORD)
_CHAIN = re.compile(rf"({_WORD})\.({_WORD})\.(inputs|outputs)(?:\[(\d{{1,6}})\])?\.({_WORD})")
_LOOP = re.compile(rf"({_WORD})\.(index|value)")
_RESOLVE = re.compile(r"resolve\((.+)\)")

# Twice what a parameter's ARN can have; it bounds how deep `resolve` can be nested.
_MAX_SSM_CHARACTERS = 2048

CONTEXT_KEYS = (
    "executionId",
    "accountId",
    "region",
    "osPlatform",
    "osName",
    "osVersion",
    "date",
    "dateTime",
    "uuid",
    "hostname",
    "phase",
    "step",
)


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """``{{ Name }}``: a parameter or constant of the document."""

    name: str


@dataclass(frozen=True, slots=True)
class StepRef:
    """``{{ phase.step.outputs[0].stdout }}``: what another step was given or gave back; `index` None is the first."""

    phase: str
    step: str
    side: Literal["inputs", "outputs"]
    index: int | None
    key: str


@dataclass(frozen=True, slots=True)
class LoopRef:
    """``{{ loop.value }}``, or the same with the loop's own name."""

    loop: str
    field: Literal["index", "value"]


@dataclass(frozen=True, slots=True)
class EnvRef:
    """``{{ env:NAME }}``: an environment variable of the machine's runner."""

    name: str


@dataclass(frozen=True, slots=True)
class ContextRef:
    """``{{ context:key }}``: a fact of the run, one of `CONTEXT_KEYS`."""

    key: str


@dataclass(frozen=True, slots=True)
class ImdsRef:
    """``{{ aws:imds:path }}``: instance metadata below ``meta-data/``."""

    path: str


@dataclass(frozen=True, slots=True)
class SsmRef:
    """``{{ aws:ssm:name }}``; with `indirect`, the parameter's name is the value of another reference."""

    name: str
    indirect: "ParameterRef | SsmRef | None" = None


Reference: TypeAlias = ParameterRef | StepRef | LoopRef | EnvRef | ContextRef | ImdsRef | SsmRef


def references(text: str) -> list[Reference]:
    """Every reference in the text, in order."""
    found = (reference(match[1].strip()) for match in _BRACES.finditer(text))
    return [ref for ref in found if ref is not None]


def substitute(text: str, resolve: Callable[[Reference], str | None]) -> str:
    """The text with every reference replaced by its value; where `resolve` gives None, it stays as it stands.

    One pass: what a value brings in is not read again.
    """

    def value(match: re.Match[str]) -> str:
        ref = reference(match[1].strip())
        resolved = None if ref is None else resolve(ref)
        return match[0] if resolved is None else resolved

    return _BRACES.sub(value, text)


def reference(expression: str) -> Reference | None:
    """What an expression between braces refers to; None for text AWSTOE leaves alone."""
    if expression.startswith("env:"):
        return EnvRef(expression[4:]) if len(expression) > 4 else None
    if expression.startswith("context:"):
        return ContextRef(expression[8:]) if len(expression) > 8 else None
    if expression.startswith("aws:imds:"):
        return ImdsRef(expression[9:]) if len(expression) > 9 else None
    if expression.startswith("aws:ssm:"):
        return _ssm(expression[8:])
    if chain := _CHAIN.fullmatch(expression):
        side: Literal["inputs", "outputs"] = "inputs" if chain[3] == "inputs" else "outputs"
        return StepRef(chain[1], chain[2], side, int(chain[4]) if chain[4] else None, chain[5])
    if loop := _LOOP.fullmatch(expression):
        return LoopRef(loop[1], "index" if loop[2] == "index" else "value")
    return ParameterRef(expression) if _NAME.fullmatch(expression) else None


def _ssm(rest: str) -> SsmRef | None:
    if len(rest) > _MAX_SSM_CHARACTERS:
        return None
    if not rest.startswith("resolve("):
        return SsmRef(rest) if rest else None
    resolve = _RESOLVE.fullmatch(rest)
    inner = reference(resolve[1].strip()) if resolve else None
    return SsmRef("", inner) if isinstance(inner, ParameterRef | SsmRef) else None
