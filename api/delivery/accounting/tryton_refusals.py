"""What Tryton refuses, by the words of its messages: the cause, and the way on."""

from __future__ import annotations

from typing import Final

from engine.phrases import Phrase, phrase

_CAUSES: Final = (
    ("reopen the period", phrase("its period is closed in Tryton: reopen it or map `closed-period: next-open`, then `outbox retry`")),
    ("reopen the fiscal year", phrase("its fiscal year is closed in Tryton: reopen it there, then `outbox retry`")),
    ("create a period", phrase("Tryton has no period for its date: create it there, then `outbox retry`")),
    ("create a fiscal year", phrase("Tryton has no fiscal year for its date: create it there, then `outbox retry`")),
    ("invoice date after", phrase("Tryton has a later invoice in the same sequence: give each month a sequence of its own there")),
    ("define a sequence", phrase("Tryton has no sequence for its month: create it there, then `outbox retry`")),
    ("according to its domain", phrase("Tryton takes no such account here: mend the mapping, then `outbox retry`")),
    ("number of digits", phrase("Tryton has fewer decimals than an amount: set the digits of its currency, then `outbox retry`")),
    ("not allowed", phrase("the user of Tryton may not book invoices: give it the rights of accounting, then `outbox retry`")),
)  # fmt: skip


REFUSED_USER: Final = phrase("Tryton refuses the user or the password in CENTWRIGHT_ACCOUNTING_URL, or the user may not book invoices")


def refusal_of(text: str) -> Phrase:
    """The cause of a refusal; Tryton's own words where it is no known one."""
    for words, cause in _CAUSES:
        if words in text:
            return cause
    return phrase("Tryton refuses it: {answer}; mend it there, then `outbox retry`", answer=text)
