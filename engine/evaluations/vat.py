"""POST /v1/evaluations/vat: the VAT of one supply at a tax point."""

from __future__ import annotations

from typing import Final

from pydantic import Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from engine.dates import Day
from engine.documents.document import Document, Language
from engine.documents.invoice import Held
from engine.documents.supply import Supply
from engine.evaluations.customer_request import CustomerRequest, check_country, customer_of
from engine.evaluations.evaluation import Evaluation, Example, priced_day
from engine.evaluations.request_fields import check_horizon
from engine.money import Percent
from engine.phrases import Sentence
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import SupplyKind, VatClass
from engine.stages.taxing import decide_at
from engine.text.country_codes import CountryCode


class SellerRequest(Document):
    """Facts of the seller that replace those of the rulebook."""

    oss: bool | None = None
    small_business: bool | None = None


class SupplyRequest(Document):
    """The supply: its kind and rate level, for goods the country of delivery and whether it is a distance sale."""

    kind: SupplyKind
    vat_class: VatClass = "standard"
    ship_to: CountryCode | None = None
    ship_to_postcode: str | None = Field(default=None, max_length=20)
    distance_sale: bool = False


class VatRequest(Document):
    """The customer, the supply, and the day on which VAT becomes chargeable."""

    seller: SellerRequest = SellerRequest()
    customer: CustomerRequest
    supply: SupplyRequest
    tax_point: Day


class VatAnswer(Document):
    """The VAT of the supply, or only the reason why it is held."""

    treatment: str | None = None
    category: str | None = None
    rate: Percent | None = None
    vatex: str | None = None
    mention: dict[Language, str] | None = None
    """The text that the law requires on the document, by language."""
    basis: str | None = None
    held: Sentence | None = None
    reasons: tuple[Reason, ...] = ()

    @model_serializer(mode="wrap")
    def _only_held_or_decision(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        fields: dict[str, object] = handler(self)
        is_held = self.held is not None
        return {name: each for name, each in fields.items() if (name in ("held", "reasons") if is_held else name != "held")}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """That of its fields, of which an answer leaves some out."""
        return handler({name: part for name, part in schema.items() if name != "serialization"})


def evaluate_vat(request: VatRequest, rulebook: Rulebook) -> VatAnswer:
    """The decision of the rulebook's VAT rules; Refusal where a country is unknown or a rule cannot answer."""
    check_country(request.supply.ship_to, rulebook, "/supply/ship_to")
    check_horizon(request.tax_point, rulebook, "/tax_point")
    supply = Supply.of(request.supply, customer=customer_of(request.customer, rulebook))
    changed = {f"seller.{name.replace('_', '-')}": stated for name, stated in request.seller if stated is not None}
    decided = decide_at(supply, rulebook, request.tax_point, changed=changed)
    mention = None if isinstance(decided, Held) else decided.mention
    return VatAnswer.of(decided, mention=dict(mention.texts) if mention else None)


def _example(rulebook: Rulebook) -> Example:
    customer = {"country": rulebook.company.seller.country, "kind": "business"}
    supply = {"kind": "service", "vat_class": "standard"}
    return {"customer": customer, "supply": supply, "tax_point": priced_day(rulebook).isoformat()}


EVALUATION: Final = Evaluation("vat", "How VAT falls on a supply", VatRequest, VatAnswer, evaluate_vat, _example)
