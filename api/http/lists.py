"""Lists over HTTP: by page with an opaque cursor as JSON, whole as CSV and XLSX, read and written some rows at a time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, Field, create_model

from api.desk.listing import STOPPED, Cells, Listing, Row
from api.http.route_declarations import Call, Roles, Route
from api.output.sheets import plain
from api.output.streamed_sheets import csv_parts, xlsx_parts
from api.store.sql import ROWS_AT_ONCE, canonical_json
from api.store.walks import Place, Start
from engine.money import Money
from engine.problems import Kind, refuse

OTHER_CURSOR: Final = Kind(
    "other-cursor",
    "this cursor comes from another list, or from other conditions or another order",
    "write `next` of the page before, and ask for the same",
)
NO_CURSOR: Final = Kind("not-a-cursor", "this is no cursor of a list", "write `next` of the page before")
MOST_OF_A_PAGE: Final = 1000
MOST_LOOKED_AT: Final = 5_000
"""So many rows a page looks at, about, where a condition has to look at each."""
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_USUAL_PAGE: Final = 100
_PAGING: Final = ("limit", "cursor", "total", "order_by")
_Limit = Annotated[int, Field(ge=1, le=MOST_OF_A_PAGE, description=f"At most so many rows. By default {_USUAL_PAGE}.")]
_Cursor = Annotated[str | None, Field(max_length=2000, description="`next` of the page before.")]
_SUMS: Final = "The sums of all pages, where `total` was wanted and all is in one currency."
_Total = Annotated[bool, Field(description="Whether `total` says how many rows there are on all pages.")]


class Spreadsheet(NamedTuple):
    """A list as a file, part by part."""

    parts: Iterator[bytes]
    media_type: str
    name: str


def list_routes(resource: str, path: str, listing: Listing, summary: str, roles: Roles) -> tuple[Route, Route]:
    """The routes of a list: by page, and as a file."""
    title = "".join(word.title() for word in listing.name.split("-"))
    orders = tuple(f"{sign}{name}" for name in (listing.key, *listing.ordered_by) for sign in (("",) if listing.is_one_way else ("", "-")))
    order_by: dict[str, object] = {"order_by": (Literal[orders], Field(default=orders[0], description="A minus sign: backwards."))}
    whole = create_model(f"{title}Whole", __base__=listing.conditions, **order_by)  # type: ignore[call-overload]  # its choices are data
    paged = create_model(f"{title}Query", __base__=whole, limit=(_Limit, _USUAL_PAGE), cursor=(_Cursor, None), total=(_Total, False))
    summed = {"sums": (dict[str, Money] | None, Field(default=None, description=_SUMS))} if listing.summed else {}
    answer = create_model(  # type: ignore[call-overload]  # it has sums only where there is something to sum
        f"{title}Page",
        __doc__="A page of a list; `next` is null on the last one, and `total` is null unless it was wanted.",
        rows=(list[listing.row], ...),  # type: ignore[name-defined]  # the row of this list
        next=(str | None, ...),
        total=(int | None, None),
        **summed,
    )

    def page(call: Call, query: BaseModel) -> object:
        return _page(call, listing, query)

    def export(call: Call, format: str, query: BaseModel) -> object:
        return _spreadsheet(call, listing, query, format)

    plural = listing.name.replace("-", "_")
    paged_route = Route(
        resource=resource,
        method="GET",
        path=path,
        name=f"list_{plural}",
        summary=summary,
        description=f"{summary}, by page.",
        roles=roles,
        call=page,
        query=paged,
        answer=answer,
        listing=listing,
    )
    whole_route = Route(
        resource=resource,
        method="GET",
        path=f"{path}.{{format}}",
        name=f"export_{plural}",
        summary=f"{summary}, as CSV or XLSX",
        description=f"{summary}, all of them, in one file.",
        roles=roles,
        call=export,
        query=whole,
        media_types=(CSV.partition(";")[0], XLSX),
        listing=listing,
    )
    return paged_route, whole_route


@dataclass(frozen=True, slots=True)
class _Selection:
    """What is selected of a list: its conditions and its order."""

    conditions: BaseModel
    order_by: str

    @classmethod
    def of(cls, listing: Listing, query: BaseModel) -> _Selection:
        given = {name: value for name, value in query if name not in _PAGING}
        return cls(listing.conditions.model_validate(given), str(dict(query)["order_by"]))

    def start(self, listing: Listing, after: Place | None = None, wanted: int = ROWS_AT_ONCE) -> Start:
        name = self.order_by.removeprefix("-")
        return Start(None if name == listing.key else name, self.order_by.startswith("-"), after, wanted)

    def cursor(self, call: Call, listing: Listing, place: Place) -> str:
        """The cursor of the rows after a place."""
        given = [self._signature(call, listing, place), *place]
        return base64.urlsafe_b64encode(canonical_json(given).encode()).decode().rstrip("=")

    def place(self, call: Call, listing: Listing, cursor: str) -> Place:
        """The place of a cursor; refuses one that was not given here for the same list, conditions and order."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            given = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if not isinstance(given, list) or len(given) < 2 or not all(type(each) in (str, int) for each in given):
                raise refuse(NO_CURSOR, None, "/cursor")
            signature, place = str(given[0]), tuple(given[1:])
            is_ours = hmac.compare_digest(signature.encode(), self._signature(call, listing, place).encode())
        except (ValueError, binascii.Error, RecursionError):
            raise refuse(NO_CURSOR, None, "/cursor") from None
        if not is_ours:
            raise refuse(OTHER_CURSOR, None, "/cursor")
        return place

    def _signature(self, call: Call, listing: Listing, place: Place) -> str:
        """What binds a cursor to this installation, list, conditions, order and place."""
        bound = [listing.name, self.order_by, self.conditions.model_dump(mode="json"), *place]
        return hmac.new(call.desk.installation.encode(), canonical_json(bound).encode(), hashlib.sha256).hexdigest()[:16]


