"""A CAMT.053 file read as statements: XML without document types and entities, in bounds, with every sum and balance that it gives."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from api.importing.bank.bank_problems import AGAIN, BAD_CURRENCY, BAD_IBAN, BALANCE, COUNT, MOST_PROBLEMS, SUM
from api.importing.bank.camt_entries import read_entries
from api.importing.bank.camt_nodes import CamtNode, line_of
from engine.countries.default_country import is_iban
from engine.documents.bank_statement import BankStatement
from engine.money import Currency, Money
from engine.phrases import listed, phrase
from engine.problems import Kind, Problem, Span

NOT_XML: Final = Kind("camt-not-xml", "this is not XML as it must be: {fault}", AGAIN)
DOCUMENT_TYPE: Final = Kind("camt-document-type", "this file declares a document type, which no bank file does", AGAIN)
OTHER_MESSAGE: Final = Kind(
    "camt-message",
    "this is no statement of the form CAMT.053 (versions 02 to 08): its name space is {name}",
    "ask the bank for CAMT.053; CAMT.052 and CAMT.054 report what is not final, or not all of it",
)
NO_STATEMENT: Final = Kind("camt-no-statement", "this file holds no statement", AGAIN)
NO_BALANCE: Final = Kind("camt-no-balance", "the statement has no balance of the kind {codes}", AGAIN)
NO_IBAN: Final = Kind("camt-no-iban", "the account of this statement has no IBAN", "ask the bank to report the account by its IBAN")

_NAME_SPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8]")
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)


def read_camt(path: str, content: bytes, problems: list[Problem]) -> tuple[BankStatement, ...]:
    """The statements of a CAMT.053 file; the problems are added, and after one that stops nothing of the file is to be taken."""
    root = _root(path, content, problems)
    if root is None:
        return ()
    statements: list[BankStatement] = []
    nodes = list(root.nodes("BkToCstmrStmt/Stmt"))
    if not nodes:
        root.report(NO_STATEMENT)
    for node in nodes:
        statement = _statement(node)
        if statement is not None:
            statements.append(statement)
        if len(problems) >= MOST_PROBLEMS:
            break
    return tuple(statements)


def _root(path: str, content: bytes, problems: list[Problem]) -> CamtNode | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        line, column = getattr(fault, "position", None) or (1, 1)
        text = " ".join((getattr(fault, "msg", None) or str(fault)).split())[:300]
        problems.append(NOT_XML.at(Span(path, max(1, line), max(1, column), max(1, line), max(1, column)), fault=text))
        return None
    if getattr(element.getroottree().docinfo, "doctype", ""):
        problems.append(DOCUMENT_TYPE.at(Span(path, 1, 1, 1, 1)))
        return None
    name_space = etree.QName(element).namespace or ""
    if not _NAME_SPACE.fullmatch(name_space):
        problems.append(OTHER_MESSAGE.at(line_of(path, element), name=f"`{name_space[:100]}`"))
        return None
    return CamtNode(path, element, name_space, problems)


def _statement(node: CamtNode) -> BankStatement | None:
    before_this = len(node.problems)
    iban, currency, name = _account(node), _currency(node), node.needed("Id").text()
    if currency is None:
        return None
    opening, closing = _balance(node, currency, _OPENING), _balance(node, currency, _CLOSING)
    movements, not_booked = read_entries(node, currency)
    created = node.needed("CreDtTm")
    if any(problem.stops for problem in node.problems[before_this:]) or opening is None or closing is None:
        return None
    statement = BankStatement(
        format="CAMT.053",
        iban=iban,
        currency=currency,
        holder=node.text("Acct/Ownr/Nm"),
        name=name,
        number=node.text("ElctrncSeqNb", "LglSeqNb"),
        created_on=created.day(),
        is_duplicate=node.text("CpyDplctInd") in ("DUPL", "CODU", "COPY"),
        old_balance=opening.signed(currency),
        old_balance_on=opening.needed("Dt").day(),
        new_balance=closing.signed(currency),
        new_balance_on=closing.needed("Dt").day(),
        movements=movements,
        messages=tuple(filter(None, (node.text("AddtlStmtInf"),))),
        not_booked=not_booked,
    )
    if any(problem.stops for problem in node.problems[before_this:]):
        return None
    _check_sums(statement, node, closing)
    return statement


def _account(node: CamtNode) -> str:
    account = node.node("Acct/Id/IBAN")
    if account is None:
        node.report(NO_IBAN)
        return ""
    iban = account.text().replace(" ", "")
    if not is_iban(iban):
        account.report(BAD_IBAN, text=iban)
    return iban


def _currency(node: CamtNode) -> Currency | None:
    """The currency of the account, else that of the first balance."""
    stated = node.node("Acct/Ccy")
    if stated is None:
        balance = node.needed("Bal/Amt")
        return None if balance is node else balance.currency()
    try:
        return Currency.of(stated.text())
    except ValueError:
        stated.report(BAD_CURRENCY, text=stated.text())
        return None


def _balance(node: CamtNode, currency: Currency, codes: tuple[str, ...]) -> CamtNode | None:
    """The balance of the first of some kinds that the statement has; a problem where it has none."""
    balances = [(each.text("Tp/CdOrPrtry/Cd"), each) for each in node.nodes("Bal")]
    balance = next((each for code in codes for kind, each in balances if kind == code), None)
    if balance is None:
        node.report(NO_BALANCE, codes=listed(codes, "or"))
        return None
    balance.signed(currency)
    return balance


def _check_sums(statement: BankStatement, node: CamtNode, closing: CamtNode) -> None:
    """What the summary counts and adds up, and that the old balance and the movements make the new one."""
    currency = statement.currency
    amounts = [movement.amount.minor for movement in statement.movements]
    credits, debits = [each for each in amounts if each > 0], [-each for each in amounts if each < 0]
    if not statement.not_booked:
        everything = [abs(each) for each in amounts]
        for name, what, of_them in (
            ("TtlNtries", phrase("entries"), everything),
            ("TtlCdtNtries", phrase("credits"), credits),
            ("TtlDbtNtries", phrase("debits"), debits),
        ):
            _check_summary(node, f"TxsSummry/{name}", what, of_them, currency)
    moved = Money(sum(amounts), currency)
    if statement.old_balance + moved != statement.new_balance:
        total = statement.old_balance + moved
        closing.report(BALANCE, old=statement.old_balance, moved=moved, sum=total, new=statement.new_balance)


def _check_summary(node: CamtNode, steps: str, what: str, amounts: list[int], currency: Currency) -> None:
    """The number and the sum of the entries of one direction, where the statement gives them. Amounts of zero have none."""
    count, total = node.node(f"{steps}/NbOfNtries"), node.node(f"{steps}/Sum")
    if count is not None and count.text() != str(len(amounts)) and 0 not in amounts:
        count.report(COUNT, found=len(amounts), given=count.text(), what=what)
    if total is not None:
        given = total.bare_amount(currency)
        if given.minor != sum(amounts):
            total.report(SUM, what=what, found=Money(sum(amounts), currency), given=given)
