"""The entries of a CAMT.053 statement as movements, with the details of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from api.importing.bank.bank_problems import DETAILS_DIFFER, REFERENCE_DIGITS
from api.importing.bank.camt_nodes import CamtNode
from engine.countries.belgium import iban_of
from engine.countries.default_country import is_iban
from engine.countries.payment_references import read_reference
from engine.documents.bank_statement import BankMovement, Counterparty, PaymentReturn
from engine.money import Currency, Money

BOOKED: Final = "BOOK"
_NOT_BOOKED: Final = ("PDNG", "INFO", "FUTR")
_NOT_GIVEN: Final = ("NOTPROVIDED", "NOTAPPLICABLE")


def read_entries(statement: CamtNode, currency: Currency) -> tuple[tuple[BankMovement, ...], int]:
    """The booked entries in their order, numbered by their places, and how many others there are."""
    movements: list[BankMovement] = []
    not_booked = 0
    for number, entry in enumerate(statement.nodes("Ntry"), start=1):
        status = entry.needed("Sts/Cd", "Sts")
        if status is not entry and status.code((BOOKED, *_NOT_BOOKED)) != BOOKED:
            not_booked += 1
            continue
        movements.append(_movement(entry, currency, number))
    return tuple(movements), not_booked


def _movement(entry: CamtNode, currency: Currency, number: int) -> BankMovement:
    amount, value = entry.signed(currency), entry.node("ValDt")
    booked = entry.needed("BookgDt", "ValDt")
    movement = BankMovement(
        number=number,
        amount=amount,
        value_date=value.day() if value else None,
        entry_date=date.min if booked is entry else booked.day(),
        code=_code(entry),
        bank_reference=entry.text("AcctSvcrRef") or entry.text("NtryRef"),
        is_reversal=entry.text("RvslInd") in ("true", "1"),
        information=tuple(filter(None, (entry.text("AddtlNtryInf"),))),
        charge=_charge(entry, amount),
    )
    nodes = [node for group in entry.nodes("NtryDtls") for node in group.nodes("TxDtls")]
    match nodes:
        case []:
            return movement
        case [one]:
            return _with_details(movement, one, currency)
    return _with_several(entry, movement, nodes, currency)


def _with_several(entry: CamtNode, movement: BankMovement, nodes: Sequence[CamtNode], currency: Currency) -> BankMovement:
    """A movement that is the total of its details; where they have no amounts, or others, one payment with the texts of all."""
    amounts = [_amount_of(node, movement.amount, currency) for node in nodes]
    details = tuple(
        _with_details(replace(movement, detail=at, amount=amount or Money(0, currency), information=(), charge=None), node, currency)
        for at, (node, amount) in enumerate(zip(nodes, amounts, strict=True), start=1)
    )
    whole = replace(movement, details=details, is_total=None not in amounts)
    if not whole.adds_up:
        total = Money(sum(each.amount.minor for each in details), currency)
        entry.report(DETAILS_DIFFER, found=total, amount=movement.amount)
        return replace(whole, text=" ".join(filter(None, (each.text for each in details))))
    return whole


def _charge(node: CamtNode, amount: Money) -> Money | None:
    """What the bank kept of what was received, where it says so: its records of charges, in the currency of the account."""
    records = [*node.nodes("Chrgs/Rcrd"), *(each for each in node.nodes("Chrgs") if each.node("Amt"))]
    total = 0
    for record in records if amount.minor > 0 else ():
        given = record.node("Amt")
        is_included = record.text("CdtDbtInd") != "CRDT" and record.text("ChrgInclInd") != "false"
        if given is not None and given.element.get("Ccy") == amount.currency.code and is_included:
            total += given.bare_amount(amount.currency).minor
    return Money(total, amount.currency) if total else None


def _amount_of(node: CamtNode, whole: Money, currency: Currency) -> Money | None:
    """The amount of a detail in the currency of the account; None where it has none in it."""
    places = (each for steps in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt") for each in node.nodes(steps))
    place = next((each for each in places if each.element.get("Ccy") == currency.code), None)
    if place is None:
        return None
    sign = node.node("CdtDbtInd")
    is_debit = sign.code(("CRDT", "DBIT")) == "DBIT" if sign else whole.minor < 0
    amount = place.bare_amount(currency)
    return -amount if is_debit else amount


def _with_details(movement: BankMovement, node: CamtNode, currency: Currency) -> BankMovement:
    reference, doubtful = _reference(node)
    text = " ".join([*(each.text() for each in node.nodes("RmtInf/Ustrd")), *doubtful])
    end_to_end = node.text("Refs/EndToEndId")
    returned = node.node("RtrInf")
    added = (*movement.information, node.text("AddtlTxInf"))
    return replace(
        movement,
        reference=reference,
        text=text,
        structured=node.text("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
        counterparty=_counterparty(node, is_received=movement.amount.minor >= 0),
        code=_code(node) or movement.code,
        bank_reference=node.text("Refs/AcctSvcrRef") or movement.bank_reference,
        customer_reference="" if end_to_end in _NOT_GIVEN else end_to_end,
        mandate=node.text("Refs/MndtId") or None,
        charge=_charge(node, movement.amount) or movement.charge,
        returned=PaymentReturn(kind="return", reason=returned.text("Rsn/Cd", "Rsn/Prtry") or None) if returned else None,
        information=tuple(filter(None, added)),
    )


def _reference(node: CamtNode) -> tuple[str | None, list[str]]:
    """The first reference whose check digits fit, and the others, as free text."""
    others: list[str] = []
    for structured in node.nodes("RmtInf/Strd/CdtrRefInf"):
        given = structured.text("Ref", "CdtrRef")
        reference = read_reference(given)
        if reference:
            return reference, others
        if re.fullmatch("[0-9]{12}|RF[0-9]{2}.*", given):
            structured.report(REFERENCE_DIGITS, text=given)
        others += [given] if given else []
    return None, others


def _counterparty(node: CamtNode, *, is_received: bool) -> Counterparty:
    """Who paid what was received, or was paid; of a return too, where the bank turns the parties around."""
    first, second = ("Dbtr", "Cdtr") if is_received else ("Cdtr", "Dbtr")
    if node.node("RtrInf"):
        first, second = second, first
    name = node.text(f"RltdPties/{first}/Nm", f"RltdPties/{first}/Pty/Nm", f"RltdPties/Ultmt{first}/Nm", f"RltdPties/Ultmt{first}/Pty/Nm")
    iban = node.text(f"RltdPties/{first}Acct/Id/IBAN").replace(" ", "")
    other = node.text(f"RltdPties/{first}Acct/Id/Othr/Id")
    known = iban if is_iban(iban) else iban_of(other)
    bic = node.text(f"RltdAgts/{first}Agt/FinInstnId/BIC", f"RltdAgts/{first}Agt/FinInstnId/BICFI")
    return Counterparty(name=name, iban=known, account=None if known else iban or other or None, bic=bic or None)


def _code(node: CamtNode) -> str:
    """The code of the kind of transaction: `PMNT/RCDT/ESCT`, else the bank's own."""
    steps = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    return "/".join(filter(None, (node.text(each) for each in steps))) or node.text("BkTxCd/Prtry/Cd")
