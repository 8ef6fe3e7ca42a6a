"""`/v1/orders/{order}/…`: the verbs of orders and their items, previewed, done, taken back and moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, create_model

from api.desk import ordering
from api.desk.document_trees import Tree, order_tree
from api.desk.item_changes import Change, Swap
from api.desk.order_preview import preview
from api.desk.order_verbs import (
    BY_NAME,
    AddLine,
    AnyVerb,
    Cancel,
    Contract,
    End,
    Move,
    Notice,
    ReportEvent,
    Resume,
    SetDelivery,
    SetFields,
    SetTerms,
    Suspend,
    Undo,
)
from api.http.answer_models import answer_of
from api.http.request_parsing import read_body
from api.http.route_declarations import BILLING, SALES_AND_BILLING, Call
from api.http.routes.orders import OrderAnswer, orders
from api.refusals import NotAllowed, unknown
from engine.documents.document import Document
from engine.documents.order_effect import OrderEffect
from engine.problems import Kind

MAY_NOT_CREDIT: Final = Kind(
    "credit-not-allowed", "a credit note compensates what was invoiced, and this key may issue none", "ask somebody of billing to undo it"
)
_OURS: Final = frozenset({"currency", "verb"})
_Amount = Annotated[str | None, Field(default=None, max_length=40, description="A decimal text in the currency of the order.")]
_ITEM: Final = "/v1/orders/{order}/items/{item}"


def body_of(verb: type[AnyVerb], *without: str) -> type[BaseModel]:
    """What a request asks of a verb, beside the names in its path."""
    fields: dict[str, object] = {
        name: (_Amount, None) if name == "price" else (field.annotation, field)
        for name, field in verb.model_fields.items()
        if name not in _OURS and name not in without
    }
    suffix = "OfItem" if without else "OfOrder"
    made: type[BaseModel] = create_model(  # type: ignore[call-overload]  # the fields are in a dict
        f"{verb.__name__}{suffix}", __base__=Document, __doc__=(verb.__doc__ or "").split("\n")[0], **fields
    )
    return made


def _acted(call: Call, order: str, verb: type[AnyVerb], body: BaseModel, **named: object) -> Tree:
    return order_tree(ordering.act(call.desk, order, _verb_of(call, verb, body, **named)))


def _acted_on_item(call: Call, order: str, item: str, verb: type[AnyVerb], body: BaseModel) -> Tree:
    """The order after a verb of one of its items; refuses an item of another order."""
    shown, _ = ordering.find_order(call.desk, order)
    if all(each.id != item for each in shown.items):
        raise unknown("item", item)
    named: dict[str, object] = {"item": item} if "item" in verb.model_fields else {"items": [item]}
    return _acted(call, order, verb, body, **named)


def _verb_of(call: Call, verb: type[AnyVerb], body: BaseModel, **named: object) -> AnyVerb:
    """The verb that a request asks for, in the currency of the rulebook."""
    given = body.model_dump(mode="json", exclude_unset=True)
    return read_body(verb, {"currency": call.desk.rulebook.currency.code, **given, **named})


@orders.verb(
    "/v1/orders/{order}/events", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(ReportEvent),
    example={"event": "delivery.accepted", "on": "2027-01-15"},
)  # fmt: skip
def report_event(call: Call, order: str, body: BaseModel) -> Tree:
    """Report the day on which an event of payment plans happened, or is expected (with `reported` false)."""
    return _acted(call, order, ReportEvent, body)


@orders.verb("/v1/orders/{order}/cancel", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(Cancel), example={"on": "2027-01-15"})
def cancel_order(call: Call, order: str, body: BaseModel) -> Tree:
    """Cancel what has not begun of an order, or what remains of advertising."""
    return _acted(call, order, Cancel, body)


@orders.verb(
    "/v1/orders/{order}/lines", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(AddLine),
    example={"on": "2027-01-15", "product": "LAUNCH", "price": "80.00", "because": "One more was needed"},
)  # fmt: skip
def add_line(call: Call, order: str, body: BaseModel) -> Tree:
    """Add a line by hand, a product or a text, which the next run bills once."""
    return _acted(call, order, AddLine, body)


@orders.verb(
    "/v1/orders/{order}/fields", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(SetFields), example={"fields": {}}
)  # fmt: skip
def set_fields(call: Call, order: str, body: BaseModel) -> Tree:
    """Set fields of an order that the vocabulary declares; an empty text removes one."""
    return _acted(call, order, SetFields, body)


@orders.verb("/v1/orders/{order}/terms", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(SetTerms), example={"terms": None})
def set_terms(call: Call, order: str, body: BaseModel) -> Tree:
    """Agree payment terms for an order; null takes them away."""
    return _acted(call, order, SetTerms, body)


@orders.verb("/v1/orders/{order}/delivery", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(SetDelivery), example={"address": None})
def set_delivery(call: Call, order: str, body: BaseModel) -> Tree:
    """Choose the address of the customer to which an order is delivered; null takes it away."""
    return _acted(call, order, SetDelivery, body)


@orders.verb("/v1/orders/{order}/notice", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(Notice), example={"on": "2027-01-15"})
def give_notice(call: Call, order: str, body: BaseModel) -> Tree:
    """Record that notice was given: each item ends with the first term for which it is in time."""
    return _acted(call, order, Notice, body)


@orders.verb("/v1/orders/{order}/contract", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(Contract), example={"term_months": 24})
def agree_contract(call: Call, order: str, body: BaseModel) -> Tree:
    """Agree other terms for items: their length, the notice, the renewal."""
    return _acted(call, order, Contract, body)


@orders.verb("/v1/orders/{order}/undo", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(Undo), example={"because": "A mistake"})
def undo_step(call: Call, order: str, body: BaseModel) -> Tree:
    """Take back the last step of an order, or of one of its items: the plan is as if it never was."""
    return _reversed(call, order, Undo, body)


@orders.verb("/v1/orders/{order}/move", OrderAnswer, roles=SALES_AND_BILLING, request=body_of(Move), example={"on": "2027-02-15"})
def move_step(call: Call, order: str, body: BaseModel) -> Tree:
    """Move the last step of an order, or of one of its items, to another day."""
    return _reversed(call, order, Move, body)


def _reversed(call: Call, order: str, verb: type[AnyVerb], body: BaseModel) -> Tree:
    """The order without a step, or with it on another day; only who may issue credit notes may compensate what was invoiced."""
    if getattr(body, "compensate", False) and call.key.role not in BILLING:
        raise NotAllowed((MAY_NOT_CREDIT.at(None, "/compensate"),))
    return _acted(call, order, verb, body)


def _of_item(path: str, verb: type[AnyVerb], example: Mapping[str, object]) -> None:
    """The route of a verb of an item."""
    word = path.rsplit("/", 1)[1]

    def act_on_item(call: Call, order: str, item: str, body: BaseModel) -> Tree:
        return _acted_on_item(call, order, item, verb, body)

    act_on_item.__name__ = f"{word}_item"
    act_on_item.__doc__ = verb.__doc__
    declared = orders.verb(path, OrderAnswer, roles=SALES_AND_BILLING, request=body_of(verb, "item", "items"), example=example)
    declared(act_on_item)


for _name, _verb, _example in (
    ("suspend", Suspend, {"on": "2027-02-01"}),
    ("resume", Resume, {"on": "2027-03-01"}),
    ("end", End, {"on": "2028-01-15"}),
    ("change", Change, {"on": "2027-02-01", "quantity": "4"}),
    ("swap", Swap, {"on": "2027-02-01", "product": "ARCHIVE"}),
    ("cancel", Cancel, {"on": "2027-02-01"}),
):
    _of_item(f"{_ITEM}/{_name}", _verb, _example)


def _preview_request() -> type[BaseModel]:
    """A verb with what it asks; each asks some of these fields."""
    fields: dict[str, object] = {"verb": (Literal[tuple(BY_NAME)], ...)}
    for verb in BY_NAME.values():
        for name, field in verb.model_fields.items():
            if name not in _OURS and name not in fields:
                kind = str if name == "price" else field.annotation
                fields[name] = (Annotated[(kind, *field.metadata)] if field.metadata else kind, None)
    made: type[BaseModel] = create_model(  # type: ignore[call-overload]  # the fields are in a dict
        "PreviewRequest", __base__=Document, __doc__="A verb with what it asks: of these fields those that it has.", **fields
    )
    return made


PreviewAnswer: Final = answer_of("PreviewAnswer", "What a verb would do to an order; nothing of it is stored.", OrderEffect)


@orders.verb(
    "/v1/orders/{order}/preview", PreviewAnswer, roles=SALES_AND_BILLING, request=_preview_request(),
    example={"verb": "suspend", "on": "2027-02-10"},
)  # fmt: skip
def preview_verb(call: Call, order: str, body: BaseModel) -> Tree:
    """Show what a verb would do: items, transactions with amounts, the next invoice and MRR, each before and after."""
    verb = BY_NAME[getattr(body, "verb", "")]
    return preview(call.desk, order, _verb_of(call, verb, body)).model_dump(mode="json")


ORDERS_WITH_VERBS: Final = orders
"""The resource with the routes of this module."""
