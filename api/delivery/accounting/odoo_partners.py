"""The partners of Odoo: customers by our number, entered where they are unknown."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from api.delivery.accounting.connector import ConnectorFault
from api.delivery.accounting.odoo_rpc import OdooRpc, Row, Value, number
from engine.documents.party import Customer


@dataclass
class OdooPartners:
    """The partners of a database; each is searched once."""

    rpc: OdooRpc
    _known: dict[tuple[str, int | None], int] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def partner(self, customer: Customer, company: int, account: int | None = None) -> int:
        """The id of a partner, whose account of customers is a given one."""
        key = (customer.id, account)
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = self._find(customer.id, company, account)
            if known is None:
                self.rpc.create("res.partner", [self._values(customer, account)])
                known = self._find(customer.id, company, account)
            if known is None:
                raise ConnectorFault("a partner that was created is not there")
            with self._lock:
                self._known[key] = known
        return known

    def _find(self, name: str, company: int, account: int | None) -> int | None:
        """The first partner with a number, as Odoo lets several have it."""
        domain = [["ref", "=", name], ["company_id", "in", [False, company]]]
        rows = self.rpc.search("res.partner", domain, ["ref", "property_account_receivable_id"])
        if not rows:
            return None
        partner = number(rows[0]["id"])
        theirs = rows[0].get("property_account_receivable_id")
        if account is not None and (not theirs or number(theirs) != account):
            self.rpc.call("res.partner", "write", ids=[partner], vals={"property_account_receivable_id": account})
        return partner

    def _values(self, customer: Customer, account: int | None) -> Row:
        one = customer.address
        country = self.rpc.search("res.country", [["code", "=", one.country]], ["code"])
        values: dict[str, Value] = {
            "name": customer.name,
            "ref": customer.id,
            "is_company": customer.kind == "business",
            "street": one.street,
            "zip": one.postcode,
            "city": one.town,
        }
        if country:
            values["country_id"] = number(country[0]["id"])
        if customer.vat_number:
            values["vat"] = customer.vat_number
        if account is not None:
            values["property_account_receivable_id"] = account
        return values
