"""Bank files written from statements, for tests: CODA 2 and CAMT.053."""

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape

from engine.documents.bank_statement import BankMovement, BankStatement
from engine.money import Money

RETURNS = {"reject": "1", "return": "2", "refund": "3", "reversal": "4", "cancellation": "5"}
CAMT_08 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
CAMT_02 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def coda_text(*statements: BankStatement) -> str:
    """One CODA file with these statements."""
    return "".join(f"{line}\n" for at, each in enumerate(statements, 1) for line in coda_records(each, is_last=at == len(statements)))


def coda_records(statement: BankStatement, *, is_last: bool = True) -> list[str]:
    """The lines of one statement."""
    amounts = [each.amount.minor for each in statement.movements]
    number = statement.name[-3:]
    account = f"{statement.iban:<34}{statement.currency}"
    old = f"12{number}{account}{_signed(statement.old_balance)}{_day(statement.old_balance_on)}{statement.holder:<26}{'':35}{number}"
    new = f"8{number}{account}{_signed(statement.new_balance)}{_day(statement.new_balance_on)}{'':64}0"
    lines = [old, *(line for movement in statement.movements for line in _movement(movement)), new]
    counted = len(lines)
    lines += [f"4 {at:04d}0000{'':22}{text:<80}{'':15}0" for at, text in enumerate(statement.messages, 1)]
    debits, credits = -sum(each for each in amounts if each < 0), sum(each for each in amounts if each > 0)
    flag = "D" if statement.is_duplicate else " "
    header = f"00000{_day(statement.created_on)}20005{flag}".ljust(127) + "2"
    sums = "".join(_digits(Money(each, statement.currency)) for each in (debits, credits))
    trailer = f"9{'':15}{counted:06d}{sums}".ljust(127) + ("2" if is_last else "1")
    return [header, *lines, trailer]


def _movement(movement: BankMovement) -> Iterable[str]:
    yield from _records(movement)
    for detail in movement.details:
        yield from _records(detail)


def _records(movement: BankMovement) -> Iterable[str]:
    head = f"{movement.number:04d}{movement.detail:04d}"
    text = (movement.structured or movement.text).ljust(149)
    party = movement.counterparty
    account = party.iban or party.account or ""
    has_third = bool(party.name or account or text[106:].strip())
    returned = f"{RETURNS[movement.returned.kind]}{movement.returned.reason or '':4}" if movement.returned else ""
    is_in_text = movement.structured.startswith("127")
    has_second = bool(text[53:106].strip() or movement.customer_reference or party.bic or (returned and not is_in_text))
    flag, value = ("1" if movement.structured else "0"), _day(movement.value_date) if movement.value_date else "000000"
    first = f"21{head}{movement.bank_reference:<21}{_signed(movement.amount)}{value}{movement.code}{flag}{text[:53]}"
    yield f"{first}{_day(movement.entry_date)}0010{int(has_second or has_third)} 0"
    if has_second:
        came_back = "" if is_in_text else returned
        second = f"22{head}{text[53:106]}{movement.customer_reference:<35}{party.bic or '':<11}   {came_back:<5}"
        yield f"{second.ljust(125)}{int(has_third)} 0"
    if has_third:
        yield f"23{head}{account:<34}{'':3}{party.name:<35}{text[106:149]}0 0"
    for at, told in enumerate(movement.information, movement.detail + 1):
        yield f"31{movement.number:04d}{at:04d}{movement.bank_reference:<21}{movement.code}0{told:<73}".ljust(125) + "0 0"


def _signed(amount: Money) -> str:
    return ("1" if amount.minor < 0 else "0") + _digits(amount)


def _digits(amount: Money) -> str:
    return f"{abs(amount.minor) * 10 ** (3 - amount.currency.exponent):015d}"


def _day(day: date) -> str:
    return day.strftime("%d%m%y")


def camt_text(*statements: BankStatement, name_space: str = CAMT_08) -> str:
    """One CAMT.053 file with these statements, in version 02 or 08."""
    body = "".join(_camt_statement(each, is_08=name_space == CAMT_08) for each in statements)
    head = "<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-28T06:00:00</CreDtTm></GrpHdr>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{name_space}"><BkToCstmrStmt>{head}{body}</BkToCstmrStmt></Document>\n'
    )


