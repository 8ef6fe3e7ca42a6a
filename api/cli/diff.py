"""`centwright diff OLD NEW`: what changes between two rulebooks, in texts and in amounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from engine.phrases import phrase, say
from engine.problems import Refusal

if TYPE_CHECKING:
    from api.workbench.rulebook_lookup import LoadedRulebook
    from engine.comparing.comparison import Comparison
    from engine.comparing.money_changes import OrdersCompared

WRONG_USAGE: Final = 2
MONEY_CHANGES: Final = 3
MOST_WORKERS: Final = 64
MOST_IN_JSON: Final = 1_000
"""How many of the live orders that change JSON lists without --all: those that change most."""
Look = Literal["golden", "live", "text"]


class _Live(NamedTuple):
    """How live orders are compared: in how many processes, and how many of the largest changes are listed (None: all)."""

    workers: int
    most: int | None


@click.command(cls=Command)
@click.argument("earlier", metavar="OLD")
@click.argument("later", metavar="NEW")
@click.option("--golden", "look", flag_value="golden", default=True, help="Compare the golden invoices of a folder of CSV files (default).")
@click.option("--live", "look", flag_value="live", help="Compare every live order of the database, month by month.")
@click.option("--text", "look", flag_value="text", help="Compare only what reads differently and which cases get another answer.")
@click.option("--data", type=click.Path(path_type=Path), help="The CSV files of the golden invoices (default: golden/ or demo/).")
@click.option("--fail-if", "condition", metavar="CONDITION", help="End with 3 only where this holds: `diff.largest > 50.00 EUR`.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How the answer is written.")
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), default=1, show_default=True, help="Processes that share the live orders.")
@click.option("--all", "shows_all", is_flag=True, help="Write every line, and every order of --live as JSON.")
@pass_invocation
def diff(
    invocation: Invocation,
    earlier: str,
    later: str,
    look: Look,
    data: Path | None,
    condition: str | None,
    form: str,
    workers: int,
    shows_all: bool,
) -> int:
    """Compare two rulebooks: each a folder, a published version (v3, or its fingerprint) or a git revision (HEAD~1, main, v1.2:path)."""
    before, after = _rulebooks(invocation, earlier, later)
    failing = _condition(invocation, condition, before)
    if failing is None:
        return WRONG_USAGE
    form = "json" if invocation.as_json else form
    from engine.comparing import markdown, terminal_text

    shown = MOST_IN_JSON if form == "json" else max(markdown.SHOWN, terminal_text.SHOWN)
    most = None if shows_all and form != "markdown" else shown
    comparison = _compared(invocation, before, after, look, data, _Live(workers, most))
    try:
        fails = failing(comparison)
    except Refusal as refusal:
        invocation.write_error_problems(refusal.problems, {"--fail-if": condition or ""})
        return WRONG_USAGE
    _write(invocation, comparison, form, fails=fails, shows_all=shows_all)
    return MONEY_CHANGES if fails else 0


def _rulebooks(invocation: Invocation, earlier: str, later: str) -> tuple[LoadedRulebook, LoadedRulebook]:
    """Both rulebooks; a git revision is looked up in the folder of the other one, then in that of the rulebook in use."""
    from api.workbench.published_versions import published_versions
    from api.workbench.rulebook_lookup import load_by_name

    folders = [*(Path(name) for name in (later, earlier) if Path(name).is_dir()), invocation.settings.rulebook]
    with published_versions(invocation.settings.database_url, invocation.lock_timeout) as (published, texts_of):
        return load_by_name(earlier, folders, published, texts_of), load_by_name(later, folders, published, texts_of)


def _condition(invocation: Invocation, text: str | None, before: LoadedRulebook) -> Callable[[Comparison], bool] | None:
    """When the diff fails: where an amount changes, or where a condition holds; None where the condition has reported mistakes."""
    from engine.comparing.fail_condition import fails

    if text is None:
        return lambda comparison: comparison.changes_money
    try:
        return fails(text, before.rulebook.currency)
    except Refusal as refusal:
        invocation.write_error_problems(refusal.problems, {"--fail-if": text})
        return None


def _compared(
    invocation: Invocation, before: LoadedRulebook, after: LoadedRulebook, look: Look, data: Path | None, live: _Live
) -> Comparison:
    from api.workbench.comparison_run import compare_golden, compare_texts, golden_files

    comparison = compare_texts(before, after)
    if look == "live":
        return replace(comparison, orders=_compare_live(invocation, before, after, live))
    if look == "golden":
        folders = [Path(name) for name in (after.name, before.name) if Path(name).is_dir()]
        files = golden_files(data, [*folders, invocation.settings.rulebook])
        if files is not None:
            return replace(comparison, invoices=compare_golden(before, after, files))
        invocation.write_message(
            say(phrase("no invoices are compared: there is no folder golden/ or demo/; name one with --data"), invocation.language)
        )
    return comparison


def _compare_live(invocation: Invocation, before: LoadedRulebook, after: LoadedRulebook, live: _Live) -> OrdersCompared:
    """The live orders of the database in use, with progress."""
    from api.store.database import open_store
    from api.workbench.live_orders import compare_live

    def show_progress(items: int) -> None:
        invocation.show_progress(say(phrase("{items} items compared", items=items), invocation.language))

    today = invocation.settings.today or datetime.now(tz=ZoneInfo(before.rulebook.company.time_zone)).date()
    store = open_store(invocation.settings.database_url, now=lambda: datetime.now(tz=UTC), lock_timeout=invocation.lock_timeout)
    try:
        return compare_live(
            store, before, after, today=today, progress=show_progress,
            most=live.most, workers=live.workers, lock_timeout=invocation.lock_timeout,
        )  # fmt: skip
    finally:
        store.close()
        if invocation.shows_progress:
            invocation.show_progress("")


def _write(invocation: Invocation, comparison: Comparison, form: str, *, fails: bool, shows_all: bool) -> None:
    from engine.comparing.comparison_json import comparison_tree
    from engine.comparing.markdown import as_markdown
    from engine.comparing.terminal_text import as_text

    if form == "json":
        if comparison.orders is not None and not shows_all:
            comparison = replace(comparison, orders=comparison.orders.largest(MOST_IN_JSON))
        invocation.write_json({**comparison_tree(comparison, invocation.language), "fails": fails})
    elif form == "markdown":
        invocation.write(as_markdown(comparison, invocation.language))
    else:
        invocation.write(as_text(comparison, invocation.language, whole=shows_all))
