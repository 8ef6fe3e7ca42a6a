"""What can be wrong with a bank file, whatever its form."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

LARGEST: Final = 64 << 20
"""The largest file in bytes."""
MOST_PROBLEMS: Final = 100
"""After so many problems a file is read no further."""

AGAIN: Final = "take the file from the bank again and give it unchanged; nothing of it was taken"

FILE_TOO_LARGE: Final = Kind("bank-file-too-large", "this bank file has {size} bytes; at most {most} are read", "ask for shorter periods")
EMPTY_FILE: Final = Kind("bank-file-empty", "this bank file is empty", AGAIN)
UNKNOWN_FORM: Final = Kind(
    "bank-file-form",
    "this is neither a CODA file, which begins with a 0, nor XML: it begins with {begins}",
    "give a file of the form CODA or CAMT.053; most banks offer one of them for download",
)
NOT_IN_ENCODING: Final = Kind(
    "bank-file-encoding",
    "the byte {byte} is no character in {encoding}",
    "give the encoding of the file with --encoding, such as {guess}",
)
CONTROL_CHARACTER: Final = Kind("bank-file-control", "the control character {name} is not allowed in a bank file", AGAIN)
BAD_IBAN: Final = Kind("bank-file-iban", "`{text}` is no IBAN whose check digits fit", AGAIN)
BAD_CURRENCY: Final = Kind("bank-file-currency", "`{text}` is no currency of ISO 4217", AGAIN)
OTHER_CURRENCY: Final = Kind("bank-file-other-currency", "this amount is in {given}, and the account in {currency}", AGAIN)
BAD_DAY: Final = Kind("bank-file-day", "`{text}` is no day written as {form}", AGAIN)
BAD_AMOUNT: Final = Kind("bank-file-amount", "`{text}` is no amount written as {form}", AGAIN)
FINE_AMOUNT: Final = Kind("bank-file-fine-amount", "the amount {text} has more decimals than {currency} has ({decimals})", AGAIN)
BALANCE: Final = Kind(
    "bank-file-balance",
    "the old balance {old} and the movements {moved} make {sum}, and the new balance is {new}",
    AGAIN,
)
SUM: Final = Kind("bank-file-sum", "the {what} add up to {found}, and the file gives {given}", AGAIN)
COUNT: Final = Kind("bank-file-count", "there are {found} {what}, and the file counts {given}", AGAIN)
MISSING_STATEMENT: Final = Kind(
    "statement-missing",
    "the statement {name} begins with {old}, and {before}, the one before it, ends with {new}",
    "import the statements between them first; the bank gives them again",
)
OTHER_ACCOUNT: Final = Kind(
    "bank-account-not-ours",
    "the statement {name} is of the account {iban}, and ours are {ours}",
    "give the statements of your own accounts",
)
STATEMENT_TWICE: Final = Kind("statement-twice", "the statement {name} of {iban} stands twice in this file", "delete one of them")
DETAILS_DIFFER: Final = Kind(
    "bank-details-differ",
    "the details add up to {found}, and the movement is {amount}",
    "nothing needs to be done: the movement is taken as one payment",
    "advice",
)
REFERENCE_DIGITS: Final = Kind(
    "bank-reference-digits",
    "the check digits of the communication `{text}` do not fit",
    "nothing needs to be done: it counts as free text",
    "advice",
)
