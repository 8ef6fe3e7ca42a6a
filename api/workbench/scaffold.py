"""The scaffold of a new company's rulebook: files of the skeleton and of the shipped rulebook, with placeholders filled."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from api.installation import SHIPPED
from api.workbench.package_source import PACKAGE_WITHOUT_CI, check_package
from api.workbench.schema_files import schema_texts
from engine.code_lists.code_list import COUNTRIES
from engine.countries.registry import country_of
from engine.dates import month_after
from engine.documents.document import Language
from engine.money import Currency, Percent
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.text.country_codes import country_remedy

Hosting = Literal["github", "gitlab", "none"]
HOSTINGS: Final[tuple[Hosting, ...]] = ("github", "gitlab", "none")
CI_FILES: Final[Mapping[Hosting, str]] = {"github": ".github/workflows/rulebook.yml", "gitlab": ".gitlab-ci.yml"}
"""The file in which the setting CENTWRIGHT_PACKAGE stands, by hosting."""

NO_SUCH_COUNTRY: Final = Kind("no-such-country", "`{country}` is no country of ISO 3166", "{remedy}")
NO_SUCH_CURRENCY: Final = Kind("no-such-currency", "`{currency}` is no currency of ISO 4217", "write three letters such as EUR")
RATE_NEEDED: Final = Kind(
    "rate-needed", "the standard VAT rate of {country} is not known here, and is not guessed", "add it with its sign: `--vat-rate 10%`"
)
CURRENCY_NEEDED: Final = Kind("currency-needed", "the currency of a seller in {country} is not known here", "add it: `--currency USD`")
NOT_A_RATE: Final = Kind("not-a-rate", "`{text}` is no VAT rate", "write it with its sign, such as `10%`")
BAD_COMPANY_NAME: Final = Kind("bad-company-name", "this cannot be the name of a company", "write 1 to 100 characters on one line")

_AMOUNTS: Final = (1, 2, 15, 32, 40, 50, 200, 250, 360, 800)
"""Amounts in the skeleton's prices and scenarios, in units of the currency."""
_FIRST_DAY: Final = "2024-01-01"
_ENDINGS: Final = (".yaml", ".yml", ".rules", ".csv", ".md")
_AMOUNT_IN_RULES: Final = re.compile(r"([0-9]+)\.00 EUR( *)(\|?)")
"""An amount of the skeleton's rules, which have no placeholders, so that they can be read and formatted."""
_PLACEHOLDER: Final = re.compile('"<<name>>"|<<[a-z0-9:-]+>>')

