"""VAT: the boxes of a return, the documents behind them, supplies to other member states, and the annual listing of customers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Annotated, Final

from api.desk.closing import period_of
from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import issued_documents, vat_figures
from api.store.vat_figures import CodeSum, Declared, DocumentSum, WrittenOff
from engine.dates import Period
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.vat_codes import VatCode

NO_CODES: Final = Kind(
    "no-vat-codes",
    "the rulebook has no vat/codes.yaml, which says what is declared where",
    "write it (vat/README.md says how), and publish",
)
NO_YEAR: Final = Kind("not-a-year", "`{text}` is no year", "write it as 2027")
_Period = Annotated[str | None, Option("A month such as 2027-01, or a quarter such as 2027-Q1 (default: the month of the business date).")]
_DOCUMENTS = ("document", "issued_on", "tax_point", "customer", "name", "vat_number", "code", "base", "base_grid", "vat", "vat_grid")
_BETWEEN_STATES: Final = ("L", "S", "T")


def vat(desk: Desk, period: _Period = None) -> Sheet:
    """Show the boxes of the VAT return of a period. What comes late for one that is closed counts in the first that is open."""
    rulebook, (name, days) = desk.rulebook, _period(desk, period)
    codes, currency = _codes(rulebook), desk.rulebook.currency
    with desk.store.reading() as connection:
        declared = Declared(connection, days, _vat_accounts(rulebook))
        sums, written_off = declared.by_code(), declared.written_off()
    boxes = _boxes(sums, codes)
    given_back = _write_offs(written_off, rulebook)
    of_codes = tuple(_code_row(code, sums, codes, rulebook) for code in dict.fromkeys(each.code for each in sums))
    unknown = sorted({each.code for each in sums} - codes.keys())
    lost = (phrase("in no box, since vat/codes.yaml does not have them: {codes}", codes=", ".join(unknown)),) if unknown else ()
    columns = ("code", "treatment", "listing", "base", "vat", "credited", "credited_vat")
    nets = tuple((text, Money(minor, currency)) for text, minor in _nets(boxes, codes))
    lines = tuple((each.document, each.payment, each.on, each.reason, Money(each.vat, currency)) for each in written_off)
    of_losses = Sheet(name="written-off", columns=("document", "payment", "on", "because", "vat"), rows=lines)
    return Sheet(
        name="vat",
        columns=("grid", "amount"),
        rows=tuple((box, Money(minor, currency)) for box, minor in sorted({**boxes, **given_back}.items())),
        notes=(phrase("period {period}: {begin} to {end}", period=name, begin=days.start, end=days.last), *lost),
        sections=(
            Sheet(name="net", columns=("grids", "amount"), rows=nets),
            Sheet(name="codes", columns=columns, rows=of_codes),
            *((of_losses,) if lines else ()),
        ),
    )


def vat_documents(
    desk: Desk,
    period: _Period = None,
    grid: Annotated[str | None, Option("Only what counts in this box.")] = None,
    code: Annotated[str | None, Option("Only this VAT code.")] = None,
    *,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show the documents behind the boxes of a VAT return, by VAT code. What counts as a credit is below zero."""
    rulebook, (_, days) = desk.rulebook, _period(desk, period)
    codes, currency = _codes(rulebook), rulebook.currency
    wanted = None if grid is None and code is None else _wanted(codes, grid, code)
    filling, (place, _) = Filling[tuple[Cell, ...]](page), page.place
    with desk.store.reading() as connection:
        if place is not None and not issued_documents.dates_of(connection, [place]):
            raise no_row(page.after)
        declared = Declared(connection, days, _vat_accounts(rulebook))
        rows = declared.by_document(wanted, begin=place)
        for number, some in groupby(rows, key=lambda one: one.number):
            if not filling.add(number, [row for one in some for row in _document_row(one, codes, grid, currency)]):
                break
    return Sheet(name="vat-documents", columns=_DOCUMENTS, rows=tuple(filling.rows), next=filling.next)


def ic_listing(desk: Desk, period: _Period = None) -> Sheet:
    """List the supplies to other member states of a period by VAT number: L goods, T triangular trade, S services; corrections apart."""
    rulebook, (_, days) = desk.rulebook, _period(desk, period)
    codes, currency = _codes(rulebook), rulebook.currency
    letters = {name: code.listing for name, code in codes.items() if code.listing in _BETWEEN_STATES}
    sums: dict[tuple[str, str, str], int] = {}
    with desk.store.reading() as connection:
        rows = list(Declared(connection, days, _vat_accounts(rulebook)).by_document(letters))
        corrected = vat_figures.tax_points(connection, {one.corrects for one in rows if one.corrects})
        for one in rows:
            before = corrected.get(one.corrects or "")
            of = f"{before:%Y-%m}" if before is not None and before < days.start else ""
            key = (one.vat_number or "", letters[one.code], of)
            sums[key] = sums.get(key, 0) + one.base
    listed = tuple(
        (number[:2], number[2:], letter, Money(base, currency), of or None) for (number, letter, of), base in sorted(sums.items()) if base
    )
    total = Money(sum(sums.values()), currency)
    columns = ("country", "vat_number", "code", "amount", "corrects_period")
    return Sheet(name="ic-listing", columns=columns, rows=listed, totals={"amount": total} if listed else {})


