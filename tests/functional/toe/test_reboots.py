"""Reboots asked for by exit status 194 and by the Reboot module."""

from core.errors import MachineFault
from core.local.toe.run import DocumentInput
from tests.fakes.guest import FakeGuest
from tests.functional.toe.oven import Oven, document_of, stdout, step


async def test_the_step_that_exits_with_194_runs_again_after_a_real_reboot(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Twice
          action: ExecuteBash
          maxAttempts: 1
          inputs:
            commands: ['echo x >> /var/tmp/count', 'test $(wc -l < /var/tmp/count) = 3 || exit 194', 'echo up']
        """)
    assert oven.guest.reboots == 2
    assert stdout(result, "Twice") == "up"
    assert oven.lines.count("Step Twice") == 1


async def test_a_binary_can_ask_for_a_reboot_too(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Script
          action: CreateFile
          inputs:
            - path: /opt/once
              permissions: 0755
              content: "#!/bin/sh\\ntest -e /opt/x || { touch /opt/x; exit 194; }\\n"
        - name: Once
          action: ExecuteBinary
          inputs: {path: /opt/once}
        """)
    assert result.status == "success"
    assert oven.guest.reboots == 1


async def test_the_condition_of_a_step_is_judged_once_and_holds_across_its_reboot(oven: Oven) -> None:
    """Judged again, the condition would now be false and the step would be skipped half-way."""
    result = await oven.steps("""
        - name: Once
          action: ExecuteBash
          if: {not: {fileExists: /var/tmp/began}}
          inputs:
            commands: ['test -e /var/tmp/began && echo finished && exit', touch /var/tmp/began, exit 194]
        """)
    assert step(result, "Once")["status"] == "success"
    assert stdout(result, "Once") == "finished"


async def test_the_reboot_module_goes_on_with_the_next_step(oven: Oven) -> None:
    result = await oven.steps("""
        - {name: Now, action: Reboot}
        - {name: Later, action: Reboot, inputs: {delaySeconds: 0}}
        - {name: Next, action: ExecuteBash, inputs: {commands: [echo next]}}
        """)
    assert oven.guest.reboots == 2
    assert stdout(result, "Next") == "next"


async def test_a_step_that_reboots_for_ever_is_stopped(oven: Oven) -> None:
    """Without a limit the run would never end: each reboot is a success, and the step's timeout starts anew."""
    result = await oven.steps("""
        - name: Loop
          action: ExecuteBash
          maxAttempts: 5
          inputs: {commands: [exit 194]}
        """)
    assert oven.guest.reboots == 15
    assert result.status == "failed"
    assert result.failure is not None
    assert result.failure.error_message == "the run has asked for more than 15 reboots"


async def test_a_machine_that_does_not_come_back_fails_the_step(oven: Oven) -> None:
    """The fault of the reboot itself would otherwise leave the run as an exception without a step's name."""

    async def never() -> None:
        raise MachineFault("The machine i-1 did not answer within 120 s")

    guest = FakeGuest(oven.folder / "another", on_reboot=never)
    result = await Oven(oven.folder, guest).steps("- {name: Now, action: Reboot, onFailure: Ignore}")
    assert result.status == "failed"
    assert result.failure is not None
    assert result.failure.step == "Now"
    assert "did not answer within 120 s" in result.failure.error_message


async def test_a_working_directory_that_a_reboot_empties_is_there_again(oven: Oven) -> None:
    """/tmp may be memory: without making the directory again, every command after the reboot would fail to start."""

    async def forget() -> None:
        (oven.folder / "another/tmp/work").rmdir()

    guest = FakeGuest(oven.folder / "another", on_reboot=forget)
    other = Oven(oven.folder, guest)
    text = document_of("""
        - {name: Now, action: Reboot}
        - {name: Where, action: ExecuteBash, inputs: {commands: [pwd]}}
        """)
    request = other.request(DocumentInput("test.yml", text), working_directory="/tmp/work")
    result = await other.run(request)
    assert stdout(result, "Where") == "/tmp/work"
