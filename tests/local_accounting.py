"""A local Tryton for the tests of a session, which set it up where it is not yet; and documents to be booked in it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from api.delivery.accounting.connector import BookedLine, Booking, BookingRefused, Entry, EntryLine, EntryRecord, Record, Tax
from api.delivery.accounting.local_tryton import LocalTryton, local_tryton
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.accounting.tryton_rpc import tryton_rpc
from api.rulebook_folder import read_folder
from engine.documents.invoice import Treatment
from engine.documents.party import Address, Customer
from engine.money import Currency, Money, Percent
from engine.rulebook.accounting_tools import ToolMapping
from engine.rulebook.reader import read_rulebook
from tests.running_service import ROOT

EUR = Currency.of("EUR")


@contextmanager
def tryton_in(folder: Path) -> Iterator[LocalTryton]:
    """A Tryton on a database of its own; it listens to nobody but this machine."""
    subprocess.run([ROOT / "run", "tryton"], check=True)  # at once where it is there
    with local_tryton(folder) as server:
        yield server


def mapping(tool: str = "tryton", **changes: object) -> ToolMapping:
    """The mapping of a tool in the rulebook of the checkout, with some changes."""
    return ToolMapping.model_construct(None, **{**dict(_tools()[tool]), **changes})


@cache
def _tools() -> Mapping[str, ToolMapping]:
    return read_rulebook(read_folder(ROOT)).accounting_tools


def connector_to(server: LocalTryton, seconds: float = 60.0) -> TrytonConnector:
    """A connector to a local Tryton."""
    return TrytonConnector(tryton_rpc(server.url, seconds=seconds), mapping())


def customer(name: str = "K1", vat_number: str | None = "BE0999945779") -> Customer:
    """A customer in Belgium."""
    address = Address(street="Rue du Moulin 1", postcode="5000", town="Namur", country="BE")
    return Customer(id=name, name=f"Optique {name}", address=address, language="fr", vat_number=vat_number)


def line(
    net: str,
    *,
    rate: str = "21",
    goods: bool = False,
    account: str = "700100",
    treatment: Treatment = "domestic",
    corrects: int | None = None,
) -> BookedLine:
    """A line of a document."""
    return BookedLine(
        text=f"Licence, {net}",
        net=Money.parse(net, EUR),
        account=account,
        tax=Tax(treatment=treatment, rate=Percent.parse(rate), goods=goods),
        corrects_line=corrects,
    )


def booking(number: str, on: date, *lines: BookedLine, credits: str | None = None, buyer: Customer | None = None) -> Booking:
    """A document with the VAT of its lines, rounded once by rate."""
    nets: dict[Percent, Money] = {}
    for each in lines:
        nets[each.tax.rate] = nets.get(each.tax.rate, Money(0, EUR)) + each.net
    vat = {rate: rate.of(net) for rate, net in nets.items()}
    net = sum(nets.values(), Money(0, EUR))
    gross, sign = net + sum(vat.values(), Money(0, EUR)), -1 if credits else 1
    legs = [("400000", gross), *((each.account, -each.net) for each in lines), *(("451000", -each) for each in vat.values())]
    return Booking(
        number=number,
        is_credit=credits is not None,
        customer=buyer or customer(),
        customers_account="400000",
        issued_on=on,
        dues=((on + timedelta(days=30), gross),),
        lines=lines,
        vat=vat,
        net=net,
        gross=gross,
        postings=tuple(leg(account, amount if sign > 0 else -amount, buyer or customer()) for account, amount in legs),
        corrects=credits,
        communication="+++010/8068/17183+++",
        files=((f"{number}.xml", b"<Invoice/>"),),
    )


def leg(account: str, amount: Money, buyer: Customer | None = None, document: str | None = None) -> EntryLine:
    """A leg of an entry; what is below zero is its credit."""
    nothing = Money(0, EUR)
    sides = (amount, nothing) if amount.minor >= 0 else (nothing, -amount)
    return EntryLine(account=account, debit=sides[0], credit=sides[1], customer=buyer, document=document)


def entry(name: str, on: date, *legs: tuple[str, str] | tuple[str, str, str]) -> Entry:
    """A journal entry of one customer: accounts with amounts, and which document they settle."""
    lines = tuple(leg(one[0], Money.parse(one[1], EUR), customer(), one[2] if len(one) > 2 else None) for one in legs)
    return Entry(name=name, posted_on=on, text="", lines=lines, amount=sum((each.debit for each in lines), Money(0, EUR)))


def pay(connector: TrytonConnector, record: str, amount: str, on: date) -> None:
    """Enters a payment of an invoice in Tryton, as its users do."""
    rpc, setup = connector.rpc, connector.setup
    (method,) = rpc.search("account.invoice.payment.method", [["name", "=", "Bank"]], ["name"]) or [{"id": _payment_method(connector)}]
    active: dict[str, object] = {"active_model": "account.invoice", "active_id": int(record), "active_ids": [int(record)]}
    (invoice,) = rpc.search("account.invoice", [["id", "=", int(record)]], ["party", "currency", "account"])
    start = {
        "payee": invoice["party"], "payees": [invoice["party"]], "amount": Decimal(amount), "currency": invoice["currency"],
        "company": setup.company, "invoice_account": invoice["account"], "payment_method": method["id"], "date": on, "description": "",
    }  # fmt: skip
    session = _wizard(connector, "create", active)
    assert isinstance(session, list)
    answer = _wizard(connector, "execute", active, session[0], {"start": start}, "choice")
    if isinstance(answer, dict) and "view" in answer:  # it is not the rest
        defaults = {name: value for name, value in answer["view"]["defaults"].items() if not name.endswith(".")}
        _wizard(connector, "execute", active, session[0], {"start": start, "ask": {"type": "partial", **defaults}}, "pay")


def _payment_method(connector: TrytonConnector) -> int:
    """The method by which payments are entered: the bank's journal, and an account for it."""
    rpc, company = connector.rpc, connector.setup.company
    (journal,) = rpc.search("account.journal", [["code", "=", "CASH"]], ["code"])
    (account, *_) = rpc.search("account.account", [["code", "=", "5500"]], ["code"])
    values = {"name": "Bank", "company": company, "journal": journal["id"], "credit_account": account["id"], "debit_account": account["id"]}
    return rpc.create("account.invoice.payment.method", [values])[0]


def _wizard(connector: TrytonConnector, step: str, active: dict[str, object], *given: object) -> object:
    rpc = connector.rpc
    parameters = [*given, {**rpc.context, **active}]
    _, tree = rpc._post(f"wizard.account.invoice.pay.{step}", parameters, rpc._logged_in())
    assert "result" in tree, tree
    return tree["result"]


def posted(results: object) -> list[Record]:
    """The records, of which all must be booked."""
    assert [type(each) for each in cast("list[object]", results)] == [Record] * len(cast("list[object]", results)), results
    return cast("list[Record]", results)


def entered(results: object) -> list[EntryRecord]:
    """The entries, of which all must be booked."""
    assert {type(each) for each in cast("list[object]", results)} <= {EntryRecord}, results
    return cast("list[EntryRecord]", results)


def cause(result: object) -> str:
    """Why something is refused."""
    assert isinstance(result, BookingRefused), result
    return str(result.because)
