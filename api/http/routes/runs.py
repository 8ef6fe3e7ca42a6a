"""`/v1/runs`: billing runs previewed, started and followed; a run goes on in processes of its own."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.desk.billing_lists import RUNS
from api.desk.billing_run import join_run, progress_of, start_run
from api.desk.document_trees import Tree, progress_tree, run_tree
from api.desk.due_drafts import Selection
from api.desk.run_preview import preview_tree
from api.desk.run_steps import print_run, progress_in_steps, retry_failed
from api.http.route_declarations import BILLING, FINANCE, Call, Resource
from api.refusals import unknown
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.order import OrderType
from engine.documents.way_out import WayOut
from engine.money import Money

runs: Final = Resource("runs", "Billing runs")
_ONE: Final = "/v1/runs/{run}"


class RunRequest(Document):
    """Through which day what may be invoiced is taken, of which orders; `preview` only shows it."""

    due_through: GivenDay
    preview: bool = False
    issued_on: GivenDay | None = None
    order_type: OrderType | None = None
    customer: str | None = Field(default=None, max_length=200)
    customers: tuple[Annotated[str, Field(max_length=200)], ...] | None = Field(
        default=None, min_length=1, max_length=1_000, description="Only these customers."
    )
    order: str | None = Field(default=None, max_length=200)
    ahead: bool = Field(default=False, description="Also what is due after the business date.")
    confirm: bool = Field(default=False, description="Also what is unusual against the last runs of the same selection.")
    workers: int = Field(default=1, ge=1, le=16, description="The processes that share the run.")


class StepAnswer(BaseModel):
    """A step of a run: of how many invoices so far, and how many are done, wait, are held or failed.

    `step` is `issued`, `printed`, a channel to customers, or `accounting`.
    """

    step: str
    invoices: int
    done: int
    waiting: int
    held: int
    failed: int


class ProgressAnswer(BaseModel):
    """How far a run is; `held` counts what the shards that are done hold back."""

    run: int
    state: str
    shards: int
    done: int
    issued: int
    held: int
    billed: int
    """The transactions on its invoices."""
    left: int
    """Those of its selection that it has not come to yet."""
    steps: list[StepAnswer]


class PrintedAnswer(BaseModel):
    """How many PDFs were printed, and how many invoices of the run have none yet."""

    run: int
    printed: int
    left: int


class RetriedAnswer(BaseModel):
    """The messages that are sent again."""

    run: int
    messages: list[str]


class RunAnswer(BaseModel):
    """A run, how far it is, what it was asked for, and who works on it."""

    run: int
    state: str
    issued_on: date
    due_through: date
    shards: int
    done: int
    issued: int
    held: int
    resumed: int
    order_type: OrderType | None
    customer: str | None
    order: str | None
    customers: list[str] | None
    started_at: datetime
    ended_at: datetime | None
    resumed_at: datetime | None
    rulebook: str
    workers: list[str]


class DraftedAnswer(BaseModel):
    """An invoice that a run would issue.

    It is new where the customer has none of the order type yet, and unusual where its net is over one and a half times the largest of them.
    """

    customer: str
    name: str
    order_type: OrderType
    month: str | None
    type: str
    lines: int
    net: Money
    vat: Money
    gross: Money
    channel: str
    is_first: bool
    is_unusual: bool


class HeldAnswer(BaseModel):
    """What a run would hold back, and why."""

    customer: str
    order: str
    item: str
    net: Money
    held_because: str
    way_out: WayOut | None


class StartedAnswer(BaseModel):
    """The run that was started or joined; of a preview instead the invoices that it would issue, and what it would hold back."""

    run: RunAnswer | None
    invoices: list[DraftedAnswer] | None
    totals: dict[str, Money] | None
    held: list[HeldAnswer] | None
    unusual: str | None = None
    """Of a preview: what is unusual about the whole run; it must be confirmed."""


runs.list_of("/v1/runs", RUNS, "Billing runs, the latest first")


@runs.show(_ONE, RunAnswer)
def get_run(call: Call, run: str) -> Tree:
    """Show a run, how far it is, and who works on it."""
    return run_tree(progress_of(call.desk, _number(run)))


@runs.show(f"{_ONE}/progress", ProgressAnswer)
def get_progress(call: Call, run: str) -> Tree:
    """Show how far a run is."""
    number = _number(run)
    return progress_tree(progress_of(call.desk, number)) | asdict(progress_in_steps(call.desk, number))


@runs.verb(
    "/v1/runs",
    StartedAnswer,
    roles=BILLING,
    request=RunRequest,
    example={"due_through": "2027-01-31", "preview": True},
    is_one_transaction=False,
)
def start_billing(call: Call, body: RunRequest) -> Tree:
    """Start a billing run, or join the unfinished one of the same selection; it goes on when the request is answered."""
    selection = Selection(
        due_through=body.due_through, order_type=body.order_type, customer=body.customer, customers=body.customers, order=body.order
    )
    if body.preview:
        return {"run": None} | preview_tree(call.desk, selection, call.language, issued_on=body.issued_on)
    started = start_run(
        call.desk,
        selection,
        issued_on=body.issued_on,
        ahead=body.ahead,
        confirm=body.confirm,
        workers=body.workers,
        is_empty_refused=True,
    )
    call.runs.work_on(call.desk, started.number, body.workers)
    return _started(call, started.number)


@runs.verb(f"{_ONE}/resume", StartedAnswer, roles=BILLING, is_one_transaction=False)
def resume_run(call: Call, run: str) -> Tree:
    """Go on with a run whose workers are gone, or share it."""
    number = join_run(call.desk, _number(run)).number
    call.runs.work_on(call.desk, number, 1)
    return _started(call, number)


@runs.verb(f"{_ONE}/retry", RetriedAnswer, roles=FINANCE)
def retry_run(call: Call, run: str) -> Tree:
    """Send again what was given up or held of the messages about the invoices of a run."""
    number = _number(run)
    return {"run": number, "messages": list(retry_failed(call.desk, number))}


@runs.verb(f"{_ONE}/print", PrintedAnswer, roles=FINANCE, is_one_transaction=False)
def print_run_invoices(call: Call, run: str) -> Tree:
    """Print the PDFs of the invoices of a run that have none yet, at most 100 at a time."""
    number = _number(run)
    printed, left = print_run(call.desk, number, call.rulebook_folder)
    return {"run": number, "printed": printed, "left": left}


def _started(call: Call, number: int) -> Tree:
    return {"run": run_tree(progress_of(call.desk, number)), "invoices": None, "totals": None, "held": None}


def _number(text: str) -> int:
    """The number of a run; refuses a text that is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise unknown("run", text)
    return int(text)
