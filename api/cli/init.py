"""`centwright init DIR`: a new company's rulebook that passes `check` and whose comments explain it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePath

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.output.files import write_new_folder
from api.refusals import Positioned
from api.rulebook_folder import belongs_to_rulebook
from api.workbench.package_source import PACKAGE_MISSING
from api.workbench.scaffold import CI_FILES, EXAMPLES_REMARK, HOSTINGS, NewCompany, rulebook_files
from engine.phrases import phrase, say
from engine.problems import Problem
from engine.rulebook.reader import check_rulebook


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default="Example Company", show_default=True, help="The name of the company.")
@click.option("--country", default="BE", show_default=True, metavar="CODE", help="Where it sells from: two letters of ISO 3166.")
@click.option("--currency", metavar="CODE", help="The currency of all prices (default: that of the country).")
@click.option("--vat-rate", metavar="RATE", help="The standard VAT rate, needed for countries whose rate is not known here: 10%.")
@click.option("--ci", "hosting", type=click.Choice(HOSTINGS), default="none", help="Also what checks every change on GitHub or GitLab.")
@click.option("--package", metavar="ADDRESS", help="From what CI installs the program: git+https://HOST/PATH@REVISION or a wheel.")
@pass_invocation
def init(
    invocation: Invocation,
    folder: Path,
    name: str,
    country: str,
    currency: str | None,
    vat_rate: str | None,
    hosting: str,
    package: str | None,
) -> int:
    """Create a rulebook: company, catalog, plans, rules, VAT, templates, schemas for the editor, and a few customers to try it with.

    The VAT rules are those of a seller in Belgium; for sellers elsewhere a smaller set that says what to verify.
    """
    today = invocation.settings.today or datetime.now(tz=UTC).date()
    company = NewCompany(
        name=name,
        country=country.upper(),
        language=invocation.language,
        begins_on=today,
        currency=currency.upper() if currency else None,
        vat_rate=vat_rate,
        hosting=next(each for each in HOSTINGS if each == hosting),
        package=package,
    )
    files = rulebook_files(company)
    _check(files)
    write_new_folder(folder, files)
    if company.hosting != "none" and package is None:
        invocation.write_error_problems([PACKAGE_MISSING.at(None, file=CI_FILES[company.hosting])])
    if invocation.as_json:
        invocation.write_json({"folder": str(folder), "files": sorted(files)})
        return 0
    message = phrase("{count} files in {folder}; {remark}", count=len(files), folder=folder, remark=EXAMPLES_REMARK)
    invocation.write(say(message, invocation.language))
    invocation.write_message(say(phrase("Next, in that folder:"), invocation.language))
    for step in ("check", "demo --data golden --out ../out"):
        invocation.write_message(f"    centwright {step} --rulebook .")
    return 0


def _check(files: Mapping[str, bytes]) -> None:
    """Refuses files that do not pass `check`: a company's name, for example, may hold a character that no rulebook allows."""
    sources = {path: content.decode() for path, content in files.items() if belongs_to_rulebook(PurePath(path))}
    problems: tuple[Problem, ...] = tuple(problem for problem in check_rulebook(sources) if problem.stops)
    if problems:
        raise Positioned(problems, sources)
