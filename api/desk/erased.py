"""Those whose data were erased: no verb and no row of an import deals with them again. All of them ask here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from api.refusals import Conflict
from api.store import customer_parties, erasures
from api.store.erasures import ErasureKind, Whose
from api.store.sql import Reading
from engine.documents.opportunity import Opportunity
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Span

ERASED_CUSTOMER: Final = Kind(
    "erased-customer",
    "the data of the customer `{name}` were erased: nobody can be invoiced under this name",
    "enter the customer anew under another id",
)
ERASED_PROSPECT: Final = Kind(
    "erased-prospect", "the data of the prospect of `{name}` were erased: nothing can be sold under this name", "open a new opportunity"
)
ERASED_ROW: Final = Kind(
    "erased-row",
    "the data of {what} `{name}` were erased, and this row needs them",
    "delete the row, or enter these data anew under another id",
)
MERGED_CUSTOMER: Final = Kind("merged-customer", "the customer `{name}` was merged into `{into}` on {on}", "write `{into}` instead")
_WORDS: Final[Mapping[ErasureKind, Phrase]] = {
    "customer": phrase("the customer"),
    "contact": phrase("the contact"),
    "prospect": phrase("the prospect of"),
}


def refuse_erased(connection: Reading, *named: Whose) -> None:
    """Refuses a verb that names somebody whose data were erased, or a customer that was merged into another."""
    for kind, name in erasures.among(connection, named):
        raise Conflict(((ERASED_CUSTOMER if kind == "customer" else ERASED_PROSPECT).at(None, name=name),), "erased", ())
    for name, state in customer_parties.states(connection, [name for kind, name in named if kind == "customer"]).items():
        if state.merged_into is not None:
            raise Conflict((MERGED_CUSTOMER.at(None, name=name, into=state.merged_into, on=state.merged_on),), "merged", ())


def erased_rows(erased: Container[Whose], named: Iterable[Whose], where: Span) -> Iterator[Problem]:
    """A problem for each of those whom a row names and whose data were erased."""
    return (ERASED_ROW.at(where, what=_WORDS[kind], name=name) for kind, name in named if (kind, name) in erased)


def named_by(opportunity: Opportunity) -> Whose:
    """Whose data an opportunity needs: those of its customer or of its prospect."""
    return ("customer", opportunity.customer) if opportunity.customer is not None else ("prospect", opportunity.id)
