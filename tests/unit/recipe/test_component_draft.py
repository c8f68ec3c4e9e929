"""A component document in an editor: lanes and cards, edits of steps, and the forms of actions."""

import pytest

from core.errors import NotFound
from core.recipe.actions import ACTIONS
from core.recipe.component_draft import ComponentDraft
from core.recipe.step_form import FORMS, STEP_FIELDS, form_of
from core.recipe.templates import component_templates

TEXT = """\
name: web
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      default: "80"
phases:
  - name: build
    steps:
      # About the first.
      - name: Install
        action: ExecuteBash
        timeoutSeconds: 900 # a mirror may be slow
        onFailure: Continue
        inputs:
          commands:
            - |
              set -e
              # nothing yet
              apt-get install nginx

      - name: Fetch
        action: WebDownload
        if:
          stringEquals: "80"
          value: "{{ Port }}"
        loop: {forEach: [a, b]}
        inputs:
          - source: https://example.com/{{ loop.value }}
            destination: /opt/x
            overwrite: false
          - source: https://example.com/y
            destination: /opt/y

  - name: test
    steps: []
"""
STEPS = "phases[0].steps"


def draft(text: str = TEXT) -> ComponentDraft:
    return ComponentDraft.of(text, file="web.yml")


def test_phases_are_lanes_and_steps_are_cards() -> None:
    lanes = draft().lanes
    assert [(lane.name, len(lane.steps)) for lane in lanes.phases] == [("build", 2), ("test", 0)]
    install, fetch = lanes.phases[0].steps
    assert (install.summary, install.timeout, install.on_failure) == ("apt-get install nginx", "900", "Continue")
    assert fetch.summary == "https://example.com/{{ loop.value }} → /opt/x  (+1)"
    assert (fetch.condition, fetch.loop) == ("{{ Port }} stringEquals 80", "each of a, b")
    assert [(each.name, each.value) for each in lanes.parameters] == [("Port", "80")]


def test_lanes_come_out_of_a_document_that_is_wrong() -> None:
    text = "phases:\n  - name: build\n    steps:\n      - oops\n      - {action: Nonsense, inputs: 3}\n"
    text += "  - 5\nparameters: x\n"
    lanes = draft(text).lanes
    assert [(lane.name, [step.action for step in lane.steps]) for lane in lanes.phases] == [
        ("build", ["", "Nonsense"]),
        ("", []),
    ]
    assert draft(text).record is None
    assert draft("a: [").lanes.phases == ()


def test_a_step_is_added_with_what_its_action_needs() -> None:
    added = draft().add_step(1, "CreateFile").add_step(1, "CreateFile")
    assert added.source.value("phases[1].steps") == [
        {"name": "CreateFile", "action": "CreateFile", "inputs": [{"path": ""}]},
        {"name": "CreateFile-2", "action": "CreateFile", "inputs": [{"path": ""}]},
    ]


@pytest.mark.parametrize("action", ACTIONS)
def test_any_action_can_be_added_and_switched_to(action: str) -> None:
    added = draft().add_step(1, action)
    assert added.lanes.phases[1].steps[0].action == action
    for index in (0, 1):
        switched = draft().switch_action(0, index, action)
        assert switched.lanes.phases[0].steps[index].action == action
        assert switched.switch_action(0, index, action).text == switched.text


def test_a_step_moves_to_another_phase_with_its_comment() -> None:
    moved = draft().move_steps(0, (0,), 1, 0)
    assert [[step.name for step in lane.steps] for lane in moved.lanes.phases] == [["Fetch"], ["Install"]]
    assert moved.text.index("# About the first.") > moved.text.index("name: test")
    assert "timeoutSeconds: 900 # a mirror may be slow" in moved.text
    back = moved.move_steps(1, (0,), 0, 0)
    assert back.source.value() == draft().source.value()


def test_the_last_step_leaves_an_empty_phase() -> None:
    emptied = draft().remove(STEPS, (0, 1))
    assert emptied.source.value(STEPS) == []


def test_a_duplicated_step_gets_a_name_of_its_own_and_keeps_its_writing() -> None:
    twice = draft().duplicate(STEPS, (0,))
    assert [step.name for step in twice.lanes.phases[0].steps] == ["Install", "Install-2", "Fetch"]
    assert twice.text.count("timeoutSeconds: 900 # a mirror may be slow") == 2