def _page(call: Call, listing: Listing, query: BaseModel) -> Mapping[str, object]:
    given, selection = dict(query), _Selection.of(listing, query)
    limit, cursor = given["limit"], given["cursor"]
    assert isinstance(limit, int)
    after = selection.place(call, listing, str(cursor)) if cursor is not None else None
    rows, last = _rows(call, listing, selection, after, limit)
    columns = listing.columns(call.desk)
    shown = [{name: plain(cell, call.language) for name, cell in zip(columns, cells, strict=True)} for cells in rows]
    more = None if last is None else selection.cursor(call, listing, last)
    return {"rows": shown, "next": more} | (_totals(call, listing, selection) if given["total"] else {})


def _rows(call: Call, listing: Listing, selection: _Selection, after: Place | None, limit: int) -> tuple[list[Cells], Place | None]:
    """The rows of a page, and the place after which others may follow: it is short where conditions leave few of many rows."""
    shown: list[tuple[Place, Cells]] = []
    start = replace(selection.start(listing, after, limit + 1), most=MOST_LOOKED_AT)
    for place, cells in listing.read(call.desk, selection.conditions, start):
        if cells is STOPPED:
            return [each for _, each in shown], place
        if len(shown) == limit:
            return [each for _, each in shown], shown[-1][0]
        shown.append((place, cells))
    return [each for _, each in shown], None


def _totals(call: Call, listing: Listing, selection: _Selection) -> dict[str, object]:
    """How many rows there are, and the sums of amounts; where the database does not tell, each is looked at."""
    counted, sums = listing.totals(call.desk, selection.conditions)
    if counted is None or (listing.summed and sums is None):
        rows = [cells for _, cells in listing.read(call.desk, selection.conditions, selection.start(listing))]
        counted, sums = len(rows), _sums_of(rows, call, listing)
    return {"total": counted} | ({"sums": {name: str(amount) for name, amount in (sums or {}).items()}} if listing.summed else {})


def _sums_of(rows: Sequence[Cells], call: Call, listing: Listing) -> dict[str, Money]:
    columns = listing.columns(call.desk)
    sums: dict[str, Money] = {}
    for name in listing.summed:
        amounts = [cell for row in rows if isinstance(cell := row[columns.index(name)], Money)]
        currencies = {amount.currency for amount in amounts} or {call.desk.rulebook.currency}
        if len(currencies) == 1:
            sums[name] = Money(sum(amount.minor for amount in amounts), *currencies)
    return sums


def _spreadsheet(call: Call, listing: Listing, query: BaseModel, format_: str) -> Spreadsheet:
    selection = _Selection.of(listing, query)
    cells = _started(listing.read(call.desk, selection.conditions, selection.start(listing)))
    columns, language = listing.columns(call.desk), call.language
    if format_ == "csv":
        return Spreadsheet(csv_parts(columns, cells, language), CSV, f"{listing.name}.csv")
    return Spreadsheet(xlsx_parts(listing.name, columns, cells, language), XLSX, f"{listing.name}.xlsx")


def _started(rows: Iterator[Row]) -> Iterator[Cells]:
    """The cells of rows, the first of which is read at once: what is refused is refused before anything is sent."""
    first = list(islice(rows, 1))
    return (cells for _, cells in chain(first, rows))
