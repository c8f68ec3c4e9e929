"""References between braces, and texts that only look like them."""

import pytest

from core.recipe.expressions import (
    ContextRef,
    EnvRef,
    ImdsRef,
    LoopRef,
    ParameterRef,
    Reference,
    SsmRef,
    StepRef,
    references,
    substitute,
)

FORMS: list[tuple[str, Reference]] = [
    ("{{ Name }}", ParameterRef("Name")),
    ("{{Name}}", ParameterRef("Name")),
    ("{{\tName\n}}", ParameterRef("Name")),
    ("{{ build.Make.outputs.stdout }}", StepRef("build", "Make", "outputs", None, "stdout")),
    ("{{ build.Make.inputs[1].path }}", StepRef("build", "Make", "inputs", 1, "path")),
    ("{{ loop.value }}", LoopRef("loop", "value")),
    ("{{ Hosts.index }}", LoopRef("Hosts", "index")),
    ("{{ env:ProgramFiles (x86) }}", EnvRef("ProgramFiles (x86)")),
    ("{{ context:osName }}", ContextRef("osName")),
    ("{{ aws:imds:placement/region }}", ImdsRef("placement/region")),
    ("{{ aws:ssm:/app/name }}", SsmRef("/app/name")),
    ("{{ aws:ssm:resolve( Name ) }}", SsmRef("", ParameterRef("Name"))),
    ("{{ aws:ssm:resolve(aws:ssm:/a) }}", SsmRef("", SsmRef("/a"))),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_every_form_of_reference_is_found(text: str, expected: Reference) -> None:
    assert references(f"before {text} after") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "{{.Names}}",
        "{{ .State.Pid }}",
        "{{ build.Make.outputs.stdout",
        "{{ }}",
        "{ Name }",
        "{{ a b }}",
        "{{ env: }}",
        "$X",
        "{{ {Name} }}",
        "{{ a.b.c.d }}",
        "{{ aws:ssm:resolve(loop.value) }}",
    ],
)
def test_other_texts_between_braces_are_left_alone(text: str) -> None:
    assert references(text) == []
    assert substitute(text, lambda ref: "x") == text


def test_substitution_is_plain_text_in_one_pass() -> None:
    values = {"A": "{{ B }} $(rm) 'q'", "B": "no"}
    text = substitute("<{{ A }}|{{ C }}>", lambda ref: values.get(ref.name) if isinstance(ref, ParameterRef) else None)
    assert text == "<{{ B }} $(rm) 'q'|{{ C }}>"


def test_a_backslash_in_a_value_stays_one() -> None:
    assert substitute("{{ A }}", lambda ref: "\\1\\g<0>") == "\\1\\g<0>"


def test_resolve_cannot_be_nested_without_end() -> None:
    """Without it, each level would be two more frames of the interpreter's stack."""
    assert references("{{ " + "aws:ssm:resolve(" * 5_000 + "Name" + ")" * 5_000 + " }}") == []
    assert len(references("{{ " + "aws:ssm:resolve(" * 50 + "Name" + ")" * 50 + " }}")) == 1


@pytest.mark.parametrize(
    "hostile", ["{{" + " " * 1_000_000 + "{", "{{ aws:ssm:resolve(" + " " * 1_000_000 + "}}", "{{ a " * 200_000]
)
def test_a_hostile_text_is_searched_in_one_go(hostile: str) -> None:
    """Without it, a pattern that strips blanks itself tries every split of them and never comes back."""
    assert references(hostile) == []
