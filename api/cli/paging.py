"""Lists by page: at most so many rows, after the one where the page before ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import click

from api.desk.report_parameters import FIRST_PAGE, MOST_ROWS, no_row

_Row = TypeVar("_Row")
_Function = Callable[..., None]
MOST_LOOKED_AT: Final = 2_500
"""The most rows that one page looks at."""


def by_page(command: _Function) -> _Function:
    """Gives a command the options `--limit` and `--after`, which it takes as `limit` and `after`."""
    limit = click.option(
        "--limit", type=click.IntRange(1, MOST_ROWS), default=FIRST_PAGE.limit, show_default=True, help="At most so many rows."
    )
    after = click.option("--after", default=None, help="Begin after this row: what `next` of the page before says.")
    return limit(after(command))


def page_of(
    rows: Iterable[tuple[_Row, bool]], limit: int, name: Callable[[_Row], str], *, most: int = MOST_LOOKED_AT
) -> tuple[tuple[_Row, ...], str | None]:
    """The first rows for which the condition holds, and the name of the last one looked at where others follow. Reads no further.

    It looks at `most` rows, so that it answers at once where the condition holds for none.
    """
    matches: list[_Row] = []
    last: str | None = None
    for looked_at, (row, holds) in enumerate(rows):
        if looked_at >= most or (holds and len(matches) >= limit):
            return tuple(matches), last
        matches += [row] if holds else []
        last = name(row)
    return tuple(matches), None


def check_after(after: str | None, exists: Callable[[str], bool]) -> None:
    """Refuses a page that is to begin after a row which does not exist."""
    if after is not None and not exists(after):
        raise no_row(after)
