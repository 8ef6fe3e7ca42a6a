"""The movements of a CODA statement: the records 2 with their details, texts joined, and the records 3 that say more of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from api.importing.bank.bank_problems import AGAIN, DETAILS_DIFFER, REFERENCE_DIGITS
from api.importing.bank.coda_lines import CodaLine
from engine.countries.belgium import iban_of
from engine.countries.default_country import is_iban
from engine.countries.payment_references import read_reference
from engine.documents.bank_statement import BankMovement, Counterparty, PaymentReturn, ReturnKind
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind

OUT_OF_PLACE: Final = Kind("coda-out-of-place", "a record {record} cannot follow a record {before}", AGAIN)
OTHER_MOVEMENT: Final = Kind(
    "coda-other-movement", "this record belongs to {found} (movement and detail), and the one before it to {expected}", AGAIN
)
NOT_COUNTED_UP: Final = Kind("coda-sequence", "the number {found} comes after {before}; numbers of movements and details count up", AGAIN)
DETAIL_CODE: Final = Kind(
    "coda-detail-code", "the code `{code}` is that of a {is_of}, and the record has the detail number {detail}", AGAIN
)

_MOVEMENT_CODES: Final = "0123"
_TOTALS: Final = "12"
_DETAIL_CODES: Final = "56789"
_OF_A_DETAIL: Final = "9"
_OF_PARTS: Final = "3"
"""A movement whose details are the parts of its amount: what the payer gave, and what the bank kept of it."""
_CORRECTIONS: Final = ("49", "99")
"""The operations of each family that cancel or correct."""
_RETURNS: Final[dict[str, ReturnKind]] = {"1": "reject", "2": "return", "3": "refund", "4": "reversal", "5": "cancellation"}
_REASON: Final = re.compile("[A-Z]{2}[0-9A-Z]{2}")
_TEXT: Final = {"2.1": (63, 115), "2.2": (11, 63), "2.3": (83, 125)}
_INFORMATION: Final = {"3.1": (41, 113), "3.2": (11, 115), "3.3": (11, 100)}
_FOLLOWS: Final = {
    "2.2": ("2.1",),
    "2.3": ("2.1", "2.2"),
    "3.1": ("2.1", "2.2", "2.3", "3.1", "3.2", "3.3"),
    "3.2": ("3.1",),
    "3.3": ("3.1", "3.2"),
}


@dataclass(slots=True)
class _Parts:
    """The records of one movement or detail by their kind, and those of each information on it."""

    lines: dict[str, CodaLine]
    information: list[dict[str, CodaLine]] = field(default_factory=list)

    @property
    def first(self) -> CodaLine:
        return self.lines["2.1"]


def read_movements(lines: Iterable[CodaLine], currency: Currency) -> tuple[BankMovement, ...]:
    """The movements of the records 2 and 3 of a statement, in their order; what is wrong is added to the problems of the lines."""
    movements, before, rounds = list[BankMovement](), "", 0
    for whole, *details in _by_movement(_parts(lines)):
        line = whole.first
        if line.movement <= before:
            if before == "9999" and line.movement in ("0000", "0001"):
                rounds += 1
            else:
                line.report(NOT_COUNTED_UP, 3, 6, found=line.movement, before=before)
        before = line.movement
        number = rounds * 10_000 + (int(before) if before.isdigit() else 0)
        movement = _movement(whole, currency, number)
        parts = _details(details, currency, number)
        movement = replace(movement, details=parts, is_total=movement.code[:1] in _TOTALS)
        if movement.is_total and parts and not movement.adds_up:
            total = sum(part.amount.minor for part in parts)
            line.report(DETAILS_DIFFER, 33, 47, found=replace(movement.amount, minor=total), amount=movement.amount)
        movements.append(replace(movement, charge=_charge(movement)))
    return tuple(movements)


def _charge(movement: BankMovement) -> Money | None:
    """What the bank kept of what was received: the parts below zero, where all of them make the amount."""
    if movement.code[:1] != _OF_PARTS or movement.amount.minor <= 0 or not movement.adds_up:
        return None
    total = -sum(part.amount.minor for part in movement.details if part.amount.minor < 0)
    return Money(total, movement.amount.currency) if total else None


def _parts(lines: Iterable[CodaLine]) -> list[_Parts]:
    """The records of each movement and each detail together, in the order of the file."""
    groups: list[_Parts] = []
    before: CodaLine | None = None
    for line in lines:
        kind = line.record
        if kind == "2.1":
            groups.append(_Parts({kind: line}))
        elif before is None or before.record not in _FOLLOWS.get(kind, ()):
            line.report(OUT_OF_PLACE, 1, 2, record=kind, before=before.record if before else "1")
            continue
        elif kind == "3.1":
            groups[-1].information.append({kind: line})
            _belongs(line, groups[-1].first, 6)
        else:
            target = groups[-1].lines if kind.startswith("2") else groups[-1].information[-1]
            target[kind] = line
            _belongs(line, before, 10)
        before = line
    return groups


def _belongs(line: CodaLine, before: CodaLine, last: int) -> None:
    """A record of the same movement has the same numbers."""
    numbers, expected = line.piece(3, last), before.piece(3, last)
    if numbers != expected:
        line.report(OTHER_MOVEMENT, 3, last, found=numbers, expected=expected)


def _by_movement(parts: Iterable[_Parts]) -> list[list[_Parts]]:
    """Each movement with its details."""
    groups: list[list[_Parts]] = []
    for each in parts:
        line = each.first
        line.whole_number(3, 6)
        detail, code = line.whole_number(7, 10), line.piece(54, 54)
        if code not in (_DETAIL_CODES if detail else _MOVEMENT_CODES):
            is_of = phrase("movement") if code in _MOVEMENT_CODES else phrase("detail")
            line.report(DETAIL_CODE, 54, 54, code=code, is_of=is_of, detail=line.detail)
        if not detail:
            groups.append([each])
        elif groups and groups[-1][0].first.movement == line.movement:
            if line.detail <= groups[-1][-1].first.detail:
                line.report(NOT_COUNTED_UP, 7, 10, found=line.detail, before=groups[-1][-1].first.detail)
            groups[-1].append(each)
        else:
            expected = groups[-1][0].first.movement if groups else "0000"
            line.report(OTHER_MOVEMENT, 3, 6, found=line.movement, expected=expected)
    return groups


def _details(parts: Iterable[_Parts], currency: Currency, number: int) -> tuple[BankMovement, ...]:
    """The details of a movement; those of the second level stand within theirs."""
    details: list[BankMovement] = []
    for each in parts:
        detail = _movement(each, currency, number)
        if detail.code[:1] == _OF_A_DETAIL and details:
            details[-1] = replace(details[-1], details=(*details[-1].details, detail))
        else:
            details.append(detail)
    return tuple(details)


def _movement(parts: _Parts, currency: Currency, number: int) -> BankMovement:
    line = parts.first
    second, third = parts.lines.get("2.2"), parts.lines.get("2.3")
    is_structured = line.one_of(62, "01") == "1"
    reference, text, mandate, returned = _communication(parts) if is_structured else (None, _joined(parts.lines, _TEXT), None, None)
    line.whole_number(54, 61)
    return BankMovement(
        number=number,
        detail=line.whole_number(7, 10),
        amount=line.amount(33, currency, sign_at=32),
        value_date=line.day_or_none(48),
        entry_date=line.day(116),
        reference=reference,
        text=text,
        structured=_padded(parts.lines).rstrip() if is_structured else "",
        counterparty=_counterparty(second, third, parts.information),
        code=line.piece(54, 61),
        bank_reference=line.word(11, 31),
        customer_reference=second.word(64, 98) if second else "",
        mandate=mandate,
        is_reversal=line.piece(57, 58) in _CORRECTIONS,
        returned=returned or (_returned(second) if second else None),
        information=tuple(filter(None, (_joined(each, _INFORMATION) for each in parts.information if each["3.1"].one_of(40, "01") == "0"))),
    )


def _communication(parts: _Parts) -> tuple[str | None, str, str | None, PaymentReturn | None]:
    """Of a structured communication: the reference, the text, the mandate, and why it came back."""
    whole = _padded(parts.lines)
    kind, body = whole[:3], whole[3:]
    match kind:
        case "101" | "102":
            reference = read_reference(body[:12])
            return reference, "" if reference else _doubtful(parts.first, body), None, None
        case "100":
            reference = read_reference(body)
            return reference, "" if reference else _doubtful(parts.first, body), None, None
        case "127":
            came_back = _RETURNS.get(body[141:142])
            returned = PaymentReturn(kind=came_back, reason=_reason(body[142:146])) if came_back else None
            return None, body[79:141].strip(), body[44:79].strip() or None, returned
    return None, "", None, None


def _doubtful(line: CodaLine, body: str) -> str:
    """A communication whose check digits do not fit, as free text."""
    text = " ".join(body.split())
    line.report(REFERENCE_DIGITS, 63, 115, text=text)
    return text


def _padded(lines: dict[str, CodaLine]) -> str:
    """The communication with every position where the standard has it, also where a record is left out."""
    return "".join(lines[kind].piece(*span) if kind in lines else " " * (span[1] + 1 - span[0]) for kind, span in _TEXT.items())


def _joined(lines: dict[str, CodaLine], spans: dict[str, tuple[int, int]]) -> str:
    """A free text of several records, without the blanks at its end."""
    return "".join(lines[kind].piece(*span) for kind, span in spans.items() if kind in lines).rstrip()


def _counterparty(second: CodaLine | None, third: CodaLine | None, information: Sequence[dict[str, CodaLine]]) -> Counterparty:
    """Who paid, of the records 2.2 and 2.3; the name of a record 3 where these have none."""
    name = third.word(48, 82) if third else ""
    account = third.word(11, 44).split(" ")[0] if third else ""
    iban = account if is_iban(account) else iban_of(account)
    named = (each["3.1"] for each in information if each["3.1"].piece(40, 43) == "1001")
    return Counterparty(
        name=name or next((line.word(44, 113) for line in named), ""),
        iban=iban,
        account=None if iban or not account.strip("0") else account,
        bic=(second.word(99, 109) or None) if second else None,
    )


def _returned(second: CodaLine) -> PaymentReturn | None:
    """Why a payment came back, of a record 2.2. Older files have other things there: only what is written as a reason counts."""
    kind = _RETURNS.get(second.piece(113, 113))
    reason = _reason(second.piece(114, 117))
    if kind is None or second.word(110, 112) or (reason is None and second.word(114, 117)):
        return None
    return PaymentReturn(kind=kind, reason=reason)


def _reason(text: str) -> str | None:
    return text if _REASON.fullmatch(text) else None
