"""The workflow engine as the API operations see it: four calls, made after the change they tell of is committed."""

from typing import Literal, Protocol

StepAnswer = Literal["RESUME", "STOP"]


class Engine(Protocol):
    """Runs the builds. Called from worker threads, so every method must be thread-safe; none waits for the build."""

    def start(self, image_arn: str) -> None:
        """Begin the build of an image that is PENDING in the store."""
        ...

    def cancel(self, image_arn: str) -> None:
        """Stop a running build; the image ends CANCELLED in its own time. Silent when it has ended already."""
        ...

    def retry(self, image_arn: str) -> None:
        """Go on with a FAILED or CANCELLED image from the test or distribution phase that failed."""
        ...

    def answer(self, step_execution_id: str, action: StepAnswer, reason: str) -> None:
        """Answer a step that waits in WaitForAction."""
        ...
