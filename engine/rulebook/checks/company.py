"""Checks company.yaml: registration and bank numbers of the seller, formats of document numbers, days in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.countries.country import Country
from engine.countries.default_country import is_bic, is_iban
from engine.countries.registry import country_of
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem
from engine.rulebook.checks.number_formats import Format, common_number, read_format
from engine.rulebook.company import Company, Numbering
from engine.rulebook.facts import bad_vat_number
from engine.rulebook.rules_folder import Stage
from engine.rulebook.yaml_entries import Gathered
from engine.text.yaml_tree import Block, Node, Scalar, child

BAD_ENTERPRISE: Final = Kind(
    "bad-enterprise-number",
    "`{word}` is not a valid enterprise number: {what}",
    "{remedy}",
)
BAD_IBAN: Final = Kind("bad-iban", "`{word}` is not a valid IBAN: its check digits do not fit", "copy it again from the bank")
BAD_BIC: Final = Kind(
    "bad-bic", "`{word}` is not a BIC", "write the eight or eleven letters and digits of the bank, such as `GKCCBEBB`, or leave it out"
)
BAD_ADDRESS: Final = Kind("bad-e-mail", "`{word}` is no e-mail address", "write one address, such as `billing@example.com`")
BAD_ZONE: Final = Kind("bad-time-zone", "`{word}` is no time zone", "write a continent and a city, such as `Europe/Brussels`")
FORMAT: Final = Kind("bad-number-format", "`{word}`: {what}", "{remedy}")
SAME_NUMBERS: Final = Kind(
    "same-numbers",
    "`{word}` can print `{example}`, which {other} can print too",
    "begin one of them with a letter of its own, such as `C{{year}}-{{number:05}}`",
)
HORIZON: Final = Kind("horizon", "{what}", "{remedy}")
PROBABILITY: Final = Kind("probability", "{probability}% cannot be a probability", "write a percentage from 0% to 100%")

_ADDRESS: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_ZONE: Final = re.compile(r"UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_+-]+){1,2}")
_SERIES: Final = {"invoice": phrase("invoices"), "credit-note": phrase("credit notes"), "quote": phrase("quotes")}
_DEFAULTS: Final = {"quote": str(Numbering.model_fields["quote"].default)}


def check_company(gathered: Gathered) -> Iterator[Problem]:
    """Checks the company, and the stages of its opportunities. Each field is checked alone, whatever is wrong with others."""
    for file in gathered.files:
        if file.kind.name == "company":
            yield from _seller(file.tree.root)
            yield from _numbering(file.tree.root)
            yield from _days(file.tree.root)
            zone = _text(file.tree.root, "time-zone")
            if zone is not None and not _ZONE.fullmatch(zone):
                yield BAD_ZONE.at(zone.span, word=zone[:60])
    for stage in gathered.of("stages", Stage).values():
        if not 0 <= stage.written.probability.fraction <= 1:
            yield PROBABILITY.at(stage.at("probability"), probability=stage.written.probability)


def seller_country(gathered: Gathered) -> Country:
    """The country of the seller, even where the rest of company.yaml cannot be read."""
    written = (_text(file.tree.root, "seller", "country") for file in gathered.files if file.kind.name == "company")
    return country_of(str(next((code for code in written if code is not None), "")))


def written_horizon(gathered: Gathered) -> tuple[date, date] | None:
    """The first and last day for which rules must have an answer, where both are written and readable."""
    root = next((file.tree.root for file in gathered.files if file.kind.name == "company"), None)
    written = [root and _text(root, key) for key in ("rules-answer-from", "rules-answer-until")]
    try:
        first, last = (date.fromisoformat(text or "") for text in written)
    except ValueError:
        return None
    return (first, last) if first < last else None


def _text(root: Block, *steps: str) -> Scalar | None:
    """The text at a path of a file; None without one."""
    here: Node | None = root
    for step in steps:
        here = child(here, step) if here is not None else None
    return here if isinstance(here, Scalar) and here else None


def _seller(root: Block) -> Iterator[Problem]:
    code = _text(root, "seller", "country")
    if code is not None and code in COUNTRIES:
        country, vat_number = country_of(str(code)), _text(root, "seller", "vat-number")
        wrong = None if vat_number is None else country.read_vat_number(vat_number)
        if vat_number is not None and isinstance(wrong, Phrase):
            yield bad_vat_number(vat_number, str(code), wrong, vat_number.span)
        register, number = country.register, _text(root, "seller", "enterprise-number")
        wrong = None if register is None or number is None else register.mistake(number)
        if register is not None and number is not None and wrong is not None:
            yield BAD_ENTERPRISE.at(number.span, word=number[:40], what=wrong, remedy=register.remedy)
    account = _text(root, "seller", "iban")
    if account is not None and not is_iban(account):
        yield BAD_IBAN.at(account.span, word=account[:60])
    bank = _text(root, "seller", "bic")
    if bank is not None and not is_bic(bank):
        yield BAD_BIC.at(bank.span, word=bank[:60])
    address = _text(root, "seller", "email")
    if address is not None and not _ADDRESS.fullmatch(address):
        yield BAD_ADDRESS.at(address.span, word=address[:80])


def _numbering(root: Block) -> Iterator[Problem]:
    formats: dict[str, Format] = {}
    for key in _SERIES:
        text = _text(root, "numbering", key)
        number_format = read_format(text if text is not None else _DEFAULTS.get(key, ""))
        if isinstance(number_format, tuple):
            if text is not None:
                yield FORMAT.at(text.span, word=text[:60], what=number_format[0], remedy=number_format[1])
            continue
        for other, other_format in formats.items():
            example = common_number(number_format, other_format)
            if example is not None:
                where = text.span if text is not None else root.keys_at["numbering"]
                series = phrase("the series of {documents}", documents=_SERIES[other])
                yield SAME_NUMBERS.at(where, word=text or _DEFAULTS[key], example=example, other=series)
        formats[key] = number_format


def _days(root: Block) -> Iterator[Problem]:
    if any(key in root and not _is_day(root, key) for key in ("rules-answer-from", "rules-answer-until")):
        return  # reported already
    start, until = _day(root, "rules-answer-from"), _day(root, "rules-answer-until")
    if until <= start:
        what = phrase("the rules answer until {until}, which is not after {start}", until=until, start=start)
        where = root["rules-answer-until"].span if "rules-answer-until" in root else root["rules-answer-from"].span
        yield HORIZON.at(where, what=what, remedy=phrase("write a later day for `rules-answer-until`"))
    elif _is_day(root, "cut-over") and not start <= (cut_over := _day(root, "cut-over")) <= until:
        what = phrase("the cut-over {day} is not a day on which the rules answer", day=cut_over)
        remedy = phrase("write a day from {start} to {until}, or change those", start=start, until=until)
        yield HORIZON.at(root["cut-over"].span, what=what, remedy=remedy)


def _day(root: Block, key: str) -> date:
    """A day of the company; the default where it is missing or no day."""
    text = _text(root, key)
    default: date | None = Company.model_fields[key.replace("-", "_")].default
    return date.fromisoformat(text) if text and _is_day(root, key) else default or Company.model_fields["rules_answer_from"].default


def _is_day(root: Block, key: str) -> bool:
    """Whether a day of the company can be read."""
    try:
        return bool(date.fromisoformat(_text(root, key) or ""))
    except ValueError:
        return False
