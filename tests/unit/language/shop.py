"""A small shop's vocabulary and files, with which the tests of rules are written."""

from datetime import date

from engine.documents.order import ORDER_TYPES
from engine.language.checking.checker import check_rules
from engine.language.checking.file_rows import FileRow
from engine.language.ir.checked_rules import Checked
from engine.language.syntax.blocks import Module
from engine.language.syntax.parser import parse_rules
from engine.language.types.vocabulary import Entry, Vocabulary
from engine.money import Currency
from engine.phrases import LANGUAGES
from engine.problems import Problem, Span
from engine.text.sources import TextCell

EUR = Currency.of("EUR")
DOMAINS = {
    "countries": ("BE", "FR", "NL", "LU", "DE", "CH", "NO"),
    "segments": ("retail", "smb", "gold", "public"),
    "products": ("crm-seat", "api-call", "mailbox", "office-pack", "SUB-CORE", "SUB-WS"),
    "families": ("crm", "mail"),
    "units": ("seat", "call", "mailbox", "shop"),
    "billing-types": ("monthly", "annual"),
    "billing-processes": ("monthly-advance", "annual-advance"),
    "payment-plans": ("plan-30-30-40", "at-once"),
    "mentions": ("reverse-charge",),
    "roles": ("nobody", "sales", "team-lead", "sales-director", "cfo"),
}
UNITS = {"crm-seat": "seat", "api-call": "call", "mailbox": "mailbox", "SUB-CORE": "shop"}
NOWHERE = Span("test", 1, 1, 1, 1)


def vocabulary(**more: str) -> Vocabulary:
    """The built-in names over the shop's lists, and more inputs by name and type (underscores are points)."""
    built_in = Vocabulary.built_in(
        EUR, DOMAINS, order_types=ORDER_TYPES, languages=LANGUAGES, sets={"EU": ("BE", "FR", "NL", "LU", "DE")}, product_units=UNITS
    )
    return with_inputs(built_in, {name.replace("__", "-").replace("_", "."): kind for name, kind in more.items()})


def with_inputs(known: Vocabulary, names: dict[str, str]) -> Vocabulary:
    """A vocabulary with more inputs, by name and type."""
    entries = []
    for name, text in names.items():
        kind = known.type_named(text, NOWHERE)
        assert not isinstance(kind, Problem), kind
        entries.append(Entry(name, kind, "input"))
    return known.with_names(entries)


def rates() -> dict[str, tuple[FileRow, ...]]:
    """The file of two countries' VAT rates."""
    rows = [
        ("BE", "standard", "21%", 1996),
        ("FR", "standard", "19.6%", 2000),
        ("FR", "standard", "20%", 2014),
        ("FR", "reduced", "5.5%", 2000),
    ]
    return {
        "vat/rates.yaml": tuple(
            FileRow(
                tuple(TextCell(text, Span("vat/rates.yaml", number, 1 + at, number, 2 + at)) for at, text in enumerate(cells)),
                date(year, 1, 1),
                None,
                Span("vat/rates.yaml", number, 1, number, 9),
            )
            for number, (*cells, year) in enumerate(rows, start=1)
        )
    }


def parsed(sources: dict[str, str]) -> tuple[list[Module], list[Problem]]:
    """The modules of several files, and their problems of syntax."""
    modules, problems = [], []
    for path, text in sources.items():
        module, errors = parse_rules(path, text)
        modules.append(module)
        problems += errors
    return modules, problems


def check(text: str, *, known: Vocabulary | None = None, **files: str) -> tuple[Checked, list[Problem]]:
    """One rule file (`rules/test.rules`) and others by name, checked; all their problems."""
    modules, problems = parsed({"rules/test.rules": text} | {f"rules/{name}.rules": one for name, one in files.items()})
    checked, errors = check_rules(modules, known or vocabulary(), rates())
    return checked, [*problems, *errors]


def reported(problems: list[Problem]) -> list[str]:
    """Problems as line, column and code."""
    return [f"{problem.where.line}:{problem.where.column} {problem.code}" if problem.where else problem.code for problem in problems]
