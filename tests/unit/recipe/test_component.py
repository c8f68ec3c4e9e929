"""Component documents: what AWS accepts is accepted, what it refuses is refused at the right place."""

import pytest

from core.errors import Invalid, Problem, Severity
from core.recipe.actions import ACTIONS
from core.recipe.component import (
    Comparison,
    ComponentDocument,
    ForEachDelimited,
    ForEachList,
    ForRange,
    Logical,
    Loop,
    Parameter,
    StepCondition,
    check_component,
    component_type,
    parse_component,
)
from tests.unit.recipe.accepted import ACCEPTED


def errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def step(body: str, name: str = "Run") -> str:
    """A document with one step; `body` are the step's lines but its name."""
    lines = "\n".join(f"        {line}" for line in body.strip().splitlines())
    return f"schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: {name}\n{lines}\n"


def only_error(text: str, platform: str | None = "Linux") -> Problem:
    found = errors(check_component(text, platform=platform))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("idiom", ACCEPTED)
def test_what_people_run_on_aws_is_not_called_wrong(idiom: str) -> None:
    assert errors(check_component(ACCEPTED[idiom], platform=None)) == []
    assert parse_component(ACCEPTED[idiom]).phases


def test_scalars_keep_their_source_text() -> None:
    document = parse_component(ACCEPTED["octal modes, account ids and numbers without quotes"])
    key, fetch, _ = document.phases[0].steps
    assert key.inputs[0] == {
        "path": "/etc/app/key",
        "content": "12345",
        "owner": "1000",
        "group": "0",
        "permissions": "0600",
    }
    assert fetch.inputs[0]["expectedBucketOwner"] == "012345678901"
    assert fetch.inputs[0]["overwrite"] == "false"
    assert document.constants[0].value == "1"
    assert document.schema_version == "1.0"


def test_a_map_of_inputs_is_a_list_of_one() -> None:
    document = parse_component(ACCEPTED["a map where a list is documented and the other way round"])
    folder, run = document.phases[0].steps
    assert folder.inputs == ({"path": "/srv/data"},)
    assert run.inputs == ({"commands": ("ls /srv/data",)},)


def test_defaults_are_those_of_awstoe() -> None:
    made = parse_component(step("action: UpdateOS")).phases[0].steps[0]
    assert (made.timeout_seconds, made.on_failure, made.max_attempts) == (7200, "Abort", 1)
    assert (made.condition, made.loop, made.inputs, made.assertion) == (None, None, (), None)


def test_a_called_document_has_no_timeout() -> None:
    made = parse_component(step("action: ExecuteDocument\ninputs: {document: child.yml}")).phases[0].steps[0]
    assert made.timeout_seconds == -1


def test_conditions_are_read_with_decisions_beside_or_below_the_operator() -> None:
    below = parse_component(ACCEPTED["then and else inside the map under not"]).phases[0].steps[0]
    assert below.condition == StepCondition(Logical("not", (Comparison("binaryExists", "tar"),)), "Execute", "Skip")
    wrapped, negated = parse_component(ACCEPTED["a condition wrapped in a list of one"]).phases[0].steps
    assert wrapped.condition == StepCondition(Comparison("fileExists", "/etc/app.conf"), "Skip", "Skip")
    assert negated.assertion == Logical("not", (Comparison("folderExists", "/srv/missing"),))


def test_loops_are_read_in_all_their_forms() -> None:
    each = parse_component(ACCEPTED["a loop over a list that holds references"]).phases[0].steps[1]
    assert each.loop == Loop("Scripts", ForEachList(("/opt/first.sh", "{{ build.Find.outputs.files }}")))
    commas, lines, written, down = (
        parse_component(ACCEPTED["delimited loops with every way to write a line break"]).phases[0].steps
    )
    assert commas.loop == Loop(None, ForEachDelimited("{{ Hosts }}", ","))
    assert lines.loop == Loop(None, ForEachDelimited("{{ build.Commas.outputs.stdout }}", "\n"))
    assert written.loop == Loop(None, ForEachDelimited("a b", "\n"))
    assert down.loop == Loop("Count", ForRange(10, 1, -3))


def test_parameters_keep_an_empty_default_apart_from_none() -> None:
    text = (
        step("action: UpdateOS")
        + "parameters:\n"
        + "".join(
            f"  - {name}: {{type: string{rest}}}\n" for name, rest in (("Given", ", default: ''"), ("Wanted", ""))
        )
    )
    assert parse_component(text).parameters == (Parameter("Given", default=""), Parameter("Wanted"))


