"""A new company's rulebook: the texts of a skeleton that passes `check`, filled with what is known of the company."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal

from api.workbench.schema_files import schema_texts
from engine.dates import month_after
from engine.documents.party import Language
from engine.money import Currency, Percent
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.iso_countries import COUNTRIES
from engine.text.nearest import suggestion

Hosting = Literal["github", "gitlab", "none"]
HOSTINGS: Final[tuple[Hosting, ...]] = ("github", "gitlab", "none")

NO_SUCH_COUNTRY: Final = Kind("no-such-country", "`{country}` is no country of ISO 3166", "{remedy}")
NO_SUCH_CURRENCY: Final = Kind("no-such-currency", "`{currency}` is no currency of ISO 4217", "write three letters such as EUR")
RATE_NEEDED: Final = Kind(
    "rate-needed", "the standard VAT rate of {country} is not known here, and is not guessed", "add it with its sign: `--vat-rate 10%`"
)
CURRENCY_NEEDED: Final = Kind("currency-needed", "the currency of a seller in {country} is not known here", "add it: `--currency USD`")
NOT_A_RATE: Final = Kind("not-a-rate", "`{text}` is no VAT rate", "write it with its sign, such as `10%`")
BAD_COMPANY_NAME: Final = Kind("bad-company-name", "this cannot be the name of a company", "write 1 to 100 characters on one line")

_AMOUNTS: Final = (15, 32, 40, 360, 800)
"""Prices in the skeleton, and what its scenarios expect of them, in units of the currency."""
_FIRST_DAY: Final = "2024-01-01"
_ENDINGS: Final = (".yaml", ".rules", ".csv", ".md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What is known of a company that begins: where it sells from, in which currency, and from which day."""

    name: str
    country: str
    language: Language
    begins_on: date
    currency: str | None = None
    vat_rate: str | None = None
    hosting: Hosting = "none"


def skeleton(newcomer: Newcomer) -> dict[str, bytes]:
    """Every file of the new rulebook by its path; Refusal where something is not known that law or money depends on."""
    words = _words(newcomer)
    found: dict[str, bytes] = {}
    for layer in _layers(newcomer):
        for path, content in _files_below(files("api.workbench").joinpath("skeleton", layer)):
            found[path] = content
    filled = {path: _filled(path, content, words) for path, content in sorted(found.items())}
    schemas = {f"schemas/{name}": text.encode() for name, text in schema_texts().items() if not name.startswith("document-")}
    return {**filled, **schemas}


def _layers(newcomer: Newcomer) -> Iterator[str]:
    """The folders of the skeleton that are laid over each other, later ones before earlier ones."""
    place = _place(newcomer.country)
    yield "every"
    yield "law"
    yield "union" if place and not place["standard_rate"] else "elsewhere"
    if newcomer.country == "BE":
        yield "belgium"
    if newcomer.hosting != "none":
        yield f"ci-{newcomer.hosting}"


def _words(newcomer: Newcomer) -> Mapping[str, str]:
    """What stands between `<<` and `>>` in the skeleton."""
    country = newcomer.country
    if country not in COUNTRIES:
        raise refuse(NO_SUCH_COUNTRY, country=country[:40], remedy=suggestion(country, COUNTRIES))
    if not newcomer.name.strip() or len(newcomer.name) > 100 or not newcomer.name.isprintable():
        raise refuse(BAD_COMPANY_NAME)
    place = _place(country)
    currency = _currency(newcomer, place)
    abroad = "BE" if country == "DE" else "DE"
    number = place["vat_number"] if place else f"{country}000000000"
    return {
        "name": newcomer.name.strip(),
        "country": country,
        "language": newcomer.language,
        "vat-number": number,
        "enterprise-number": number.removeprefix("BE"),
        "currency": currency.code,
        "time-zone": place["time_zone"] if place else "UTC",
        "cut-over": str(newcomer.begins_on.replace(day=1)),
        "earlier": str(month_after(newcomer.begins_on.replace(day=1), -3)),
        "abroad": abroad,
        "abroad-number": _PLACES[abroad]["vat_number"],
        "rate": _rate(newcomer, place),
        "rate-from": place["rate_from"] if place and place["rate_from"] and newcomer.vat_rate is None else _FIRST_DAY,
        **{f"price:{amount}": _price(amount, currency) for amount in _AMOUNTS},
    }


def _currency(newcomer: Newcomer, place: Mapping[str, str] | None) -> Currency:
    text = newcomer.currency or (place["currency"] if place else None)
    if text is None:
        raise refuse(CURRENCY_NEEDED, country=newcomer.country)
    try:
        return Currency.of(text)
    except ValueError:
        raise refuse(NO_SUCH_CURRENCY, currency=text[:40]) from None


def _rate(newcomer: Newcomer, place: Mapping[str, str] | None) -> str:
    """The standard rate of a country whose rates do not come with the skeleton; as it was given, or as it is known."""
    known = place["standard_rate"] if place else ""
    if newcomer.vat_rate is None:
        if place is None:
            raise refuse(RATE_NEEDED, country=newcomer.country)
        return known
    try:
        rate = Percent.parse(newcomer.vat_rate)
    except ValueError:
        raise refuse(NOT_A_RATE, text=newcomer.vat_rate[:40]) from None
    if not newcomer.vat_rate.endswith("%") or not 0 <= rate.fraction < 1:
        raise refuse(NOT_A_RATE, text=newcomer.vat_rate[:40])
    return newcomer.vat_rate


def _price(amount: int, currency: Currency) -> str:
    return f"{amount}.{'0' * currency.exponent}" if currency.exponent else str(amount)


def _filled(path: str, content: bytes, words: Mapping[str, str]) -> bytes:
    """A file with the words put in; schemas are named where they lie in the new folder."""
    if not path.endswith(_ENDINGS):
        return content
    text = content.decode().replace("../docs/schemas/", "../schemas/")
    for name, word in words.items():
        marked = f"<<{name}>>"
        if name == "name" and path.endswith(".yaml"):
            text = text.replace(f'"{marked}"', json.dumps(word, ensure_ascii=False))
        text = text.replace(marked, word)
    return text.encode()


def _files_below(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _files_below(entry, f"{above}{_unhidden(entry.name)}/")
        else:
            # Builders of packages leave out what is hidden, and linters take any `.py` for code of the program.
            yield f"{above}{_unhidden(entry.name)}", entry.read_bytes()


def _unhidden(name: str) -> str:
    return (f".{name.removeprefix('dot-')}" if name.startswith("dot-") else name).removesuffix(".txt")


def _place(country: str) -> Mapping[str, str] | None:
    """What is known of a country: an example of a VAT number, currency, time zone, and the standard rate outside the Union."""
    return _PLACES.get(country)


_PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    row["country"]: row for row in csv.DictReader(files("api.workbench").joinpath("skeleton", "places.csv").read_text("utf-8").splitlines())
}
SAID_OF_EXAMPLES: Final = phrase("its VAT number, IBAN and addresses are examples: put yours into company.yaml")