def test_steps_are_copied_as_yaml_and_pasted_into_another_document() -> None:
    copied = draft().copy(STEPS, (0, 1))
    assert copied.startswith("# About the first.\n- name: Install\n  action: ExecuteBash\n")
    pasted = draft("schemaVersion: 1.0\nphases:\n  - name: build\n    steps: []\n").paste(STEPS, copied)
    assert pasted.source.value(STEPS) == draft().source.value(STEPS)


@pytest.mark.parametrize(
    ("place", "value"),
    [("timeoutSeconds", 7200), ("onFailure", "Abort"), ("if", None), ("maxAttempts", 1)],
)
def test_a_step_setting_at_its_default_is_not_written(place: str, value: str | int | None) -> None:
    text = draft().put(f"{STEPS}[0].maxAttempts", 3).put(f"{STEPS}[0].{place}", value).text
    assert f"{place}:" not in text[text.index("Install") : text.index("commands")]


def test_an_input_at_its_default_goes_and_a_new_one_stands_in_the_tables_order() -> None:
    edited = draft().put_input(0, 1, "overwrite", True).put_input(0, 1, "ignoreCertificateErrors", True)
    assert edited.source.value(f"{STEPS}[1].inputs[0]") == {
        "source": "https://example.com/{{ loop.value }}",
        "destination": "/opt/x",
        "ignoreCertificateErrors": "true",
    }
    assert draft().put_input(0, 1, "checksum", "x", entry=1).source.value(f"{STEPS}[1].inputs[1].checksum") == "x"


def test_the_first_input_of_a_step_makes_its_inputs() -> None:
    text = TEXT.replace("    steps: []", "    steps:\n      - {name: Again, action: Reboot}")
    made = draft(text).put_input(1, 0, "delaySeconds", 60)
    assert made.source.value("phases[1].steps[0].inputs") == {"delaySeconds": "60"}
    assert made.put_input(1, 0, "delaySeconds", 0).source.value("phases[1].steps[0]") == {
        "name": "Again",
        "action": "Reboot",
    }


def test_another_action_keeps_the_inputs_that_mean_the_same() -> None:
    switched = draft().switch_action(0, 1, "S3Download")
    assert switched.source.value(f"{STEPS}[1].inputs[0]") == {
        "source": "https://example.com/{{ loop.value }}",
        "destination": "/opt/x",
        "overwrite": "false",
    }
    with pytest.raises(NotFound):
        draft().switch_action(0, 0, "Nonsense")


def test_switching_between_a_map_and_a_list_changes_the_shape() -> None:
    as_list = draft().switch_action(0, 0, "AppendFile")
    assert as_list.source.value(f"{STEPS}[0].inputs") == [{"path": ""}]
    assert as_list.switch_action(0, 0, "ExecuteBinary").source.value(f"{STEPS}[0].inputs") == {"path": ""}
    assert "inputs" not in str(draft().switch_action(0, 0, "UpdateOS").source.value(f"{STEPS}[0]"))


def test_parameters_constants_and_phases_are_added() -> None:
    edited = draft().add_parameter("Name").add_constant("Root", "/srv").add_phase("validate", 1)
    assert [each.value for each in edited.lanes.parameters] == ["80", None]
    assert [each.value for each in edited.lanes.constants] == ["/srv"]
    assert [lane.name for lane in edited.lanes.phases] == ["build", "validate", "test"]
    keys = list(edited.source.value())  # type: ignore[arg-type]
    assert keys.index("constants") == keys.index("phases") - 1


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_form_made_from_the_table(action: str) -> None:
    form = form_of(action)
    assert form is not None
    module = ACTIONS[action]
    named = [field.name for field in form.fields if field.name]
    assert named == [known.name for known in module.inputs]
    assert form.repeated == (module.shape == "list")
    assert all(field.help.endswith(".") and field.label for field in form.fields)
    assert all(bool(field.allowed) for field in form.fields if field.kind == "choice")


def test_a_form_can_be_drawn_without_knowing_its_action() -> None:
    kinds = {field.kind for form in FORMS.values() for field in form.fields}
    assert kinds == {"text", "lines", "texts", "boolean", "number", "choice", "map", "parameters", "condition"}
    assert {form.group for form in FORMS.values()} == {"Run", "Transfer", "Files", "System"}
    assert form_of("Nonsense") is None
    assert [field.name for field in STEP_FIELDS][:2] == ["name", "action"]


def test_every_template_is_valid_without_a_warning_and_bears_its_own_name() -> None:
    assert len(component_templates()) == 5
    for template in component_templates():
        opened = ComponentDraft.of(template.text)
        assert opened.problems == ()
        assert opened.lanes.name == template.name
        assert template.description