def _camt_statement(statement: BankStatement, *, is_08: bool) -> str:
    amounts = [each.amount for each in statement.movements]
    duplicate = "<CpyDplctInd>DUPL</CpyDplctInd>" if statement.is_duplicate else ""
    return (
        f"\n<Stmt><Id>{escape(statement.name)}</Id><ElctrncSeqNb>{statement.number}</ElctrncSeqNb>"
        f"<CreDtTm>{statement.created_on}T06:00:00+01:00</CreDtTm>{duplicate}"
        f"<Acct><Id><IBAN>{statement.iban}</IBAN></Id><Ccy>{statement.currency}</Ccy>{_tag('Ownr', _leaf('Nm', statement.holder))}</Acct>"
        f"{_balance('OPBD', statement.old_balance, statement.old_balance_on)}"
        f"{_balance('CLBD', statement.new_balance, statement.new_balance_on)}"
        f"<TxsSummry>{_summary('TtlNtries', amounts)}"
        f"{_summary('TtlCdtNtries', [each for each in amounts if each.minor > 0])}"
        f"{_summary('TtlDbtNtries', [each for each in amounts if each.minor < 0])}</TxsSummry>"
        + "".join(_entry(each, is_08=is_08) for each in statement.movements)
        + "".join(_leaf("AddtlStmtInf", message) for message in statement.messages)
        + "</Stmt>"
    )


def _summary(name: str, amounts: Sequence[Money]) -> str:
    total = str(Money(sum(abs(each.minor) for each in amounts), amounts[0].currency)) if amounts else "0"
    return f"<{name}><NbOfNtries>{len(amounts)}</NbOfNtries><Sum>{total}</Sum></{name}>"


def _balance(code: str, amount: Money, day: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _amount(amount: Money) -> str:
    sign = "DBIT" if amount.minor < 0 else "CRDT"
    return f'<Amt Ccy="{amount.currency}">{Money(abs(amount.minor), amount.currency)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _entry(movement: BankMovement, *, is_08: bool) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if is_08 else "<Sts>BOOK</Sts>"
    reversal = "<RvslInd>true</RvslInd>" if movement.is_reversal else ""
    details = "".join(_details(each, is_08=is_08, is_part=bool(movement.details)) for each in movement.details or (movement,))
    value = f"<ValDt><Dt>{movement.value_date}</Dt></ValDt>" if movement.value_date else ""
    return (
        f"\n<Ntry>{_amount(movement.amount)}{reversal}{status}<BookgDt><Dt>{movement.entry_date}</Dt></BookgDt>{value}"
        f"{_leaf('AcctSvcrRef', movement.bank_reference)}{_code(movement.code)}<NtryDtls>{details}</NtryDtls>"
        f"{''.join(_leaf('AddtlNtryInf', told) for told in movement.information)}</Ntry>"
    )


def _details(movement: BankMovement, *, is_08: bool, is_part: bool) -> str:
    party, is_received = movement.counterparty, movement.amount.minor >= 0
    side = "Dbtr" if is_received != bool(movement.returned) else "Cdtr"
    name = _leaf("Nm", party.name)
    account = f"<IBAN>{party.iban}</IBAN>" if party.iban else _tag("Othr", _leaf("Id", party.account))
    bic = _leaf("BICFI" if is_08 else "BIC", party.bic)
    amount = "" if not is_part else _amount(movement.amount) if is_08 else f"<AmtDtls><TxAmt>{_amount(movement.amount)}</TxAmt></AmtDtls>"
    reason = f"<RtrInf><Rsn><Cd>{movement.returned.reason}</Cd></Rsn></RtrInf>" if movement.returned else ""
    structured = f"<Strd><CdtrRefInf><Ref>{movement.structured}</Ref></CdtrRefInf></Strd>" if movement.structured else ""
    return (
        f"<TxDtls><Refs>{_leaf('AcctSvcrRef', movement.bank_reference)}"
        f"{_leaf('EndToEndId', movement.customer_reference or 'NOTPROVIDED')}"
        f"{_leaf('MndtId', movement.mandate)}</Refs>{amount}"
        f"<RltdPties>{_tag(side, _tag('Pty', name) if is_08 else name)}{_tag(f'{side}Acct', _tag('Id', account))}</RltdPties>"
        f"<RltdAgts>{_tag(f'{side}Agt', _tag('FinInstnId', bic))}</RltdAgts>"
        f"<RmtInf>{_leaf('Ustrd', movement.text)}{structured}</RmtInf>{reason}</TxDtls>"
    )


def _code(code: str) -> str:
    first, second, third = code.split("/")
    return f"<BkTxCd><Domn><Cd>{first}</Cd><Fmly><Cd>{second}</Cd><SubFmlyCd>{third}</SubFmlyCd></Fmly></Domn></BkTxCd>"


def _leaf(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else ""
