"""Whether e-invoices are valid before anything is issued: each is put to the official rules with a number that stands in for its own.

A document is made once, in a thread, and validated once, in processes, while those before it are stored; its own number is then written
into it. Verdicts are known in this process by the XML without its number.
"""

from __future__ import annotations

import atexit
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from threading import Lock
from typing import Final

from api.desk.desk import Desk, number_of, series_of
from api.e_invoicing.rule_sets import RuleSet, Scope, packaged
from api.e_invoicing.validator import Validator
from api.e_invoicing.verdicts import Verdict
from api.refusals import Conflict
from api.store import e_invoice_rules
from api.store.e_invoice_rules import AddedRules
from api.store.sql import Reading
from engine import billing
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.problems import Kind

NOT_VALID: Final = Kind(
    "e-invoice-not-valid",
    "its e-invoice would not be valid: {because}",
    "correct what the rule names, such as the customer or his address, then try again",
)
_STANDING_IN: Final = 99_999
"""The sequence number with which a draft is validated."""
_AT_ONCE: Final = 25
_MOST_KNOWN: Final = 20_000
"""So many verdicts are known, the latest."""
Issued = tuple[Invoice, JournalEntry, bytes]
"""A document, what accounting books of it, and its XML."""


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft as it is issued with the number that stands in, its XML without it, in a hash, and the rule that it breaks, or nothing."""

    draft: DraftInvoice
    issued: Issued
    form: bytes
    because: str


_Made = tuple[DraftInvoice, Issued, bytes]
_Verdicts = Callable[[], Iterator[CheckedDraft]]


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation of this process under some rule sets, and what it knows."""

    validator: Validator
    known: dict[bytes, str] = field(default_factory=dict)

    def reason_against(self, form: bytes, xml: bytes) -> str:
        """The rule that an XML of some form breaks, in words; empty where it is valid."""
        known = self.known.get(form)
        return self.learn([form], self.validator.verdicts([xml]))[form] if known is None else known

    def learn(self, forms: Sequence[bytes], verdicts: Sequence[Verdict]) -> dict[bytes, str]:
        """What verdicts say, by form: remembered, while the earliest are forgotten. Where there was no verdict, the next may be one."""
        pairs = list(zip(forms, verdicts, strict=True))
        self.known.update((form, verdict.reason) for form, verdict in pairs if verdict.unended is None)
        for form in list(islice(self.known, max(0, len(self.known) - _MOST_KNOWN))):
            self.known.pop(form, None)
        return {form: verdict.reason for form, verdict in pairs}


def rule_sets_in_force(connection: Reading) -> tuple[RuleSet, ...]:
    """The rule sets in force: those of the program, in whose place and after which those stand that were added."""
    added = {name: _of_store(one, e_invoice_rules.stylesheet(connection, name)) for name, one in e_invoice_rules.find(connection).items()}
    own = tuple(added.pop(one.name, one) for one in packaged())
    return (*own, *added.values())


def validation_of(desk: Desk, connection: Reading) -> Validation:
    """The validation of this process under the rules in force. A process that was forked has its own, which knows the same."""
    key = tuple((one.name, one.digest) for one in e_invoice_rules.find(connection).values())
    with _lock:
        if (os.getpid(), key) not in _of_process:
            known = next((one.known for (_, rules), one in _of_process.items() if rules == key), {})
            _of_process.clear()
            validator = Validator(rule_sets_in_force(connection), workers=desk.validation_workers)
            _of_process[os.getpid(), key] = Validation(validator, dict(known))
        return _of_process[os.getpid(), key]


def check(desk: Desk, validation: Validation, drafts: Iterable[DraftInvoice], on: date) -> Iterator[CheckedDraft]:
    """The drafts, in their order, each with the rule for which it cannot be issued.

    While one is used, others are made in a thread, one for each that is used, and batches of them are validated in processes.
    """
    making: list[Future[_Made]] = []
    started: deque[Future[_Verdicts]] = deque()
    ready: deque[CheckedDraft] = deque()
    ahead = _AT_ONCE * (validation.validator.workers + 2)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="documents") as thread:
        try:
            for at, draft in enumerate(drafts):
                making.append(thread.submit(_make, desk, draft, on))
                if len(making) == _AT_ONCE:
                    started.append(thread.submit(_begin, validation, making))
                    making = []
                if at >= ahead:
                    ready = ready or deque(started.popleft().result()())
                    yield ready.popleft()
            started.append(thread.submit(_begin, validation, making))
            yield from ready
            for each in started:
                yield from each.result()()
        finally:
            thread.shutdown(cancel_futures=True)


def require_valid(desk: Desk, connection: Reading, note: CreditNote, xml: bytes) -> None:
    """Refuses a credit note whose XML breaks a rule."""
    if because := validation_of(desk, connection).reason_against(form_of([note.number], xml), xml):
        raise Conflict((NOT_VALID.at(None, because=because),), "issued", ("credit after the correction",))


def prepare(desk: Desk) -> None:
    """Starts the validation, and waits until it is ready: before a transaction, so that nobody waits for it within."""
    with desk.store.reading() as connection:
        validation = validation_of(desk, connection)
    validation.validator.verdicts(())


def form_of(own: Iterable[str], xml: bytes) -> bytes:
    """The XML without what is its own, its number and the payment reference that is made of it, in a hash."""
    for text in own:
        xml = xml.replace(f">{text}<".encode(), b"><")
    return sha256(xml).digest()


_of_process: Final[dict[tuple[int, tuple[tuple[str, str], ...]], Validation]] = {}
"""The validation of this process, by its number and the rules that were added."""
_lock: Final = Lock()


@atexit.register
def _close() -> None:
    for (process, _), one in _of_process.items():
        if process == os.getpid():
            one.validator.close()


def _of_store(added: AddedRules, stylesheet: str) -> RuleSet:
    scope: Scope = "peppol" if added.scope == "peppol" else "every"
    return RuleSet(name=added.name, version=added.version, source=added.source, scope=scope, stylesheet=stylesheet, digest=added.digest)


def _make(desk: Desk, draft: DraftInvoice, on: date) -> _Made:
    """The documents of a draft with the number that stands in, and the form of its XML."""
    number, series = number_of("invoice", _STANDING_IN, on, desk.rulebook), series_of("invoice", on, desk.rulebook)
    issued = invoice, _, xml = billing.issue(draft, desk.rulebook, number=number, series=series, on=on)
    return draft, issued, form_of((invoice.number, invoice.communication), xml)


def _begin(validation: Validation, making: Sequence[Future[_Made]]) -> _Verdicts:
    """Begins to validate documents that are made; what it gives waits for their verdicts."""
    made = [each.result() for each in making]
    because = {form: reason for _, _, form in made if (reason := validation.known.get(form)) is not None}
    unknown = {form: xml for _, (_, _, xml), form in made if form not in because}
    started = validation.validator.begin(list(unknown.values())) if unknown else None

    def wait() -> Iterator[CheckedDraft]:
        if started is not None:
            because.update(validation.learn([*unknown], started.result()))
        return (CheckedDraft(*one, because[one[-1]]) for one in made)

    return wait
