"""`/v1/forecasts`: the forecast of now stored under a name, to be compared later with `/v1/reports/reconciliation`."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk import reconciling
from api.desk.document_trees import Tree
from api.http.route_declarations import Call, Resource, Roles
from engine.documents.document import Document
from engine.documents.forecast_snapshot import Snapshot
from engine.money import Money

forecasts: Final = Resource("forecasts", "Forecasts that were stored")
_ROLES: Final[Roles] = ("billing", "accounting", "analyst", "admin")


class ForecastName(Document):
    """Under which name the forecast of now is stored; a name is used once."""

    name: str = Field(min_length=1, max_length=reconciling.LONGEST_NAME)


class StoredForecast(BaseModel):
    """A forecast that was stored: of which day, by whom, under which rulebook, how far it reaches, and what it comes to."""

    name: str
    stored_on: date
    author: str
    planned_through: date
    transactions: int
    net: Money
    rulebook: str


class StoredForecasts(BaseModel):
    """The forecasts that were stored, the oldest first."""

    rows: list[StoredForecast]


@forecasts.show("/v1/forecasts", StoredForecasts)
def list_forecasts(call: Call) -> Tree:
    """List the forecasts that were stored, the oldest first."""
    return {"rows": [_tree(one) for one in reconciling.snapshots(call.desk)]}


@forecasts.verb("/v1/forecasts", StoredForecast, roles=_ROLES, request=ForecastName, example={"name": "2027-01"}, is_one_transaction=False)
def store_forecast(call: Call, body: ForecastName) -> Tree:
    """Store the forecast of now under a name."""
    return _tree(reconciling.store_snapshot(call.desk, body.name))


def _tree(one: Snapshot) -> Tree:
    days = {"stored_on": one.stored_on.isoformat(), "planned_through": one.planned_through.isoformat()}
    return {"name": one.name, **days, "author": one.author, "transactions": one.transactions, "net": str(one.net), "rulebook": one.rulebook}