def test_merge_keys_and_aliases_give_whole_steps() -> None:
    first, second, third = parse_component(ACCEPTED["aliases and merge keys"]).phases[0].steps
    assert first.inputs == second.inputs == third.inputs
    assert [one.name for one in (first, second, third)] == ["First", "Second", "Third"]


def test_a_document_with_the_single_phase_test_is_a_test_component() -> None:
    assert component_type(parse_component(ACCEPTED["schema version one as an integer"])) == "TEST"
    assert component_type(parse_component(ACCEPTED["steps without inputs"])) == "BUILD"
    assert component_type(ComponentDocument()) == "BUILD"


WRONG_STEPS = {
    "an unknown action": ("action: ExecuteBsh", "action", "Unknown action 'ExecuteBsh'"),
    "an action that does not exist": ("action: RenameFile\ninputs: []", "action", "Unknown action"),
    "no action": ("inputs: {commands: [a]}", "", "no 'action'"),
    "an unknown key": ("action: UpdateOS\ntimeout: 5", "timeout", "Unknown key 'timeout'"),
    "missing inputs": ("action: ExecuteBash", "", "requires an 'inputs'"),
    "an empty list of inputs": ("action: S3Download\ninputs: []", "inputs", "S3Download has no inputs"),
    "a missing input": (
        "action: S3Download\ninputs: [{source: s3://a/b}]",
        "inputs[0]",
        "needs the input 'destination'",
    ),
    "an unknown input": ("action: ExecuteBash\ninputs: {command: [a], commands: [b]}", "inputs.command", "Unknown key"),
    "a command that is a map": ("action: ExecuteBash\ninputs: {commands: [echo: b]}", "inputs.commands[0]", "is a map"),
    "commands that are one text": ("action: ExecuteBash\ninputs: {commands: ls}", "inputs.commands", "must be a list"),
    "a list as path": ("action: ReadFile\ninputs: [{path: [a]}]", "inputs[0].path", "must be a text"),
    "no boolean": (
        "action: CopyFile\ninputs: [{source: a, destination: b, overwrite: 2}]",
        "inputs[0].overwrite",
        "true",
    ),
    "an unknown hash": (
        "action: WebDownload\ninputs: [{source: 'https://a', destination: b, algorithm: crc}]",
        "inputs[0].algorithm",
        "must be one of MD5",
    ),
    "an unknown encoding": ("action: ReadFile\ninputs: [{path: a, encoding: latin1}]", "inputs[0].encoding", "utf8"),
    "no whole delay": ("action: Reboot\ninputs: {delaySeconds: soon}", "inputs.delaySeconds", "whole number"),
    "a nested parameter without value": (
        "action: ExecuteDocument\ninputs: {document: a, parameters: [{name: b}]}",
        "inputs.parameters[0]",
        "no 'value'",
    ),
    "a timeout of zero": ("action: UpdateOS\ntimeoutSeconds: 0", "timeoutSeconds", "above 0"),
    "a negative timeout": ("action: UpdateOS\ntimeoutSeconds: -2", "timeoutSeconds", "above 0"),
    "a timeout in words": ("action: UpdateOS\ntimeoutSeconds: 5m", "timeoutSeconds", "whole number"),
    "no attempt": ("action: UpdateOS\nmaxAttempts: 0", "maxAttempts", "at least 1"),
    "an unknown onFailure": ("action: UpdateOS\nonFailure: Fail", "onFailure", "Abort, Continue, Ignore"),
    "a called document with a timeout": (
        "action: ExecuteDocument\ntimeoutSeconds: 60\ninputs: {document: a}",
        "timeoutSeconds",
        "cannot have a timeout",
    ),
    "a called document attempted twice": (
        "action: ExecuteDocument\nmaxAttempts: 2\ninputs: {document: a}",
        "maxAttempts",
        "attempted again",
    ),
    "a loop that stands still": (
        "action: UpdateOS\nloop: {for: {start: 1, end: 3, updateBy: 0}}",
        "loop.for.updateBy",
        "never end",
    ),
    "a loop away from its end": (
        "action: UpdateOS\nloop: {for: {start: 1, end: 3, updateBy: -1}}",
        "loop.for.updateBy",
        "never reaches",
    ),
    "a loop with an expression": (
        "action: UpdateOS\nloop: {for: {start: '{{ A }}', end: 3, updateBy: 1}}",
        "loop.for.start",
        "whole number",
    ),
    "a loop without end": ("action: UpdateOS\nloop: {for: {start: 1, updateBy: 1}}", "loop.for", "no 'end'"),
    "both kinds of loop": (
        "action: UpdateOS\nloop: {for: {start: 1, end: 1, updateBy: 1}, forEach: [a]}",
        "loop",
        "exactly one",
    ),
    "a loop over one text": ("action: UpdateOS\nloop: {forEach: abc}", "loop.forEach", "must be a list or a map"),
    "a long delimiter": (
        "action: UpdateOS\nloop: {forEach: {list: a, delimiter: '::'}}",
        "loop.forEach.delimiter",
        "cannot be '::'",
    ),
    "an unknown operator": ("action: UpdateOS\nif: {strEquals: a, value: b}", "if.strEquals", "Unknown operator"),
    "two operators": ("action: UpdateOS\nif: {fileExists: a, folderExists: b}", "if", "two operators"),
    "no operator": ("action: UpdateOS\nif: {then: Skip}", "if", "no operator"),
    "no value": ("action: UpdateOS\nif: {stringEquals: a}", "if.stringEquals", "needs 'value'"),
    "no path": ("action: UpdateOS\nif: {fileMD5Equals: a}", "if.fileMD5Equals", "needs 'path'"),
    "a value too many": ("action: UpdateOS\nif: {fileExists: a, value: b}", "if.value", "takes no 'value'"),
    "an unknown decision": ("action: UpdateOS\nif: {fileExists: a, then: Fail}", "if.then", "Execute, Skip or Abort"),
    "and of a map": ("action: UpdateOS\nif: {and: {fileExists: a}}", "if.and", "needs a list"),
    "logic five levels deep": (
        "action: Assert\ninputs: {not: {not: {not: {not: {not: {fileExists: a}}}}}}",
        "inputs.not.not.not.not.not",
        "more than 4 levels",
    ),
    "a decision in Assert": ("action: Assert\ninputs: {fileExists: a, then: Skip}", "inputs.then", "Unknown operator"),
    "an undeclared parameter": (
        "action: ExecuteBash\ninputs: {commands: ['{{ Prt }}']}",
        "inputs.commands[0]",
        "neither a parameter nor a constant",
    ),
    "an unknown step": (
        "action: ExecuteBash\ninputs: {commands: ['{{ build.Rn.outputs.stdout }}']}",
        "inputs.commands[0]",
        "does not exist",
    ),
    "its own output": (
        "action: ExecuteBash\ninputs: {commands: ['{{ build.Run.outputs.stdout }}']}",
        "inputs.commands[0]",
        "has not run yet",
    ),
    "credentials of the instance": (
        "action: ExecuteBash\ninputs: {commands: ['{{ aws:imds:iam/info }}']}",
        "inputs.commands[0]",
        "may not be referenced",
    ),
    "credentials of the instance by an absolute path": (
        "action: ExecuteBash\ninputs: {commands: ['{{ aws:imds:/iam/info }}']}",
        "inputs.commands[0]",
        "below 'iam' may not be referenced",
    ),
    "half a character": (
        'action: ExecuteBash\ninputs: {commands: ["echo \\uD83D"]}',
        "inputs.commands[0]",
        "Half a character",
    ),
    "an undeclared name of a secret": (
        "action: ExecuteBash\ninputs: {commands: ['{{ aws:ssm:resolve(Nme) }}']}",
        "inputs.commands[0]",
        "neither",
    ),
}


