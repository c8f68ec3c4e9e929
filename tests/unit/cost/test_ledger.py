"""The meter of a build: the same money as the estimate for the same minutes and sizes, whatever else happened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.build.events import ImageChanged, RunEnded, StepChanged
from core.build.source import Container, ImageStatus, OutputResources, RollbackStatus, StepExecution, StepStatus
from core.cost.bake import Scan, Target
from core.cost.cost import Amount, Part, Range
from core.cost.estimate import estimate
from core.cost.ledger import charge, charged
from tests.fakes.source import START
from tests.unit.cost.examples import HOME, PRICES, SHAPE, SINGAPORE, VIRGINIA
from tests.unit.cost.runs import Machine, Story

LATER = START + timedelta(hours=3)
milliseconds = st.integers(0, 20_000_000)


@given(
    milliseconds,
    st.lists(milliseconds, max_size=3),
    st.decimals(min_value=0, max_value=200, places=3),
    st.sets(st.sampled_from([HOME, VIRGINIA, SINGAPORE, "sa-east-1"])),
    st.randoms(use_true_random=False),
)
def test_it_agrees_with_the_estimate_for_the_same_durations_and_sizes(
    build: int, test: list[int], gib: Decimal, regions: set[str], order: object
) -> None:
    """In whatever order the events came, and when all of them came twice."""
    machines = [Machine("BUILD", build / 1000), *(Machine("TEST", each / 1000) for each in test)]
    events = list(Story(machines, regions=sorted(regions | {HOME})).events()) * 2
    order.shuffle(events)  # type: ignore[attr-defined]
    ledger = charged(events).sized(gib)
    same = replace(
        SHAPE,
        build=Range.of(Decimal(build) / 1000),
        test=tuple(Range.of(Decimal(each) / 1000) for each in test),
        tests=bool(test),
        stored=Range.of(gib),
        targets=tuple(Target(each) for each in sorted(regions)),
    )
    found, expected = ledger.cost(PRICES, SHAPE, LATER), estimate(same, PRICES)
    for one, other in ((found.run, expected.run), (found.standing, expected.standing)):
        assert one.amount.high is not None
        assert other.amount.high is not None
        assert abs(one.amount.low - other.amount.low) < Decimal("1e-12")
        assert abs(one.amount.high - other.amount.high) < Decimal("1e-12")


def test_it_runs_while_the_machine_does() -> None:
    ledger = charged(Story([Machine("BUILD", None)], ImageStatus.BUILDING, regions=()).events())
    after = [ledger.cost(PRICES, SHAPE, START + timedelta(seconds=s)).run.amount.low for s in (0, 60, 3600)]
    assert after[0] < after[1] < after[2]
    assert after[0] > 0
    assert len(ledger.present) == 1
    assert not ledger.cost(PRICES, SHAPE, LATER).standing.parts


def test_a_run_made_one_image_however_many_are_kept() -> None:
    cost = charged(Story().events()).cost(PRICES, replace(SHAPE, versions=5), LATER)
    assert cost.standing.amount == estimate(SHAPE, PRICES).standing.amount


def test_before_a_machine_starts_a_run_costs_nothing() -> None:
    ledger = charged(Story([], ImageStatus.PENDING, regions=()).events())
    cost = ledger.cost(PRICES, SHAPE, LATER)
    assert cost.run.amount == Amount()
    assert cost.standing.parts == ()


def test_a_clock_that_was_set_back_makes_no_negative_money() -> None:
    """A step that ends before it began is one of no length, billed as a minute."""
    backwards = charged(Story([Machine("BUILD", -7200)]).events())
    nothing = charged(Story([Machine("BUILD", 0)]).events())
    assert backwards.cost(PRICES, SHAPE, LATER) == nothing.cost(PRICES, SHAPE, LATER)
    running = charged(Story([Machine("BUILD", None)], ImageStatus.BUILDING).events())
    past = running.cost(PRICES, SHAPE, START - timedelta(days=1)).run.by_part()[Part.COMPUTE]
    assert past.low == Decimal("0.115") * 60 / 3600


def test_a_change_of_the_clocks_between_start_and_end_changes_nothing() -> None:
    """Moments are UTC; the hour that Berlin counts twice on 2026-10-25 is billed once for each time it passes."""
    night = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    story = Story([Machine("BUILD", 7200)], days=(night - START) / timedelta(days=1))
    assert charged(story.events()).stays[0].seconds(LATER) == 7200


def test_a_failed_build_has_no_image_to_keep() -> None:
    story = Story([Machine("BUILD", 300, terminated=False)], ImageStatus.FAILED, regions=())
    cost = charged(story.events()).cost(PRICES, SHAPE, LATER)
    assert cost.standing.parts == ()
    assert set(cost.run.by_part()) == {Part.COMPUTE, Part.VOLUMES, Part.ADDRESS}
    assert not charged(story.events()).present


def test_a_machine_kept_after_a_failure_is_still_there_when_the_run_is_over() -> None:
    story = Story([Machine("BUILD", 300, terminated=False, spared=True)], ImageStatus.FAILED, regions=())
    ledger = charged(story.events())
    assert [stay.instance_id for stay in ledger.present] == ["i-0"]
    assert ledger.present[0].seconds(LATER) == 300


def test_an_image_whose_test_failed_stays_and_is_paid_for() -> None:
    """The AMI is there from the end of CreateImage on, although no output names it."""
    events = Story(status=ImageStatus.FAILED, regions=()).events()
    made = StepExecution(step_execution_id="step-ami", action="CreateImage", status=StepStatus.COMPLETED)
    ledger = charge(
        charged(events), StepChanged(number=90, at=START, workflow_execution_id="wf-0", position=1, step=made)
    )
    assert set(ledger.cost(PRICES, SHAPE, LATER).standing.by_region()) == {HOME}


def test_machines_of_an_attempt_that_was_repeated_are_paid_for_too() -> None:
    story = Story([Machine("BUILD", 100, retried=True), Machine("BUILD", 1350, begin=200), Machine("TEST", 480)])
    cost = charged(story.events()).cost(PRICES, SHAPE, LATER)
    names = [item.name for item in cost.run.items() if item.part is Part.COMPUTE]
    assert names == ["Build instance", "Test instance", "Instance of an earlier attempt"]


def test_minutes_on_local_are_nothing_to_bill_and_its_sizes_are() -> None:
    """A bake of ninety seconds on this machine is priced with the minutes that AWS usually takes."""
    usual = replace(SHAPE, build=Range.of(900, 2700))
    ledger = charged(Story([Machine("BUILD", 80), Machine("TEST", 10)], connection="local").events())
    cost = ledger.sized(Decimal(2)).cost(PRICES, usual, LATER)
    assert cost.run.by_part()[Part.COMPUTE] == estimate(usual, PRICES).run.by_part()[Part.COMPUTE]
    assert cost.standing.amount.low == 2 * Decimal("0.154")


def test_of_a_bake_on_local_only_the_machines_that_were_started_are_paid_for() -> None:
    """One that failed in its build was priced with the test that it never came to."""
    usual = replace(SHAPE, build=Range.of(900, 2700), scan=Scan.AMI)
    failed = Story([Machine("BUILD", 80)], ImageStatus.FAILED, regions=(), connection="local")
    cost = charged(failed.events()).cost(PRICES, usual, LATER)
    assert cost.run.amount == estimate(replace(usual, tests=False, targets=(), scan=Scan.NOTHING), PRICES).run.amount
    nothing = Story([], ImageStatus.FAILED, regions=(), connection="local")
    assert charged(nothing.events()).cost(PRICES, usual, LATER).run.amount == Amount()


def test_one_waits_for_an_approval_while_the_machine_is_there() -> None:
    events = Story([Machine("BUILD", None)], ImageStatus.BUILDING, regions=()).events()
    since = START + timedelta(minutes=9)
    wait = StepExecution(
        step_execution_id="step-wait", action="WaitForAction", status=StepStatus.RUNNING, start_time=since
    )
    waiting = charge(
        charged(events), StepChanged(number=90, at=since, workflow_execution_id="wf-0", position=1, step=wait)
    )
    assert waiting.waiting_since == since
    assert len(waiting.present) == 1
    assert charged(events).waiting_since is None


def test_the_log_is_weighed_once_however_often_it_is_read() -> None:
    events = Story(log="é" * 512).events()
    assert charged([*events, *events]).log_bytes == 1024


def test_what_is_older_than_what_is_known_changes_nothing() -> None:
    events = Story().events()
    ledger = charged(events)
    old = next(event for event in events if isinstance(event, ImageChanged))
    assert charge(ledger, old.model_copy(update={"number": 0})) is ledger


def test_a_container_image_is_tested_and_pushed_on_the_machine_that_built_it() -> None:
    """The workflow that launched it is over long before another one terminates it."""
    events = Story([Machine("BUILD", 600, terminated=False)]).events()
    image = next(event for event in events if isinstance(event, ImageChanged))
    pushed = Container(region=HOME, image_uris=("123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1",))
    made = image.image.model_copy(update={"type": "DOCKER", "output_resources": OutputResources(containers=(pushed,))})
    end = StepExecution(
        step_execution_id="step-end",
        action="TerminateInstance",
        status=StepStatus.COMPLETED,
        inputs='{"instanceId":"i-0"}',
        end_time=START + timedelta(seconds=1500),
    )
    going_on = [event for event in events if not isinstance(event, RunEnded)]
    running = charged([*going_on, image.model_copy(update={"number": 90, "image": made})])
    assert [stay.end for stay in running.present] == [None]
    over = charged(
        [
            *events,
            image.model_copy(update={"number": 90, "image": made}),
            StepChanged(number=91, at=START, workflow_execution_id="wf-distribution", position=1, step=end),
        ]
    )
    assert [stay.seconds(LATER) for stay in over.stays] == [1500]
    assert over.copies == {HOME: 1}


def test_a_machine_whose_termination_failed_costs_on() -> None:
    """AWS's workflows go on when they can't terminate: the build is a success and the machine is still there."""
    events = Story([Machine("BUILD", 600, terminated=False)]).events()
    end = StepExecution(step_execution_id="step-end", action="TerminateInstance", status=StepStatus.FAILED)
    failed = StepChanged(number=91, at=START, workflow_execution_id="wf-0", position=1, step=end)
    assert [stay.kept for stay in charged([*events, failed]).stays] == [True]


def test_a_launch_that_was_refused_started_no_machine() -> None:
    """It would be billed for a minute. One that failed later was rolled back, and was there until then."""
    events = Story([Machine("BUILD", 30, terminated=False)], ImageStatus.FAILED, regions=()).events()
    launch = next(each for each in events if isinstance(each, StepChanged))
    refused = launch.step.model_copy(update={"status": StepStatus.FAILED, "outputs": '{"error":"VcpuLimitExceeded"}'})
    late = refused.model_copy(update={"rollback_status": RollbackStatus.COMPLETED})
    for step, machines in ((refused, 0), (late, 1)):
        ledger = charged([*events, launch.model_copy(update={"number": 90, "step": step})])
        assert len(ledger.stays) == machines
        assert bool(ledger.cost(PRICES, SHAPE, LATER).run.parts) == bool(machines)


def test_machines_that_are_there_cost_by_the_hour() -> None:
    """0.115 + 30 * 0.0952 / 730 + 0.005 = 0.1239 for each."""
    two = Story([Machine("TEST", None), Machine("TEST", None)], ImageStatus.TESTING, regions=())
    assert f"{charged(two.events()).by_the_hour(PRICES, SHAPE).low:.4f}" == "0.2478"
    assert charged(Story().events()).by_the_hour(PRICES, SHAPE) == Amount()


def test_outputs_that_are_no_json_name_no_machine() -> None:
    """A launch that failed has its error there as plain text."""
    events = Story().events()
    launch = next(each for each in events if isinstance(each, StepChanged) and each.step.action == "LaunchInstance")
    for outputs in ("You are over your quota", '["i-0"]', ""):
        broken = launch.model_copy(update={"number": 90, "step": launch.step.model_copy(update={"outputs": outputs})})
        assert [stay.seconds(LATER) for stay in charged([*events, broken]).stays] == [1350, 480]
