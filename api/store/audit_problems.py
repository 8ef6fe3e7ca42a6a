"""What the auditor may find: each kind of problem, with the only remedy that there is."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

_RESTORE: Final = "the stored document was changed or lost outside the program; restore the database from a copy and look for who did it"
UNREADABLE = Kind("unreadable", "{number} cannot be read any more", _RESTORE)
UNREADABLE_ROW = Kind("unreadable-row", "a row of {what} cannot be read any more: what comes after it is not verified", _RESTORE)
GAP = Kind("gap", "the series {series} has no number {sequence}", _RESTORE)
DATES_GO_BACK = Kind("dates-go-back", "{number} is dated {on}, before its predecessor in the series {series}", _RESTORE)
CHAIN_BROKEN = Kind("chain-broken", "{number} does not follow from its predecessor: {part} differs", _RESTORE)
COLUMN_DIFFERS = Kind("column-differs", "{what}: the column {column} is {found}, its document says {expected}", _RESTORE)
NO_ENTRY = Kind("no-journal-entry", "{number} has no journal entry", _RESTORE)
NO_MESSAGE = Kind("no-message", "{number} has no message to {channel} in the outbox", _RESTORE)
NO_DOCUMENT = Kind("no-document", "{what} names the document {number}, which does not exist", _RESTORE)
LINES_DIFFER = Kind("lines-differ", "{number}: {transaction} stands there with {lines}, and is {net}", _RESTORE)
NOT_ON_ITS_INVOICE = Kind("not-on-its-invoice", "{transaction} is marked as invoiced on {number}, which has no such line", _RESTORE)
NOT_MARKED = Kind("not-marked", "{transaction} stands on {number} and is not marked so", _RESTORE)
TRANSACTION_DIFFERS = Kind("transaction-differs", "{transaction} is not what it was when {number} invoiced it", _RESTORE)
NOT_CREDITED = Kind(
    "billed-twice",
    "{transaction} was released by {number}, to be billed again, and is not credited there",
    "credit its lines on {number} wholly",
)
OVERLAP = Kind("overlap", "{item} is billed twice for {period}: {first} and {second}", _RESTORE)
NOT_AS_REPORTED = Kind(
    "not-as-reported",
    "{transaction} was invoiced with {billed}, reported was {reported}",
    "restore the database from a copy, and look for who changed the reports or the transaction",
)
NOT_AS_AGREED = Kind("not-as-agreed", "the instalments of {item} add up to {sum}, agreed was {agreed}", "plan the order again")
RENDITION_DIFFERS = Kind("rendition-differs", "the PDF of {number} is not what was made", _RESTORE)
PAYMENT_DIFFERS = Kind(
    "payment-differs",
    "the payment {payment} is {amount}, and {allocated} of it are allocated, {unallocated} left and {refunded} paid back",
    "restore the database from a copy, and look for who changed the payment",
)
NOT_BALANCED = Kind("entry-not-balanced", "{entry} does not balance: debits less credits are {difference} minor units", _RESTORE)
NOT_UNDONE = Kind("accrual-not-undone", "the accrual {entry} is not undone: {difference} minor units are left", _RESTORE)
PAYMENT_NOT_POSTED = Kind("payment-not-posted", "the payment {payment} has no journal entry", "`journal post` posts what is not posted yet")
POSTED_OTHERWISE = Kind(
    "payment-posted-otherwise",
    "the entries of the payment {payment} come to {found} in {role}, and it makes {expected}",
    "`journal post` posts what differs; if it stays, restore the database from a copy",
)
CUSTOMER_DIFFERS = Kind(
    "customer-posted-otherwise",
    "the payments of the customer {customer} come to {found} in the journal, and they settle and leave {expected}",
    "`journal post` posts what differs; `verify` names the payments that are not as they were posted",
)
SETTLED_TWICE = Kind(
    "settled-twice",
    "{settled} are allocated to {document}, and its gross is {gross}",
    "release a payment of it and match it again; `payment list --document {document}` shows them",
)
PREPAID_DIFFERS = Kind("prepaid-differs", "{number}: line {line} moves a prepaid amount otherwise than the store says", _RESTORE)
PREPAID_OVERDRAWN = Kind(
    "prepaid-overdrawn",
    "of the prepaid amount {item} {sold} was sold, and {gone} was refunded, drawn or lapsed",
    "restore the database from a copy, and look for who changed what became of it",
)
PREPAID_POSTED = Kind(
    "prepaid-posted-otherwise",
    "{document} moves {wanted} minor units of prepaid amounts, and {found} are posted for it",
    "restore the database from a copy, and look for who changed the journal",
)
DOUBTFUL_DIFFERS = Kind(
    "doubtful-posted-otherwise",
    "{number} stands with {found} minor units on the account of doubtful debts, and {expected} are open of it",
    "restore the database from a copy, and look for who changed the journal",
)
