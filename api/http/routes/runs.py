"""`/v1/runs`: billing runs previewed, started and followed; a run goes on in processes of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, Field

from api.desk.billing_lists import RUNS
from api.desk.billing_run import join_run, preview, progress_of, start_run
from api.desk.document_trees import Tree, preview_tree, progress_tree, run_tree
from api.desk.due_drafts import Selection
from api.http.route_declarations import BILLING, Call, Resource
from api.refusals import unknown
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.order import OrderType
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
    order: str | None = Field(default=None, max_length=200)
    ahead: bool = Field(default=False, description="Also what is due after the business date.")
    confirm: bool = Field(default=False, description="Also what is unusual against the last runs of the same selection.")
    workers: int = Field(default=1, ge=1, le=16, description="The processes that share the run.")


class ProgressAnswer(BaseModel):
    """How far a run is; `held` counts what the shards that are done hold back."""

    run: int
    state: str
    shards: int
    done: int
    issued: int
    held: int


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
    started_at: datetime
    ended_at: datetime | None
    resumed_at: datetime | None
    rulebook: str
    workers: list[str]


class DraftedAnswer(BaseModel):
    """An invoice that a run would issue."""

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


class HeldAnswer(BaseModel):
    """What a run would hold back, and why."""

    customer: str
    order: str
    item: str
    net: Money
    held_because: str


class StartedAnswer(BaseModel):
    """The run that was started or joined; of a preview instead the invoices that it would issue, and what it would hold back."""

    run: RunAnswer | None
    invoices: list[DraftedAnswer] | None
    totals: dict[str, Money] | None
    held: list[HeldAnswer] | None


runs.list_of("/v1/runs", RUNS, "Billing runs, the latest first")


@runs.show(_ONE, RunAnswer)
def get_run(call: Call, run: str) -> Tree:
    """Show a run, how far it is, and who works on it."""
    return run_tree(progress_of(call.desk, _number(run)))


@runs.show(f"{_ONE}/progress", ProgressAnswer)
def get_progress(call: Call, run: str) -> Tree:
    """Show how far a run is."""
    return progress_tree(progress_of(call.desk, _number(run)))


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
    selection = Selection(due_through=body.due_through, order_type=body.order_type, customer=body.customer, order=body.order)
    if body.preview:
        return {"run": None} | preview_tree(preview(call.desk, selection, issued_on=body.issued_on), call.language)
    started = start_run(call.desk, selection, issued_on=body.issued_on, ahead=body.ahead, confirm=body.confirm, workers=body.workers)
    call.runs.work_on(call.desk, started.number, body.workers)
    return _started(call, started.number)


@runs.verb(f"{_ONE}/resume", StartedAnswer, roles=BILLING, is_one_transaction=False)
def resume_run(call: Call, run: str) -> Tree:
    """Go on with a run whose workers are gone, or share it."""
    number = join_run(call.desk, _number(run)).number
    call.runs.work_on(call.desk, number, 1)
    return _started(call, number)


def _started(call: Call, number: int) -> Tree:
    return {"run": run_tree(progress_of(call.desk, number)), "invoices": None, "totals": None, "held": None}


def _number(text: str) -> int:
    """The number of a run; refuses a text that is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise unknown("run", text)
    return int(text)
