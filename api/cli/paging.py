"""Lists by page: at most so many rows, after the one where the page before ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

import click

from api.desk.report_parameters import FIRST_PAGE, MOST_ROWS, Page

_Row = TypeVar("_Row")
_Function = Callable[..., None]


def by_page(command: _Function) -> _Function:
    """Gives a command the options `--limit` and `--after`, which it takes as `limit` and `after`."""
    limit = click.option(
        "--limit", type=click.IntRange(1, MOST_ROWS), default=FIRST_PAGE.limit, show_default=True, help="At most so many rows."
    )
    after = click.option("--after", default=None, help="Begin after this row: what `next` of the page before says.")
    return limit(after(command))


def page_of(rows: Iterable[_Row], page: Page, name: Callable[[_Row], str]) -> tuple[tuple[_Row, ...], str | None]:
    """The first rows of those after `page.after`, and the name of the last one where more follow. Reads no further."""
    first = tuple(islice(rows, page.limit + 1))
    is_more = len(first) > page.limit
    return (first[:-1], name(first[-2])) if is_more else (first, None)
