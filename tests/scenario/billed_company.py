"""A new company whose orders are billed through February, and rulebooks that differ from its own."""

import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from api.cli import main
from api.output.files import write_new_folder
from api.workbench.scaffold import NewCompany, rulebook_files


def new_company(folder: Path) -> Path:
    """The rulebook of a new company, with golden orders, in a folder."""
    write_new_folder(folder, _files())
    return folder


@cache
def _files() -> Mapping[str, bytes]:
    return rulebook_files(NewCompany(name="Acme", country="BE", language="en", begins_on=date(2027, 1, 4)))


def bill_two_months(address: str, company: Path) -> None:
    """Imports the company's orders into an empty database, and issues what is due through February."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CENTWRIGHT_DATABASE_URL", address)
        environment.setenv("CENTWRIGHT_RULEBOOK", str(company))
        for words in (
            ("import", str(company / "golden"), "--today", "2027-01-31"),
            ("run", "issue", "--due-through", "2027-01-31", "--today", "2027-01-31"),
            ("run", "issue", "--due-through", "2027-02-28", "--today", "2027-02-28"),
        ):
            assert main.run(words) == 0


def with_text(folder: Path, to: Path, path: str, text: str, *, appended: bool = False) -> Path:
    """A copy of a rulebook in which one file has another text."""
    shutil.copytree(folder, to)
    before = (to / path).read_text(encoding="utf-8") if appended else ""
    (to / path).write_text(before + text, encoding="utf-8")
    return to


def with_archive_retired(folder: Path, to: Path, *, bundle_until: str = "") -> Path:
    """A copy of the rulebook of a new company in which ARCHIVE is retired, and the bundle that contains it ends on a day, if any."""
    shutil.copytree(folder, to)
    products, offers = to / "catalog/products/subscriptions.yaml", to / "rules/offers.rules"
    text = products.read_text(encoding="utf-8")
    start, end = map(text.index, ("  - code: ARCHIVE", "  # Its price has tiers"))
    text = f"{text[:start]}{text[end:]}retired:\n{text[start:end]}"
    if bundle_until:
        text = text.replace("- code: STARTER", f"- code: STARTER\n    until: {bundle_until}")
        sold = offers.read_text(encoding="utf-8")
        offers.write_text(sold.replace("\n  contains 1 WORKSPACE", f" until {bundle_until}\n  contains 1 WORKSPACE"), encoding="utf-8")
    products.write_text(text, encoding="utf-8")
    return to
