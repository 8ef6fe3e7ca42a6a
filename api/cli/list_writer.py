"""The one writer of lists at the command line: what `api/desk` declares of a list, by page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from api.cli.invocation import Invocation
from api.cli.sheet_output import write_sheet
from api.desk.listing import Listing
from api.desk.report_parameters import no_row
from api.http.request_parsing import read_request
from api.output.sheets import Sheet
from api.store.walks import Start


def write_list(invocation: Invocation, listing: Listing, requested: Mapping[str, object], limit: int, after: str | None) -> None:
    """Writes the rows of a list for which conditions hold, in the order of its key, after the row where the page before ended."""
    desk = invocation.desk
    conditions = read_request(listing.conditions, {name: value for name, value in requested.items() if value is not None})
    if after is not None and listing.has is not None and not listing.has(desk, conditions, after):
        raise no_row(after)
    rows = list(islice(listing.read(desk, conditions, Start(after=None if after is None else (after,))), limit + 1))
    more = str(rows[limit - 1][0][-1]) if len(rows) > limit else None
    shown = tuple(cells for _, cells in rows[:limit])
    write_sheet(invocation, Sheet(name=listing.name, columns=listing.columns(desk), rows=shown, next=more), None, None)
