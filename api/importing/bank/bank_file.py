"""A bank file of either form read whole: its statements, or every problem of it, and its text for excerpts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from api.importing.bank.bank_problems import (
    EMPTY_FILE,
    FILE_TOO_LARGE,
    LARGEST,
    MISSING_STATEMENT,
    NOT_IN_ENCODING,
    OTHER_ACCOUNT,
    STATEMENT_TWICE,
    UNKNOWN_FORM,
)
from api.importing.bank.camt_file import read_camt
from api.importing.bank.coda_file import read_coda
from api.importing.bank.coda_lines import AS_UTF_8, LENGTH, LINE_LENGTH
from engine.documents.bank_statement import BankStatement
from engine.problems import Problem, Span

ENCODINGS: Final = ("windows-1252", "iso-8859-15", "cp850", "utf-8")
"""The encodings of CODA files: that of the standard first. XML names its own."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFile:
    """What a file holds: its statements, none where a problem stops, and its text for excerpts."""

    path: str
    statements: tuple[BankStatement, ...]
    problems: tuple[Problem, ...]
    text: str

    @property
    def stops(self) -> bool:
        """Whether nothing of it may be taken."""
        return any(problem.stops for problem in self.problems)


def read_bank_file(path: str, content: bytes, *, encoding: str = ENCODINGS[0], accounts: Collection[str] | None = None) -> BankFile:
    """The statements of a file of the form CODA or CAMT.053: all, or none and the problems. Accounts: ours, where they are known."""
    problems: list[Problem] = []
    start = Span(path, 1, 1, 1, 1)
    text = content.decode("latin-1") if len(content) <= LARGEST else ""
    statements: tuple[BankStatement, ...] = ()
    if len(content) > LARGEST:
        problems.append(FILE_TOO_LARGE.at(start, size=f"{len(content):_}", most=f"{LARGEST:_}"))
    elif not content.strip():
        problems.append(EMPTY_FILE.at(start))
    elif _is_xml(content):
        text = content.decode("utf-8", errors="replace")
        statements = read_camt(path, content, problems)
    else:
        text = _decoded(path, content, encoding, problems)
        if not problems and not text.startswith("0"):
            problems.append(UNKNOWN_FORM.at(start, begins=repr(text[:20])))
        if not problems:
            statements = read_coda(path, text, problems)
            problems = _as_utf_8(content, encoding, problems)
    problems += check_sequence(path, statements)
    if accounts is not None:
        problems += [
            OTHER_ACCOUNT.at(start, name=each.name, iban=each.iban, ours=", ".join(accounts))
            for each in statements
            if each.iban not in accounts
        ]
    accepted = () if any(problem.stops for problem in problems) else statements
    return BankFile(path=path, statements=accepted, problems=tuple(problems), text=text)


def check_sequence(path: str, statements: Sequence[BankStatement]) -> list[Problem]:
    """What is wrong between statements of one account: one is missing, or stands there twice. In the order in which they were given."""
    problems, start = list[Problem](), Span(path, 1, 1, 1, 1)
    last: dict[tuple[str, str], BankStatement] = {}
    names: set[tuple[str, str, str]] = set()
    for each in statements:
        account = (each.iban, each.currency.code)
        if (*account, each.name) in names:
            problems.append(STATEMENT_TWICE.at(start, name=each.name, iban=each.iban))
            continue
        names.add((*account, each.name))
        before = last.get(account)
        if before is not None and before.new_balance != each.old_balance:
            problems.append(MISSING_STATEMENT.at(start, name=each.name, old=each.old_balance, before=before.name, new=before.new_balance))
        last[account] = each
    return problems


def _is_xml(content: bytes) -> bool:
    head = content[:200]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def _decoded(path: str, content: bytes, encoding: str, problems: list[Problem]) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as mistake:
        before = content[: mistake.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        guess = next(each for each in ENCODINGS if each != encoding and _fits(content, each))
        where = Span(path, line, column, line, column + 1)
        problems.append(NOT_IN_ENCODING.at(where, byte=f"{content[mistake.start]:02X}", encoding=encoding, guess=guess))
        return content.decode("latin-1")


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _as_utf_8(content: bytes, encoding: str, problems: list[Problem]) -> list[Problem]:
    """Where lines are too long because the file is UTF-8 and is read as something else, that alone."""
    too_long = next((each for each in problems if each.kind is LINE_LENGTH), None)
    if too_long is None or encoding == "utf-8" or content.isascii() or not _fits(content, "utf-8") or too_long.where is None:
        return problems
    line = content.decode("utf-8").split("\n")[too_long.where.line - 1].removesuffix("\r")
    if len(line) != LENGTH:
        return problems
    length = dict(too_long.words)["length"]
    return [AS_UTF_8.at(too_long.where, length=length, encoding=encoding, expected=LENGTH)]
