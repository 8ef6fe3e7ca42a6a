"""Checks of company.yaml: numbers that banks and states gave the seller, formats of document numbers, days in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum import iban
from stdnum.be import vat as belgian_number
from stdnum.eu import vat as european_number
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from engine.problems import Problem
from engine.rulebook.checks.number_formats import Format, common_number, read_format
from engine.rulebook.company import Company, Numbering
from engine.rulebook.gathering import Entry, Gathered
from engine.rulebook.mistakes import (
    BAD_ADDRESS,
    BAD_ENTERPRISE,
    BAD_IBAN,
    BAD_VAT_NUMBER,
    BAD_ZONE,
    FORMAT,
    HORIZON,
    PROBABILITY,
    SAME_NUMBERS,
)
from engine.rulebook.opportunities import Stage

_ADDRESS: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_ZONE: Final = re.compile(r"UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_+-]+){1,2}")
_STATE_OF_MEMBERS: Final = "EU"
_SERIES: Final = {"invoice": "invoices", "credit-note": "credit notes", "quote": "quotes"}


def check_company(gathered: Gathered) -> Iterator[Problem]:
    """The problems of the company, and of the stages of its opportunities."""
    company = gathered.only("company", Company)
    if company is not None:
        if company.has("seller"):
            yield from _seller(company)
        if company.has("numbering"):
            yield from _numbering(company)
        yield from _days(company)
        if not _ZONE.fullmatch(company.written.time_zone):
            yield BAD_ZONE.at(company.at("time-zone"), word=company.written.time_zone[:60])
    for stage in gathered.of("stages", Stage).values():
        if not 0 <= stage.written.probability.fraction <= 1:
            yield PROBABILITY.at(stage.at("probability"), probability=stage.written.probability)


def _seller(entry: Entry[Company]) -> Iterator[Problem]:
    seller = entry.written.seller
    wrong = _wrong_vat_number(seller.country, seller.vat_number)
    if wrong:
        yield BAD_VAT_NUMBER.at(entry.at("seller", "vat-number"), word=seller.vat_number[:40], country=seller.country, what=wrong)
    if seller.country == "BE":
        wrong = _wrong(belgian_number, seller.enterprise_number)
        if wrong:
            yield BAD_ENTERPRISE.at(entry.at("seller", "enterprise-number"), word=seller.enterprise_number[:40], what=wrong)
    if not iban.is_valid(seller.iban, check_country=False):
        yield BAD_IBAN.at(entry.at("seller", "iban"), word=seller.iban[:60])
    if not _ADDRESS.fullmatch(seller.email):
        yield BAD_ADDRESS.at(entry.at("seller", "email"), word=seller.email[:80])


def _wrong_vat_number(country: str, number: str) -> str | None:
    """What is wrong with a VAT number, or None; a country whose numbers are not known here is believed."""
    prefix = "EL" if country == "GR" else country
    if prefix.lower() not in european_number.MEMBER_STATES and prefix != "EL":
        return None
    if not number.upper().replace(" ", "").startswith(prefix):
        return f"it does not begin with {prefix}"
    return _wrong(european_number, number)


def _wrong(checker: object, number: str) -> str | None:
    try:
        checker.validate(number)  # type: ignore[attr-defined]  # a module of stdnum
    except InvalidChecksum:
        return "its check digits do not fit"
    except InvalidLength:
        return "it has too many or too few digits"
    except (InvalidFormat, ValidationError):
        return "it has not the form of such a number"
    return None


def _numbering(entry: Entry[Company]) -> Iterator[Problem]:
    formats: dict[str, Format] = {}
    for key, text in _texts(entry.written.numbering).items():
        where = entry.at("numbering", key) if key in entry.node["numbering"] else entry.key("numbering")
        found = read_format(text)
        if isinstance(found, tuple):
            yield FORMAT.at(where, word=text[:60], what=found[0], remedy=found[1])
            continue
        for other, other_format in formats.items():
            example = common_number(found, other_format)
            if example is not None:
                yield SAME_NUMBERS.at(where, word=text[:60], example=example, other=f"the series of {_SERIES[other]}")
        formats[key] = found


def _texts(numbering: Numbering) -> dict[str, str]:
    return {"invoice": numbering.invoice, "credit-note": numbering.credit_note, "quote": numbering.quote}


def _days(entry: Entry[Company]) -> Iterator[Problem]:
    company = entry.written
    if company.rules_answer_until <= company.rules_answer_from:
        what = f"the rules answer until {company.rules_answer_until}, which is not after {company.rules_answer_from}"
        yield HORIZON.at(entry.at("rules-answer-until"), what=what, remedy="write a later day")
    elif company.cut_over and not company.rules_answer_from <= company.cut_over <= company.rules_answer_until:
        what = f"the cut-over {company.cut_over} is not a day on which the rules answer"
        remedy = f"write a day from {company.rules_answer_from} to {company.rules_answer_until}, or change those"
        yield HORIZON.at(entry.at("cut-over"), what=what, remedy=remedy)