_SKELETON: Final = Path(__file__).parent / "skeleton"
_SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "every": ("rules/grouping.rules", "templates", "vat/countries.yaml"),
    "union": ("vat/rates.yaml", "vat/territories.yaml"),
    "belgium": ("plans/reminders.yaml", "rules/channel.rules", "vat/codes.yaml", "vat/mentions.yaml", "vat/treatment.rules"),
    "ci-github": (".github/workflows/comment.yml",),
}
"""Shipped files and folders that are copied, by layer; files of the skeleton replace them."""
_NOT_SHARED: Final = ("README.md", "logo.svg", "logo.png", "logo.jpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """The options of a new company: its name, country, language, first day, currency, VAT rate and CI."""

    name: str
    country: str
    language: Language
    begins_on: date
    currency: str | None = None
    vat_rate: str | None = None
    hosting: Hosting = "none"
    package: str | None = None


def rulebook_files(company: NewCompany) -> dict[str, bytes]:
    """Every file of the new rulebook by its path; Refusal where a rate or currency is missing, or an option is wrong."""
    placeholders = _placeholders(company)
    files: dict[str, bytes] = {}
    for layer in _layers(company):
        files |= _shared_files(_SHARED.get(layer, ()))
        files |= _files_below(_SKELETON / layer)
    filled = {path: _fill(path, content, placeholders) for path, content in sorted(files.items())}
    schemas = {f"schemas/{name}": text.encode() for name, text in schema_texts().items() if not name.startswith("document-")}
    return {**filled, **schemas}


def _layers(company: NewCompany) -> Iterator[str]:
    """The layers of the new rulebook; a later one replaces files of an earlier one."""
    place = _place(company.country)
    yield "every"
    yield "union" if place and not place["standard_rate"] else "elsewhere"
    if company.country == "BE":
        yield "belgium"
    if company.hosting != "none":
        yield "ci"
        yield f"ci-{company.hosting}"


def _placeholders(company: NewCompany) -> Mapping[str, str]:
    """The text for each placeholder of the skeleton, such as `<<country>>`."""
    country = company.country
    if country not in COUNTRIES:
        raise refuse(NO_SUCH_COUNTRY, country=country[:40], remedy=country_remedy(country))
    if not company.name.strip() or len(company.name) > 100 or not company.name.isprintable():
        raise refuse(BAD_COMPANY_NAME)
    place = _place(country)
    currency = _currency(company, place)
    abroad = "BE" if country == "DE" else "DE"
    number = place["vat_number"] if place else f"{country}000000000"
    name = company.name.strip()
    texts = {
        "name": name,
        "country": country,
        "language": company.language,
        "vat-number": number,
        "enterprise-number": _enterprise_number(country, number),
        "currency": currency.code,
        "time-zone": place["time_zone"] if place else "UTC",
        "cut-over": str(company.begins_on.replace(day=1)),
        "earlier": str(month_after(company.begins_on.replace(day=1), -3)),
        "abroad": abroad,
        "abroad-number": _PLACES[abroad]["vat_number"],
        "rate": _rate(company, place),
        "rate-from": place["rate_from"] if place and place["rate_from"] and company.vat_rate is None else _FIRST_DAY,
        "package": _package(company),
        **{f"price:{amount}": _price(amount, currency) for amount in _AMOUNTS},
    }
    return {'"<<name>>"': json.dumps(name, ensure_ascii=False)} | {f"<<{placeholder}>>": text for placeholder, text in texts.items()}


def _enterprise_number(country: str, vat_number: str) -> str:
    """The number in the register that the example of a VAT number contains, or another example; the VAT number where none is checked."""
    register = country_of(country).register
    if register is None:
        return vat_number
    return register.example if register.identifier_of_vat_number is None else register.identifier_of_vat_number(vat_number)


def _currency(company: NewCompany, place: Mapping[str, str] | None) -> Currency:
    text = company.currency or (place["currency"] if place else None)
    if text is None:
        raise refuse(CURRENCY_NEEDED, country=company.country)
    try:
        return Currency.of(text)
    except ValueError:
        raise refuse(NO_SUCH_CURRENCY, currency=text[:40]) from None


def _rate(company: NewCompany, place: Mapping[str, str] | None) -> str:
    """The standard rate of a country whose rates are not shipped: as given, or as the skeleton knows it."""
    standard = place["standard_rate"] if place else ""
    if company.vat_rate is None:
        if place is None:
            raise refuse(RATE_NEEDED, country=company.country)
        return standard
    try:
        rate = Percent.parse(company.vat_rate)
    except ValueError:
        raise refuse(NOT_A_RATE, text=company.vat_rate[:40]) from None
    if not company.vat_rate.endswith("%") or not 0 <= rate.fraction < 1:
        raise refuse(NOT_A_RATE, text=company.vat_rate[:40])
    return company.vat_rate


def _package(company: NewCompany) -> str:
    """The address from which CI installs the program; empty where none was given, so that CI stops and asks for it."""
    if company.package is None:
        return ""
    if company.hosting == "none":
        raise refuse(PACKAGE_WITHOUT_CI)
    return check_package(company.package)


def _price(amount: int, currency: Currency) -> str:
    return f"{amount}.{'0' * currency.exponent}" if currency.exponent else str(amount)


def _fill(path: str, content: bytes, placeholders: Mapping[str, str]) -> bytes:
    """A file with its placeholders replaced, and with the path of its schema in the new folder."""
    if not path.endswith(_ENDINGS):
        return content
    text = content.decode().replace("../docs/schemas/", "../schemas/")
    if path.endswith(".rules"):
        text = _AMOUNT_IN_RULES.sub(lambda match: _in_currency(match, placeholders), text)
    return _PLACEHOLDER.sub(lambda match: placeholders[match[0]], text).encode()


def _in_currency(match: re.Match[str], placeholders: Mapping[str, str]) -> str:
    """An amount of a rule in the company's currency; in a table its cell keeps its width."""
    amount = f"{placeholders[f'<<price:{match[1]}>>']} {placeholders['<<currency>>']}"
    return amount.ljust(len(match[0]) - 1) + "|" if match[3] else amount + match[2]


def _shared_files(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The shipped files at these paths of files or folders."""
    for place in (SHIPPED / path for path in paths):
        files = [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.is_file())
        for file in files:
            if file.name not in _NOT_SHARED:
                yield file.relative_to(SHIPPED).as_posix(), file.read_bytes()


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        # Linters check every `.py` file, and tools of the checkout read hidden files as their settings.
        parts = (f".{part.removeprefix('dot-')}" if part.startswith("dot-") else part for part in file.relative_to(folder).parts)
        yield "/".join(parts).removesuffix(".txt"), file.read_bytes()


def _place(country: str) -> Mapping[str, str] | None:
    """The skeleton's data about a country: sample VAT number, currency, time zone, and the standard rate outside the Union."""
    return _PLACES.get(country)


_PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    row["country"]: row for row in csv.DictReader((_SKELETON / "places.csv").read_text("utf-8").splitlines())
}
EXAMPLES_REMARK: Final = phrase("its VAT number, IBAN and addresses are examples: put yours into company.yaml")