@pytest.mark.parametrize("mistake", WRONG_STEPS)
def test_a_wrong_step_is_refused_at_its_place(mistake: str) -> None:
    body, address, message = WRONG_STEPS[mistake]
    problems = errors(check_component(step(body)))
    assert problems, mistake
    full = "phases[0].steps[0]" + (f".{address}" if address else "")
    assert message in problems[0].message
    assert problems[0].address == full
    assert problems[0].line > 0


WRONG_DOCUMENTS = {
    "nothing": ("", "", "empty"),
    "a list": ("- a\n", "", "is a map"),
    "no schema version": ("phases: [{name: build, steps: []}]\n", "", "no 'schemaVersion'"),
    "another schema version": ("schemaVersion: 2.0\nphases: [{name: build, steps: []}]\n", "schemaVersion", "'2.0'"),
    "no phases": ("schemaVersion: 1.0\n", "", "no 'phases'"),
    "an empty list of phases": (
        "schemaVersion: 1.0\nphases: []\n",
        "phases",
        "Document has 0 phases. Phases list must not",
    ),
    "an unknown key": ("schemaVersion: 1.0\nphase: []\nphases: [{name: build, steps: []}]\n", "phase", "Unknown key"),
    "a phase without steps": ("schemaVersion: 1.0\nphases: [{name: build}]\n", "phases[0]", "no 'steps'"),
    "two phases of one name": (
        "schemaVersion: 1.0\nphases: [{name: build, steps: []}, {name: build, steps: []}]\n",
        "phases[1].name",
        "Two phases",
    ),
    "a key twice": ("schemaVersion: 1.0\nphases: [{name: build, steps: []}]\nphases: []\n", "phases", "twice"),
    "a tab": ("schemaVersion: 1.0\nphases:\n\t- name: build\n", "", "tab"),
    "a merge conflict": ("<<<<<<< HEAD\nschemaVersion: 1.0\n=======\n>>>>>>> b\n", "", "merge conflict"),
    "an unquoted reference": (
        "schemaVersion: 1.0\nphases:\n- name: build\n  steps:\n  - name: Run\n    action: {{ Action }}\n",
        "phases[0].steps[0].action",
        "starts with '{{'",
    ),
    "two documents": ("schemaVersion: 1.0\n---\nphases: []\n", "", "more than one YAML document"),
}


