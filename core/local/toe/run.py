"""A run of component documents from set-up to summary: the interpreter's way in.

All documents are made ready before any step runs; then one after the other, each with all selected phases. The first
failure that nobody tolerates ends the run (user guide, toe-get-started; order of a real run's log).
"""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from core.errors import Invalid, MachineFault
from core.local.machine.guest import Guest
from core.local.toe.console import Console, writable
from core.local.toe.document import DocumentRun, ReadyDocument, make_ready
from core.local.toe.execution import Execution
from core.local.toe.facts import Facts
from core.local.toe.logfolder import LogFolder
from core.local.toe.outside import Outside
from core.local.toe.record import FAILED, DocumentRecord, counts, detailed_output, run_status
from core.local.toe.request import DocumentInput as DocumentInput
from core.local.toe.request import Json, StepFailure
from core.local.toe.request import ToeRequest as ToeRequest
from core.local.toe.request import ToeResult as ToeResult

DocumentDone = Callable[[int], Awaitable[None]]


async def execute(
    request: ToeRequest,
    guest: Guest,
    *,
    log: Callable[[str], None],
    outside: Outside,
    document_done: DocumentDone | None = None,
) -> ToeResult:
    """Run the request's documents on the guest.

    `log` hears console.log's lines without their times, each as soon as it is complete. `document_done` is awaited with
    the index of every document that has succeeded, at which point nothing of it is under way on the machine.
    A document that fails, is invalid, or loses its machine is a result, not an exception.

    Raises:
        HostFault: the log folder cannot be written.
    """
    with ExitStack() as stack:
        folder: LogFolder | None = None
        if request.log_directory is not None:
            folder = stack.enter_context(LogFolder.open(request.log_directory, request.execution_id))
        run = _Run(request, guest, Console(log, folder), outside, folder)
        return await run.execute(document_done)


class _Run:
    def __init__(
        self, request: ToeRequest, guest: Guest, console: Console, outside: Outside, folder: LogFolder | None
    ) -> None:
        self._request = request
        self._guest = guest
        self._console = console
        self._folder = folder
        facts = Facts(request, guest, outside, console)
        self._execution = Execution(request, guest, outside, console, facts, self._save)
        self._records: list[DocumentRecord] = []

    async def execute(self, document_done: DocumentDone | None) -> ToeResult:
        self._console.line("Setup: STARTED SETUP")
        failure = await self._documents(document_done)
        self._conclude(failure)
        self._save()
        return ToeResult(
            status=self._detailed["status"],
            summary=self._summary(),
            detailed_output=self._detailed,
            chaining=self._chaining,
            failure=failure,
        )

    async def _documents(self, document_done: DocumentDone | None) -> StepFailure | None:
        """Set up and run all documents up to the first failure."""
        ready = await self._set_up()
        if isinstance(ready, StepFailure):
            return ready
        runs = [DocumentRun(document, self._request.phases, self._execution) for document in ready]
        self._records = [run.record for run in runs]
        self._save()
        for index, run in enumerate(runs):
            await run.execute()
            if run.record.status in FAILED:
                return run.record.failure
            if document_done is not None:
                await document_done(index)
        return None

    async def _set_up(self) -> list[ReadyDocument] | StepFailure:
        """Every document parsed and checked, and the working directory made; or why that is not possible."""
        ready = []
        for index, given in enumerate(self._request.documents):
            if self._folder is not None:
                self._folder.keep_document(index, given.path, given.text)
            try:
                parameters = {name: ",".join(values) for name, values in given.parameters.items()}
                ready.append(await make_ready(given.path, given.text, parameters))
            except Invalid as error:
                for problem in error.problems:
                    self._console.line(f"Setup: {problem}")
                return self._set_up_failed(given.path, error.message)
        try:
            await self._execution.make_folder()
        except MachineFault as fault:
            return self._set_up_failed(
                self._request.documents[0].path if self._request.documents else "", fault.message
            )
        return ready

    def _set_up_failed(self, path: str, message: str) -> StepFailure:
        record = DocumentRecord(path, status="failed", failure_message=f"Document {path} failed!")
        self._records = [record]
        return StepFailure(path, path if path.startswith("arn:") else "", "", "", "", writable(message))

    def _conclude(self, failure: StepFailure | None) -> None:
        if failure is None:
            self._console.line("TOE has completed execution successfully")
            return
        block = {
            "Document": failure.document,
            "ComponentArn": failure.component_arn,
            "Phase": failure.phase,
            "Step": failure.step,
            "Action": failure.action,
            "ErrorMessage": failure.error_message,
            "Stderr": failure.stderr,
        }
        for name, value in block.items():
            for line in value.splitlines():
                self._console.line(f"{name}: {line}")
        self._console.line("TOE has completed execution with failure - Execution failed!")

    @property
    def _detailed(self) -> Json:
        return detailed_output(self._request.execution_id, self._records, self._console.masked)

    @property
    def _chaining(self) -> list[Json]:
        return [record.chaining(self._console.masked) for record in self._records]

    def _save(self) -> None:
        if self._folder is not None:
            self._folder.rewrite(self._detailed, self._chaining)

    def _summary(self) -> Json:
        """What `awstoe run` prints at its end."""
        detailed = self._detailed
        return {
            "executionId": self._request.execution_id,
            "status": run_status(self._records),
            **counts(self._records),
            "failureMessage": detailed["failureMessage"],
            "logUrl": "" if self._folder is None else str(self._folder.path),
        }
