"""The parties of Tryton: customers by our number, entered where they are unknown."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from api.delivery.accounting.connector import BookingRefused, ConnectorFault
from api.delivery.accounting.tryton_refusals import refusal_of
from api.delivery.accounting.tryton_rpc import Row, TrytonRefusal, TrytonRpc, Value, number
from engine.documents.party import Customer


@dataclass
class TrytonParties:
    """The parties of a database; each is searched once."""

    rpc: TrytonRpc
    _known: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def party(self, customer: Customer) -> tuple[int, int]:
        """The id of a party and of its address."""
        with self._lock:
            known = self._known.get(customer.id)
        if known is None:
            known = self._find(customer.id) or self._enter(customer)
            with self._lock:
                self._known[customer.id] = known
        return known

    def _find(self, code: str) -> tuple[int, int] | None:
        rows = self.rpc.search("party.party", [["code", "=", code]], ["code", "addresses"])
        if not rows:
            return None
        addresses = rows[0].get("addresses")
        if not (isinstance(addresses, list | tuple) and addresses):
            addresses = self.rpc.create("party.address", [{"party": number(rows[0]["id"])}])
        return number(rows[0]["id"]), number(addresses[0])

    def _enter(self, customer: Customer) -> tuple[int, int]:
        try:
            self._create(customer, "eu_vat")
        except TrytonRefusal:
            try:
                self._create(customer, None)  # a VAT number that is none of the Union's has no type there
            except TrytonRefusal as refusal:
                raise BookingRefused(refusal_of(str(refusal)), str(refusal)) from None
        matches = self._find(customer.id)
        if matches is None:
            raise ConnectorFault("a party that was created is not there")
        return matches

    def _create(self, customer: Customer, kind: str | None) -> None:
        """Creates a party whose VAT number has a type, unless another has created it meanwhile."""
        try:
            self.rpc.create("party.party", [self._values(customer, kind)])
        except TrytonRefusal as refusal:
            if "unique" not in str(refusal):
                raise

    def _values(self, customer: Customer, kind: str | None) -> Row:
        one = customer.address
        country = self.rpc.search("country.country", [["code", "=", one.country]], ["code"])
        address: dict[str, Value] = {"street": one.street, "postal_code": one.postcode, "city": one.town}
        if country:
            address["country"] = number(country[0]["id"])
        values: dict[str, Value] = {"name": customer.name, "code": customer.id, "addresses": [["create", [address]]]}
        if customer.vat_number:
            values["identifiers"] = [["create", [{"type": kind, "code": customer.vat_number}]]]
        return values
