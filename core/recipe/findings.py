"""Collecting what is wrong with a document while it is read, so that one bad key does not hide the next.

`Fields` reads a mapping key by key; whatever is missing, unknown or of a wrong shape becomes a `Problem` at the node's
own place, and reading goes on with a harmless value.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from core.errors import Invalid, Problem, Severity
from core.recipe.address import address
from core.recipe.tree import Entries, Items, Node, Scalar


class Findings:
    """The problems of one document, in the order they are found."""

    def __init__(self, file: str = "", problems: Iterable[Problem] = ()) -> None:
        self.file = file
        self._problems = list(problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once: this document's in source order, then those of documents it names."""
        unique = dict.fromkeys(self._problems)
        return tuple(sorted(unique, key=lambda one: (one.file != self.file, one.file, one.line, one.column)))

    @property
    def failed(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self._problems)

    def empty_unless_failed(self, what: str) -> None:
        """Complain about an empty text, unless reading it has failed for another reason."""
        if not self.failed:
            self._problems.append(Problem("", 1, 1, Severity.ERROR, f"{what} is empty", "", self.file))

    def invalid(self, what: str) -> Invalid:
        """The error that tells the first problem and carries all."""
        errors = [problem for problem in self.problems if problem.severity is Severity.ERROR]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        message = f"{self.file or what} is not valid: {errors[0].message}{more}"
        return Invalid(message, problems=self.problems, hint=errors[0].hint)

    def error(self, node: Node, message: str, hint: str = "") -> None:
        self._add(Severity.ERROR, node, message, hint)

    def warning(self, node: Node, message: str, hint: str = "") -> None:
        self._add(Severity.WARNING, node, message, hint)

    def extend(self, problems: Iterable[Problem]) -> None:
        self._problems.extend(problems)

    def _add(self, severity: Severity, node: Node, message: str, hint: str) -> None:
        span = node.span
        self._problems.append(Problem(address(node.path), span.line, span.column, severity, message, hint, self.file))


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A hint naming the known word the user probably meant, or all of them when they are few."""
    folded = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]!r}?"
    return f"Known here: {', '.join(known)}" if 0 < len(known) <= 15 else ""


def kind_of(node: Node) -> str:
    """The node's shape in the words of a message."""
    match node:
        case Items():
            return "a list"
        case Entries():
            return "a map"
        case Scalar():
            return "nothing" if node.is_null else "a text"


class Fields:
    """A mapping's keys, read one by one; `what` names the thing in messages ("step 'Install'")."""

    def __init__(self, node: Entries, findings: Findings, what: str, known: Collection[str]) -> None:
        self.node = node
        self.findings = findings
        self.what = what
        for key, value in node.entries:
            if key.text not in known:
                place = Scalar(value.path, key.span, key.text)
                findings.error(place, f"Unknown key {key.text!r} in {what}", did_you_mean(key.text, known))

    def get(self, key: str) -> Node | None:
        """The value, or None where the key is missing or its value is null."""
        node = self.node.get(key)
        return None if isinstance(node, Scalar) and node.is_null else node

    def required(self, key: str) -> Node | None:
        node = self.get(key)
        if node is None:
            self.findings.error(self.node.get(key) or self.node, f"{capital(self.what)} has no {key!r}")
        return node

    def text(self, key: str, *, required: bool = False) -> str | None:
        node = self.required(key) if required else self.get(key)
        return None if node is None else text_of(node, self.findings, f"{key!r} of {self.what}")

    def flag(self, key: str, *, default: bool = False) -> bool:
        node = self.get(key)
        if node is None:
            return default
        value = node.flag if isinstance(node, Scalar) else None
        if value is None:
            self.findings.error(node, f"{key!r} of {self.what} must be true or false, not {said(node)}")
        return default if value is None else value

    def whole(self, key: str, *, default: int | None = None) -> int | None:
        """A whole number; the caller checks its range."""
        node = self.get(key)
        if node is None:
            return default
        value = whole_of(node)
        if value is None:
            self.findings.error(node, f"{key!r} of {self.what} must be a whole number, not {said(node)}")
        return default if value is None else value

    def choice(self, key: str, allowed: Collection[str], *, default: str) -> str:
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and node.text in allowed:
            return node.text
        listed = ", ".join(allowed)
        self.findings.error(node, f"{key!r} of {self.what} must be one of {listed}, not {said(node)}")
        return default

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        node = self.required(key) if required else self.get(key)
        if node is None:
            return ()
        if isinstance(node, Items):
            return node.items
        self.findings.error(node, f"{key!r} of {self.what} must be a list, not {kind_of(node)}")
        return ()


def text_of(node: Node, findings: Findings, what: str) -> str | None:
    """A scalar's source text; YAML null reads as the empty text."""
    if isinstance(node, Scalar):
        return "" if node.is_null else node.text
    findings.error(node, f"{capital(what)} must be a text, not {kind_of(node)}")
    return None


def entries_of(node: Node, findings: Findings, what: str) -> Entries | None:
    if isinstance(node, Entries):
        return node
    findings.error(node, f"{capital(what)} must be a map, not {kind_of(node)}")
    return None


def whole_of(node: Node) -> int | None:
    if not isinstance(node, Scalar) or len(node.text) > 18:
        return None
    digits = node.text.removeprefix("-")
    return int(node.text) if digits.isascii() and digits.isdigit() else None


def said(node: Node) -> str:
    """The node as quoted in a message: short texts word for word, the rest by shape."""
    if isinstance(node, Scalar) and not node.is_null and len(node.text) <= 60:
        return repr(node.text)
    return kind_of(node)


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
