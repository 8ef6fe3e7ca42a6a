"""What the form of a verb shows and fills in beside what the model of its request says: one description for each form that has more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.pages.records.form_text import FormText
from api.pages.runs.run_outlook_text import run_text
from engine.phrases import Language, Phrase, phrase

Tree = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDescription:
    """How a form differs from what the model of its request alone makes of it."""

    first: Sequence[str] | None = None
    """The fields that stand open in a long form beside those that are needed; None: the first few."""
    preset: Mapping[str, str] = field(default_factory=dict)
    """What a new form is filled with."""
    of_today: str | None = None
    """The field that a new form fills with the business date."""
    of_the_person: str | None = None
    """The field that a new form fills with who is signed in."""
    signed: str | None = None
    """The field that no form shows, since it says who does it: who is signed in."""
    unshown: Sequence[str] = ()
    """Fields for which a page has another way."""
    is_id_made: bool = False
    """Whether the form makes the id of what is entered, which nobody has to think of."""
    labels: Mapping[str, Phrase] = field(default_factory=dict)
    """Of fields whose name alone says too little."""
    hints: Mapping[str, Phrase] = field(default_factory=dict)
    """Of fields that need another one than their model has."""
    stored: Callable[[Tree, Mapping[str, str]], Tree] = lambda tree, _: tree
    """What a record has for the fields of the form, of the answer that shows it and the names of the form."""

    summary: Callable[[Desk, Mapping[str, str], Language], FormText] | None = None
    """What it says of what it would do as it is filled in."""

    def presets(self, person: str, today: date) -> Mapping[str, str]:
        """What a new form is filled with for somebody on a day."""
        own = {self.of_the_person: person, self.of_today: today.isoformat()}
        return {**self.preset, **{name: text for name, text in own.items() if name is not None}}


def form_of(verb: str) -> FormDescription:
    """The description of the form of a verb."""
    return _FORMS.get(verb, _PLAIN)


def _with_address(customer: Tree, _names: Mapping[str, str]) -> Tree:
    """A customer with the parts of its address beside its other fields, as in customers.csv."""
    address = customer.get("address")
    return {**customer, **address} if isinstance(address, Mapping) else customer


def _line(quote: Tree, names: Mapping[str, str]) -> Tree:
    """What was written into a line of a quote."""
    lines = quote.get("lines")
    numbered = {str(each["number"]): each["request"] for each in lines} if isinstance(lines, list) else {}
    line = numbered.get(names.get("line", ""), {})
    return line if isinstance(line, Mapping) else {}


_CUSTOMER: Final = ("name", "street", "postcode", "town", "country", "language", "vat_number", "email", "segment", "kind")
_BY_THE_CUSTOMER: Final = FormDescription(labels={"by": phrase("Accepted by")})
_OF_A_DRAFT: Final = FormDescription(
    hints={
        "at_once": phrase(
            "Without it, somebody else publishes the version. With it, it is published now, unless the company needs two persons."
        )
    }
)
_PLAIN: Final = FormDescription()
_FORMS: Final[Mapping[str, FormDescription]] = {
    "create_customer": FormDescription(first=_CUSTOMER),
    "change_customer": FormDescription(first=_CUSTOMER, stored=_with_address),
    "register_prospect": FormDescription(first=_CUSTOMER),
    "check_vat_number": FormDescription(signed="by"),
    "open_opportunity": FormDescription(of_the_person="owner"),
    "make_quote": FormDescription(first=("opportunity", "draft"), preset={"draft": "true"}),
    "make_version": FormDescription(first=("lines", "draft")),
    "change_line": FormDescription(stored=_line),
    "accept_quote": _BY_THE_CUSTOMER,
    "preview_acceptance": _BY_THE_CUSTOMER,
    "end_item": FormDescription(signed="by"),
    "start_billing": FormDescription(first=("order_type", "customer"), of_today="due_through", unshown=("preview",), summary=run_text),
    "enter_payment": FormDescription(is_id_made=True),
    "refund_payment": FormDescription(is_id_made=True),
    "propose_draft": _OF_A_DRAFT,
}
"""By verb; what is not here is as its model says."""