@pytest.mark.parametrize("mistake", WRONG_DOCUMENTS)
def test_a_wrong_document_is_refused_at_its_place(mistake: str) -> None:
    text, address, message = WRONG_DOCUMENTS[mistake]
    problem = only_error(text)
    assert message in problem.message
    assert problem.address == address


@pytest.mark.parametrize("name", ["Install PowerShell", "a.b", "ab", "x" * 129, "run(1)"])
def test_a_step_name_has_three_to_128_letters_digits_hyphens_and_underscores(name: str) -> None:
    problem = only_error(step("action: UpdateOS", name=f"'{name}'"))
    assert problem.message.startswith(f"Invalid step name '{name}' in phase 'build'.")


def test_two_steps_of_a_phase_cannot_share_a_name_but_two_phases_can() -> None:
    once = step("action: UpdateOS")
    again = once + "      - name: Run\n        action: UpdateOS\n"
    assert only_error(again).message == "Two steps in phase 'build' are called 'Run'"
    assert check_component(once + "  - name: validate\n    steps: [{name: Run, action: UpdateOS}]\n") == ()


def test_two_loops_of_a_phase_cannot_share_a_name() -> None:
    looped = "action: UpdateOS\nloop: {name: Each, forEach: [a]}"
    text = step(looped) + "      - name: More\n        action: UpdateOS\n        loop: {name: Each, forEach: [a]}\n"
    assert "Two loops" in only_error(text).message


DECLARATIONS = {
    "a name declared twice": ("- Abc: {type: string}\n- Abc: {type: string}", "declared twice"),
    "a short name": ("- Ab: {type: string}", "Invalid parameter name"),
    "a flat declaration": ("- name: Abc\n  type: string", "its name as the only key"),
    "a declaration indented too little": ("- Abc:\n  type: string", "its name as the only key"),
    "no type": ("- Abc: {default: a}", "no 'type'"),
    "another type": ("- Abc: {type: integer}", "type 'integer'"),
    "an unknown key": ("- Abc: {type: string, defalt: a}", "Unknown key 'defalt'"),
}


@pytest.mark.parametrize("mistake", DECLARATIONS)
def test_a_wrong_parameter_is_refused(mistake: str) -> None:
    declaration, message = DECLARATIONS[mistake]
    text = step("action: UpdateOS") + "parameters:\n" + declaration + "\n"
    assert message in only_error(text).message


def test_parameters_and_constants_share_one_set_of_names() -> None:
    text = step("action: UpdateOS") + "parameters: [Abc: {type: string}]\nconstants: [Abc: {type: string, value: 1}]\n"
    assert "declared twice" in only_error(text).message


