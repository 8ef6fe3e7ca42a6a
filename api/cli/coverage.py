"""`centwright coverage`: which rows, alternatives, boundaries, branches and days no scenario covers, and why not."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.importing.import_folder import read_folder_of_files
from api.workbench.golden_invoices import golden_invoices
from api.workbench.scenario_files import read_scenarios
from engine.phrases import Phrase, phrase, say
from engine.rulebook.book import Rulebook
from engine.testing.coverage_trace import Touched, add_golden, touched_by
from engine.testing.scenario_coverage import Coverage, Piece, coverage_of

TOO_LITTLE = 1
_KINDS = {
    "row": phrase("rows of tables"),
    "alternative": phrase("alternatives of cells"),
    "boundary": phrase("boundaries"),
    "branch": phrase("branches"),
    "rule": phrase("rules of decisions"),
    "discount": phrase("discounts"),
    "day": phrase("days of changes"),
    "price": phrase("prices"),
    "entry": phrase("entries of files"),
}


@click.command(cls=Command)
@click.option("--golden", type=click.Path(path_type=Path, exists=True, file_okay=False), help="CSV files whose invoices count too.")
@click.option("--fail-under", type=click.IntRange(0, 100), metavar="PERCENT", help="End with 1 where less than that is touched.")
@pass_invocation
def coverage(invocation: Invocation, golden: Path | None, fail_under: int | None) -> int:
    """Show which rows, alternatives, boundaries, branches, days of changes, prices and entries no scenario touches, and why not."""
    scenarios_read = read_scenarios((), invocation.settings.rulebook, allow_none=True)
    count = len(scenarios_read.scenarios)
    touched = touched_by(scenarios_read.scenarios, scenarios_read.rulebook, lambda done: invocation.show_progress(f"{done:,} / {count:,}"))
    if golden is not None:
        _add_golden(golden, touched, scenarios_read.rulebook)
    report = coverage_of(scenarios_read.reading, scenarios_read.rulebook, touched)
    invocation.show_progress("")
    if invocation.as_json:
        invocation.write_json(
            {
                "scenarios": touched.scenarios,
                "golden_invoices": touched.golden,
                "touched": len(report.pieces) - len(report.missing),
                "of": len(report.pieces),
                "sorts": {kind: {"touched": covered, "of": of} for kind, (covered, of) in report.by_kind().items()},
                "missing": [_as_json(piece, invocation) for piece in report.missing],
            }
        )
    else:
        for piece in report.missing:
            line = phrase("{what}: {why}", what=piece.what, why=piece.why_not)
            invocation.write(f"{piece.where}: {say(line, invocation.language)}")
        for kind, (covered, of) in report.by_kind().items():
            invocation.write(f"{covered:>6} / {of:<6} {say(_KINDS[kind], invocation.language)}")
    invocation.write_message(say(_summary(report, touched), invocation.language))
    return TOO_LITTLE if fail_under is not None and report.share * 100 < fail_under else 0


def _add_golden(folder: Path, touched: Touched, rulebook: Rulebook) -> None:
    files = read_folder_of_files(folder)

    def invoice_all(traced: Rulebook) -> tuple[object, int]:
        billed, _ = golden_invoices(files, traced)
        return (*billed.drafts, *billed.transactions), len(billed.drafts)

    add_golden(touched, rulebook, invoice_all, say(phrase("golden invoices"), "en"))


def _as_json(piece: Piece, invocation: Invocation) -> dict[str, object]:
    language = invocation.language
    why = say(piece.why_not or "", language)
    where = piece.where
    return {
        "file": where.path,
        "line": where.line,
        "column": where.column,
        "sort": piece.kind,
        "what": say(piece.what, language),
        "why_not": why,
    }


def _summary(report: Coverage, touched: Touched) -> Phrase:
    return phrase(
        "{touched} of {all} pieces touched by {scenarios} scenarios and {golden} golden invoices",
        touched=len(report.pieces) - len(report.missing), all=len(report.pieces), scenarios=touched.scenarios, golden=touched.golden,
    )  # fmt: skip