def annual_listing(
    desk: Desk, year: Annotated[str | None, Option("A year such as 2027 (default: that of the business date).")] = None
) -> Sheet:
    """List the customers of the seller's country by VAT number, with what they were invoiced and credited in a year, and its VAT."""
    rulebook, text = desk.rulebook, year or str(desk.today.year)
    if not (len(text) == len("2027") and text.isdecimal() and text > "1900"):
        raise refuse(NO_YEAR, None, "/year", text=text[:40])
    codes, currency = _codes(rulebook), rulebook.currency
    days = Period(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
    exempt = {name: code.listing == "annual-exempt" for name, code in codes.items() if code.listing in ("annual", "annual-exempt")}
    prefix = rulebook.countries.vat_prefixes.get(rulebook.company.seller.country, rulebook.company.seller.country)
    with desk.store.reading() as connection:
        rows = [
            one
            for one in Declared(connection, days, _vat_accounts(rulebook)).by_document(exempt)
            if (one.vat_number or "").startswith(prefix)
        ]
    names = {one.vat_number: one.name for one in rows}
    taxed = {one.vat_number for one in rows if not exempt[one.code]}
    above = rulebook.vat.annual_listing_above
    floor = above.times(Fraction(1)).minor if above else 0
    sums: dict[str | None, tuple[int, int]] = {}
    for one in rows:
        base, amount = sums.get(one.vat_number, (0, 0))
        sums[one.vat_number] = base + one.base, amount + one.vat
    listed = [
        (number, names[number], Money(base, currency), Money(amount, currency))
        for number, (base, amount) in sorted(sums.items(), key=str)
        if number in taxed and base > floor
    ]
    totals = {"turnover": Money(sum(row[2].minor for row in listed), currency), "vat": Money(sum(row[3].minor for row in listed), currency)}
    return Sheet(name="annual-listing", columns=("vat_number", "name", "turnover", "vat"), rows=tuple(listed), totals=totals)


def _period(desk: Desk, text: str | None) -> tuple[str, Period]:
    return period_of(text or f"{desk.today:%Y-%m}")


def _codes(rulebook: Rulebook) -> Mapping[str, VatCode]:
    if not rulebook.vat_codes:
        raise refuse(NO_CODES)
    return rulebook.vat_codes


def _vat_accounts(rulebook: Rulebook) -> tuple[str, ...]:
    oss = rulebook.accounts.role("oss-vat-due")
    return (rulebook.accounts.vat_due.number, *((oss.number,) if oss else ()))


def _boxes(sums: Iterable[CodeSum], codes: Mapping[str, VatCode]) -> dict[str, int]:
    """What stands in each box: credits are written without a sign."""
    boxes: dict[str, int] = {}
    for each in sums:
        sign = -1 if each.is_credit else 1
        for box, amount in zip(_boxes_of(codes.get(each.code), each.is_credit), (each.base, each.vat), strict=True):
            if box is not None:
                boxes[box] = boxes.get(box, 0) + sign * amount
    return boxes


def _write_offs(written_off: Iterable[WrittenOff], rulebook: Rulebook) -> dict[str, int]:
    """What VAT of write-offs adds to the boxes: in favour of the seller, or where more was taken back than written off, of the state."""
    boxes, amount = rulebook.vat.written_off, sum(each.vat for each in written_off)
    if boxes is None or not amount:
        return {}
    return {boxes.given_back: amount} if amount > 0 else {boxes.owed_again: -amount}


def _boxes_of(code: VatCode | None, is_credit: bool) -> tuple[str | None, str | None]:
    """The boxes of the base and of the VAT."""
    if code is None:
        return None, None
    grids = code.grids
    return (grids.credit_base, grids.credit_vat) if is_credit else (grids.base, grids.vat)


def _nets(boxes: Mapping[str, int], codes: Mapping[str, VatCode]) -> list[tuple[str, int]]:
    """What tools agree on that part invoices and credits otherwise: the boxes that share one of credits, less that one."""
    of_credits: dict[str, set[str]] = {}
    for code in codes.values():
        for box, credit in ((code.grids.base, code.grids.credit_base), (code.grids.vat, code.grids.credit_vat)):
            if box is not None and credit is not None:
                of_credits.setdefault(credit, set()).add(box)
    return [
        (f"{' + '.join(sorted(plus))} - {credit}", sum(boxes.get(box, 0) for box in plus) - boxes.get(credit, 0))
        for credit, plus in sorted(of_credits.items())
    ]


def _code_row(name: str, sums: Iterable[CodeSum], codes: Mapping[str, VatCode], rulebook: Rulebook) -> tuple[Cell, ...]:
    of = {each.is_credit: (each.base, each.vat) for each in sums if each.code == name}
    code, invoiced, credited = codes.get(name), of.get(False, (0, 0)), of.get(True, (0, 0))
    amounts = (Money(minor, rulebook.currency) for minor in (*invoiced, *(-each for each in credited)))
    return (name, code.treatment if code else None, code.listing if code else None, *amounts)


def _document_row(one: DocumentSum, codes: Mapping[str, VatCode], grid: str | None, currency: Currency) -> Iterator[tuple[Cell, ...]]:
    """What a document has of one code; nothing where that does not count in a box that is asked for."""
    boxes = _boxes_of(codes.get(one.code), vat_figures.is_credit(one.base, one.vat))
    if grid in (None, *boxes):
        about = (one.number, one.issued_on, one.tax_point, one.customer, one.name, one.vat_number, one.code)
        yield (*about, Money(one.base, currency), boxes[0], Money(one.vat, currency), boxes[1])


def _wanted(codes: Mapping[str, VatCode], grid: str | None, code: str | None) -> Collection[str]:
    """The codes that count in a box, or the one that is asked for."""
    named = codes if code is None else {name: each for name, each in codes.items() if name == code}
    return [name for name, each in named.items() if grid is None or grid in dict.fromkeys(each.grids.by_key().values())]
