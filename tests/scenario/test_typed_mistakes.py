"""Mistakes that people type into the rulebook of a new company: one message at its place in three languages, and a remedy that mends."""

from datetime import date
from functools import cache
from pathlib import PurePath

import pytest

from api.rulebook_folder import belongs_to_rulebook
from api.workbench.draft_texts import TextEdit, with_edits
from api.workbench.scaffold import NewCompany, rulebook_files
from engine.phrases import LANGUAGES
from engine.problems import Fix, Problem
from engine.rulebook.reader import read_all
from engine.text.sources import Sources

LIST, NEXT = "catalog/price-books/list.yaml", "catalog/price-books/list-2028.yaml"
PRODUCTS, SEGMENTS = "catalog/products/subscriptions.yaml", "catalog/segments.yaml"
DISCOUNTS, PRICING, OFFERS, APPROVAL = "rules/discounts.rules", "rules/pricing.rules", "rules/offers.rules", "rules/approval.rules"
COMPANY, COUNTRIES = "company.yaml", "vat/countries.yaml"
NEW_LIST = "kind: price-book\nid: list-2028\nlabel: {fr: A, nl: B, en: C}\nfrom: DAY\nbased-on: list\nindex: [{factor: 1.03}]\n"
BLANKS = (
    "run `centwright check --fix`, or type spaces in place of those at the beginning of lines and behind keys; they come from a document"
)
MISTAKES = [
    (LIST, "LAUNCH: 800.00", 'LAUNCH: "1,000"', "19:11", "write `1_000` or `1.00`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 1,000", "19:11", "write `1_000` or `1.00`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 1,000.50", "19:11", "write `1000.50`"),
    (NEXT, "DAY", "1-Feb-27", "4:7", "write `2027-02-01`"),
    (DISCOUNTS, "from 2027-03-01 until", "from 1-Feb-27 until", "18:8", "write `2027-02-01`"),
    (NEXT, "DAY", "01-07-2027", "4:7", "write `2027-07-01` or `2027-01-07`"),
    (DISCOUNTS, "from 2027-03-01 until", "from 01-07-2027 until", "18:8", "write `2027-07-01` or `2027-01-07`"),
    (NEXT, "DAY", "01/07/2027", "4:7", "write `2027-07-01` or `2027-01-07`"),
    (NEXT, "DAY", "2027-02-30", "4:7", "write an existing day; the last of that month is `2027-02-28`"),
    (DISCOUNTS, "until 2027-03-31", "until 2027-02-30", "18:25", "write an existing day; the last of that month is `2027-02-28`"),
    (NEXT, "DAY", "30 February 2027", "4:7", "write an existing day; the last of that month is `2027-02-28`"),
    (DISCOUNTS, "from 2027-03-01 until", "from 2027-03-01 00:00:00 until", "18:8", "write `2027-03-01`"),
    (DISCOUNTS, "give 10% off line.list", "give 0.125 off line.list", "11:8", "write `12.5%`, or `0.125%` if so little is meant"),
    (
        DISCOUNTS,
        "give 10% off line.list",
        "give 0.125 off",
        "11:8",
        "write `12.5% off line.list` for 12.5 percent, `0.125% off line.list` for 0.125 percent, or an amount with its currency",
    ),
    (
        APPROVAL,
        "  rule large-discount",
        "  rule large when quote.total >= 50,000.00 EUR then management\n  rule large-discount",
        "7:34",
        "write `50000.00 EUR`",
    ),
    (
        APPROVAL,
        "  rule large-discount",
        "  rule large when quote.total >= 50 000.00 EUR then management\n  rule large-discount",
        "7:34",
        "write `50000.00 EUR`",
    ),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 50 000.00", "19:11", "write `50000.00`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 50\u00a0000.00", "19:11", "write `50000.00`"),
    (
        APPROVAL,
        "  rule large-discount",
        "  rule large when quote.total >= 50\u00a0000.00 EUR then management\n  rule large-discount",
        "7:34",
        "write `50000.00 EUR`",
    ),
    (
        APPROVAL,
        "  rule large-discount",
        "  rule large when quote.total >= 50.000,00 EUR then management\n  rule large-discount",
        "7:34",
        "write `50000.00 EUR`",
    ),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 50.000,00", "19:11", "write `50000.00`"),
    (PRICING, "|| 0.8    |", "|| 85%    |", "8:25", "write `0.85`"),
    (
        "plans/billing-processes.yaml",
        "billing-types: [monthly, quarterly",
        "billing-types: [monthly, monthly, quarterly",
        "9:30",
        "remove one of the two, or write what was meant instead",
    ),
    (
        "plans/billing-types.yaml",
        "  - id: quarterly",
        "  - id: monthly\n    label: {fr: A, nl: B, en: C}\n    every: 1\n    unit: month\n  - id: quarterly",
        "9:9",
        "keep one of the two, or give this one another name",
    ),
    (SEGMENTS, "nl: Directe klant, en: Direct customer}", "nl: Directe klant}", "5:3", "add `en: …` between the braces"),
    (PRODUCTS, "nl: Werkruimte, en: Workspace}", "nl: Werkruimte}", "7:5", "add `en: …` between the braces"),
    (COMPANY, "currency: EUR", "currency: EURO", "21:11", "write `EUR`"),
    (COMPANY, "BE0123456749", "BE0123456748", "12:15", "copy it again from an official document"),
    (COMPANY, "country: BE", "country: Belgium", "10:12", "write `BE`"),
    (COMPANY, "postcode:", "post-code:", "8:3", "did you mean `postcode`?"),
    (COMPANY, "cut-over: 2026-12-01", "cut-over: 1/12/2026", "24:11", "write `2026-12-01` or `2026-01-12`"),
    (COMPANY, "  town: Example Town", "   town: Example Town", "9:4", "indent it by as many spaces as its neighbours"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: €20.00", "19:11", "write `20.00`"),
    (OFFERS, "| 2.00 EUR           |", "| €2.00              |", "11:23", "write `2.00 EUR`"),
    (OFFERS, "sells at 50.00 EUR", "sells at € 50.00", "18:12", "write `50.00 EUR`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 20.00€", "19:11", "write `20.00`"),
    (LIST, "  WORKSPACE: 40.00\n", "  WORKSPACE: 40.00;\n", "17:14", "write `40.00`"),
    (
        LIST,
        "  LAUNCH",
        "\u00a0 LAUNCH",
        "19:1",
        BLANKS,
    ),
    (
        DISCOUNTS,
        "  give 10%",
        "\u00a0\u00a0give 10%",
        "11:1",
        BLANKS,
    ),
    (APPROVAL, '"Sales policy, point 2"', "“Sales policy, point 2”", "7:73", 'write `"Sales policy, point 2"`'),
    (
        "catalog/products/advertising.yaml",
        '"Page d\'accueil, par mois"',
        "“Page d'accueil, par mois”",
        "6:16",
        'write `"Page d\'accueil, par mois"`',
    ),
    (SEGMENTS, "{fr: Client direct,", "{fr: L'abonnement, mensuel,", "5:16", 'write `"L\'abonnement, mensuel"`'),
    (
        SEGMENTS,
        "{fr: Client direct, nl: Directe klant, en: Direct customer}",
        "{fr: 'L'abonnement, mensuel', nl: Directe klant, en: Direct customer}",
        "5:16",
        'write `"L\'abonnement, mensuel"`',
    ),
    (SEGMENTS, "en: Direct customer}", "en: Direct, customer}", "5:54", 'write `"Direct, customer"`'),
    (SEGMENTS, "en: Direct customer}", "en: Direct: customer}", "5:54", 'write `"Direct: customer"`'),
    (LIST, "because: Our first price list", "because: Ours: first price list", "21:10", 'write `"Ours: first price list"`'),
    (SEGMENTS, "{fr: Client direct", "{fr: 'L'abonnement'", "5:16", 'write `"L\'abonnement"`'),
    (OFFERS, "sells at 50.00 EUR", "sells at 24.50 eur", "18:12", "write `24.50 EUR`"),
    (OFFERS, "sells at 50.00 EUR", "sells at 20.00 euro", "18:12", "write `20.00 EUR`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 24.50 eur", "19:11", "write `24.50`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 20.00 euro", "19:11", "write `20.00`"),
    (LIST, "LAUNCH: 800.00", "LAUNCH: 20.00 EUR", "19:11", "write `20.00`"),
    (
        OFFERS,
        "bundle STARTER",
        'price ws "W"\n  for product ARCHIVE\n  charge per month\n  from 2028-01-01\n  at 24,50 EUR per user\n\nbundle STARTER',
        "19:6",
        "write `24.50 EUR`",
    ),
    (DISCOUNTS, "# A promotion: what", "// A promotion: what", "15:1", "write `#`"),
    (DISCOUNTS, "  group volume\n", "  group volume // our group\n", "12:16", "write `#`"),
    (LIST, "prices:\n", "// our prices\nprices:\n", "16:1", "write `#`"),
    (LIST, "  ARCHIVE: 15.00\n", "  ARCHIVE: 15.00 // cheap\n", "18:12", "write `15.00  # cheap`"),
    (
        COUNTRIES,
        "  EU: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR",
        "  EU: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, EL",
        "6:52",
        "write `GR`, as EN 16931 has it",
    ),
    (COUNTRIES, "  EU: [AT, ", "  EU: [UK, AT, ", "6:8", "write `GB`, as EN 16931 has it"),
    (PRICING, "define line", "define abroad : Bool = customer.country is UK\n\ndefine line", "11:44", "write `GB`"),
    (PRICING, "define line", "define abroad : Bool = customer.country is one of EL, DE\n\ndefine line", "11:51", "write `GR`"),
    (DISCOUNTS, '"Ten users or more"', "Ten users or more", "6:21", 'write `"Ten users or more"`'),
    (DISCOUNTS, 'because "Sales policy, point 1"', "because Sales policy, point 1", "13:11", 'write `"Sales policy, point 1"`'),
    (DISCOUNTS, 'title fr "Dix utilisateurs ou plus"', "title fr Dix utilisateurs ou plus", "7:12", 'write `"Dix utilisateurs ou plus"`'),
    (DISCOUNTS, "give 10% off", "give 10 percent off", "11:8", "write `10%`"),
    (OFFERS, "1 WORKSPACE, 1", "1 Workspace, 1", "17:14", "did you mean `WORKSPACE`?"),
    (COMPANY, "oss: no", "oss: nee", "19:8", "write `no`"),
    ("plans/payment-terms.yaml", "days: 30", "days: 30 dagen", "7:11", "write `30`"),
]
IDS = [
    "thousands or decimals, in quotes",
    "thousands or decimals",
    "thousands and decimals",
    "a day of a spreadsheet",
    "a day of a spreadsheet, in rules",
    "the day first or the month",
    "the day first or the month, in rules",
    "the day first or the month, with slashes",
    "a day that is none",
    "a day that is none, in rules",
    "a day in words",
    "a moment of a spreadsheet",
    "hundredths",
    "hundredths of nothing",
    "an English amount",
    "a French amount",
    "a blank among thousands",
    "a no-break space among thousands",
    "a no-break space among thousands, in rules",
    "a Dutch amount, in rules",
    "a Dutch amount",
    "a percentage for a factor",
    "twice in a list",
    "a name twice",
    "a language missing",
    "a language of a product missing",
    "a currency in words",
    "wrong check digits",
    "a country in words",
    "a misspelt key",
    "a day of a form",
    "one blank too many",
    "the sign before",
    "the sign before, in a row",
    "the sign and a blank before",
    "the sign behind",
    "a semicolon behind",
    "a no-break space before a key",
    "no-break spaces before a clause",
    "quotes of a word processor, in rules",
    "quotes of a word processor",
    "an apostrophe and a comma",
    "an apostrophe and a comma between quotes",
    "a comma",
    "a colon",
    "a colon on a line",
    "an apostrophe between quotes",
    "small letters",
    "the word of a currency",
    "small letters behind a price",
    "the word behind a price",
    "the code behind a price",
    "a decimal comma",
    "a comment of another language",
    "such a comment behind a clause",
    "such a comment in YAML",
    "such a comment behind a price",
    "Greece in a set",
    "the United Kingdom in a set",
    "the United Kingdom in rules",
    "Greece in rules",
    "a title without quotes",
    "a reason without quotes",
    "a title of a language without quotes",
    "the word of a percentage",
    "a product code in small letters",
    "no in Dutch",
    "a number with its unit",
]
MEANT_OTHERWISE = {"dates-reversed"}
"""What may be told after a remedy was followed: another day was meant than the nearest one."""


@cache
def company() -> Sources:
    """The texts that `centwright init` writes."""
    files = rulebook_files(NewCompany(name="Acme", country="BE", language="en", begins_on=date(2026, 12, 1)))
    return {path: content.decode() for path, content in files.items() if belongs_to_rulebook(PurePath(path))}


def followed(sources: Sources, fix: Fix) -> Sources:
    at = fix.where
    edit = TextEdit(line=at.line, column=at.column, end_line=at.end_line, end_column=at.end_column, text=fix.text)
    return {**sources, at.path: with_edits(at.path, sources[at.path], [edit])}


def problems_of(sources: Sources) -> list[Problem]:
    return sorted(read_all(sources).problems, key=str)


@pytest.mark.parametrize(("file", "old", "new", "place", "remedy"), MISTAKES, ids=IDS)
def test_a_mistake_has_one_message_and_a_remedy_that_mends_it(file: str, old: str, new: str, place: str, remedy: str) -> None:
    text = company().get(file, NEW_LIST)
    assert old in text
    sources = {**company(), file: text.replace(old, new, 1)}
    (problem,) = problems_of(sources)
    assert (str(problem.where), problem.help) == (f"{file}:{place}", remedy)
    told = {f"{problem.message_in(language)} {problem.help_in(language)}" for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    for fix in problem.fixes:
        assert {after.code for after in problems_of(followed(sources, fix))} <= MEANT_OTHERWISE


@pytest.mark.parametrize(
    ("path", "copy", "place", "remedy"),
    [
        (PRICING, "rules/pricing - kopie.rules", "1:8",
         "remove this file if it is a copy of another; otherwise name it `rules/pricing-kopie.rules`"),
        (LIST, "catalog/price-books/list - kopie.yaml", "13:5", "keep one of the two, or give this one another name"),
        (PRODUCTS, "catalog/products/subscriptions (2).yaml", "6:11",
         "remove this file if it is a copy of the other; otherwise give its entries names of their own"),
    ],
    ids=["rules", "a price list", "products"],
)  # fmt: skip
def test_a_copied_file_is_told_once(path: str, copy: str, place: str, remedy: str) -> None:
    (problem,) = problems_of({**company(), copy: company()[path]})
    assert (str(problem.where), problem.help) == (f"{copy}:{place}", remedy)