def test_a_constant_needs_a_value_but_it_may_be_empty() -> None:
    assert "no 'value'" in only_error(step("action: UpdateOS") + "constants: [Abc: {type: string}]\n").message
    assert check_component(step("action: UpdateOS") + "constants: [Abc: {type: string, value: ''}]\n") == ()


def test_a_later_steps_output_is_not_there_yet() -> None:
    text = step("action: ExecuteBash\ninputs: {commands: ['{{ build.Later.outputs.stdout }}']}")
    text += "      - name: Later\n        action: ExecuteBash\n        inputs: {commands: [a]}\n"
    assert "has not run yet" in only_error(text).message


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("build.Run.outputs.files", "no such output"),
        ("build.Run.inputs[3].commands", "no such input"),
        ("context:osFlavour", "Unknown context key"),
        ("other.value", "stays literal text"),
    ],
)
def test_doubtful_references_are_warnings(reference: str, message: str) -> None:
    text = step("action: ExecuteBash\ninputs: {commands: [a]}")
    text += (
        f"      - name: Next\n        action: ExecuteBash\n        inputs: {{commands: ['{{{{ {reference} }}}}']}}\n"
    )
    problems = check_component(text)
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert message in problems[0].message


def test_a_test_step_cannot_see_what_the_build_printed() -> None:
    text = step("action: ExecuteBash\ninputs: {commands: [a]}") + (
        "  - name: test\n    steps:\n      - name: Next\n        action: ExecuteBash\n"
        "        inputs: {commands: ['{{ build.Run.outputs.stdout }}']}\n"
    )
    assert "different machines" in check_component(text)[0].message


def test_an_action_must_run_on_the_platform() -> None:
    text = step("action: ExecutePowerShell\ninputs: {commands: [a]}")
    assert "does not run on Linux" in only_error(text).message
    assert check_component(text, platform="Windows") == ()
    assert "does not run on macOS" in only_error(step("action: UpdateOS"), platform="macOS").message


def test_without_a_platform_all_steps_must_share_one() -> None:
    text = step("action: ExecutePowerShell\ninputs: {commands: [a]}")
    assert check_component(text, platform=None) == ()
    mixed = text + "      - name: Bash\n        action: ExecuteBash\n        inputs: {commands: [a]}\n"
    assert "which earlier steps need" in only_error(mixed, platform=None).message


def test_powershell_takes_commands_or_a_file() -> None:
    text = step("action: ExecutePowerShell\ninputs: {commands: [a], file: b}")
    assert "exactly one" in only_error(text, platform="Windows").message


def test_an_action_in_other_letters_is_understood_with_a_warning() -> None:
    text = step("action: executebash\ninputs: {commands: [a]}")
    assert [problem.severity for problem in check_component(text)] == [Severity.WARNING]
    assert parse_component(text).phases[0].steps[0].action == "ExecuteBash"


def test_all_mistakes_are_told_at_once_in_source_order() -> None:
    text = step("action: ExecuteBsh\nonFailure: no\ntimeoutSeconds: 0", name="a b") + "nme: x\n"
    problems = check_component(text, file="x.yml")
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(problems) == 5
    assert {problem.file for problem in problems} == {"x.yml"}


def test_an_invalid_document_is_raised_with_its_problems() -> None:
    with pytest.raises(Invalid, match=r"a\.yml is not valid: Unknown action 'ExecuteBsh'") as raised:
        parse_component(step("action: ExecuteBsh"), file="a.yml")
    assert raised.value.hint == "Did you mean 'ExecuteBash'?"
    assert raised.value.problems[0].line == 6


def test_a_misspelt_key_gets_a_suggestion() -> None:
    assert only_error(step("action: UpdateOS\nonFailur: Abort")).hint == "Did you mean 'onFailure'?"


def test_a_long_document_is_told_that_it_must_come_from_s3() -> None:
    text = step("action: ExecuteBash\ninputs: {commands: [" + "a" * 17_000 + "]}")
    assert "S3" in check_component(text)[0].message
    assert "quota" in check_component(text.replace("a" * 17_000, "a" * 70_000))[0].message


def test_there_are_thirty_action_modules() -> None:
    assert len(ACTIONS) == 30
    assert {name for name, module in ACTIONS.items() if module.platforms == ("Windows",)} == {
        "ExecutePowerShell",
        "InstallMSI",
        "UninstallMSI",
        "SetRegistry",
    }
    assert [name for name, module in ACTIONS.items() if not module.inputs_required] == ["Reboot", "UpdateOS"]
