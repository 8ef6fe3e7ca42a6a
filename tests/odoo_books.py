"""The accounting of Odoo in memory: invoices and entries with their lines and VAT, posting, lock dates, reconciliation, payments.

Written from its published description; what it does without being asked, such as dates that it moves behind a lock, it does here too.
"""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.odoo_store import OdooError, OdooStore, Values, invalid

MODELS = {
    "res.company": {
        "name": "char", "currency_id": "res.currency", "tax_calculation_rounding_method": "char", "fiscalyear_lock_date": "date",
        "tax_lock_date": "date", "sale_lock_date": "date", "hard_lock_date": "date",
    },
    "res.users": {"name": "char", "company_id": "res.company"},
    "res.currency": {"name": "char"},
    "res.country": {"name": "char", "code": "char"},
    "res.partner": {
        "name": "char", "ref": "char", "is_company": "bool", "street": "char", "zip": "char", "city": "char", "country_id": "res.country",
        "vat": "char", "company_id": "res.company", "property_account_receivable_id": "account.account",
    },
    "account.account": {"name": "char", "code": "char", "account_type": "char", "reconcile": "bool"},
    "account.journal": {"name": "char", "code": "char", "type": "char", "company_id": "res.company"},
    "account.tax": {
        "name": "char", "amount": "float", "amount_type": "char", "price_include": "bool", "type_tax_use": "char",
        "company_id": "res.company",
    },
    "account.move": {
        "name": "char", "ref": "char", "move_type": "char", "state": "char", "payment_state": "char", "date": "date",
        "invoice_date": "date", "invoice_date_due": "date", "invoice_payment_term_id": "int", "payment_reference": "char",
        "partner_id": "res.partner", "company_id": "res.company", "journal_id": "account.journal", "currency_id": "res.currency",
        "reversed_entry_id": "account.move", "invoice_line_ids": "lines", "line_ids": "lines", "amount_untaxed": "float",
        "amount_tax": "float", "amount_total": "float", "amount_residual": "float",
    },
    "account.move.line": {
        "name": "char", "move_id": "account.move", "account_id": "account.account", "partner_id": "res.partner", "balance": "float",
        "debit": "float", "credit": "float", "currency_id": "res.currency", "quantity": "float", "price_unit": "float", "tax_ids": "ids",
        "display_type": "char", "date": "date", "parent_state": "char", "company_id": "res.company", "amount_residual": "float",
        "amount_residual_currency": "float", "reconciled": "bool",
    },
    "account.partial.reconcile": {
        "debit_move_id": "account.move.line", "credit_move_id": "account.move.line", "amount": "float", "debit_amount_currency": "float",
        "credit_amount_currency": "float", "exchange_move_id": "account.move",
    },
    "ir.attachment": {"name": "char", "res_model": "char", "res_id": "int", "datas": "char"},
}  # fmt: skip
_SIGNS = {"out_invoice": -1, "out_refund": 1}
_CENT = Decimal("0.01")
_NUMBERS = {"out_invoice": "INV/", "out_refund": "RINV/", "entry": "MISC/"}


class OdooBooks(OdooStore):
    """One company with its chart, its taxes, and its entries."""

    def __init__(self) -> None:
        super().__init__(MODELS)
        euro = self.add("res.currency", {"name": "EUR"})
        self.company = self.add(
            "res.company", {"name": "Optique", "currency_id": euro, "tax_calculation_rounding_method": "round_globally"}
        )
        self.user = self.add("res.users", {"name": "Connector", "company_id": self.company})
        for code in ("BE", "FR", "GB"):
            self.add("res.country", {"name": code, "code": code})
        move, line = "account.move", "account.move.line"
        self.computed = {
            (line, "date"): lambda row: self.one(move, row["move_id"])["date"],
            (line, "parent_state"): lambda row: self.one(move, row["move_id"])["state"],
            (line, "company_id"): lambda row: self.company,
            (line, "debit"): lambda row: max(row["balance"], Decimal()),
            (line, "credit"): lambda row: max(-row["balance"], Decimal()),
            (line, "amount_residual"): self._residual,
            (line, "amount_residual_currency"): self._residual,
            (line, "reconciled"): lambda row: self._is_matched(row) and not self._residual(row),
            (move, "amount_untaxed"): lambda row: self._amount(row, "product"),
            (move, "amount_tax"): lambda row: self._amount(row, "tax"),
            (move, "amount_total"): lambda row: self._amount(row, "product", "tax"),
            (move, "amount_residual"): lambda row: abs(sum((self._residual(each) for each in self._owed(row)), Decimal())),
            (move, "payment_state"): self._payment_state,
        }

    def context_get(self, model: str) -> Values:
        """The context of the user of the key."""
        return {"lang": "en_US", "tz": "Europe/Brussels", "uid": self.user}

    def create(self, model: str, vals_list: list[Values]) -> list[int]:
        """The ids of new records, checked as their model checks them."""
        match model:
            case "account.move":
                return [self._new_move(values) for values in vals_list]
            case "res.partner":
                return [self._new_partner(values) for values in vals_list]
            case "ir.attachment":
                for values in vals_list:
                    b64decode(values["datas"], validate=True)
        return super().create(model, vals_list)

    def write(self, model: str, ids: list[int], vals: Values) -> bool:
        """Changes records; what is posted keeps its dates and amounts."""
        if model == "account.move" and vals.keys() & {"date", "invoice_date", "line_ids", "invoice_line_ids"}:
            for each in ids:
                if self.one(model, each)["state"] == "posted":
                    raise OdooError("You cannot modify a posted entry of this journal.")
        return super().write(model, ids, vals)

    def unlink(self, model: str, ids: list[int]) -> bool:
        """Deletes records, and of entries only drafts that never had a number."""
        if model == "account.move":
            for each in ids:
                if self.one(model, each)["name"]:
                    raise OdooError("You can't delete a posted journal item. Don’t play games with your accounting records.")
                for line in self._lines(each):
                    del self.tables["account.move.line"][line["id"]]
        return super().unlink(model, ids)

    def action_post(self, model: str, ids: list[int]) -> bool:
        """Posts drafts: each gets its number, and a later date where its own is locked."""
        for each in ids:
            move = self.one(model, each)
            if move["state"] != "draft":
                raise OdooError(f"The entry {move['name']} (id {each}) must be in draft.")
            if not self._lines(each):
                raise OdooError("You need to add a line before posting.")
            on = self._open_day(move)
            name = f"{_NUMBERS[move['move_type']]}{on[:4]}/{1 + sum(bool(row['name']) for row in self.tables[model].values()):05}"
            self.change(model, each, state="posted", date=on, name=name)
            origin = move["reversed_entry_id"]
            if origin and self.one(model, origin)["state"] == "posted":
                open_lines = [row for row in (*self._owed(self.one(model, origin)), *self._owed(move)) if self._residual(row)]
                self.reconcile("account.move.line", [row["id"] for row in open_lines])
        return False

    def button_cancel(self, model: str, ids: list[int]) -> bool:
        """Cancels entries."""
        self.remove_move_reconcile("account.move.line", [row["id"] for each in ids for row in self._lines(each)])
        for each in ids:
            self.change(model, each, state="cancel")
        return True

    def reconcile(self, model: str, ids: list[int]) -> None:
        """Matches lines of one account, the oldest first, up to what is left of each."""
        lines = [self.one(model, each) for each in sorted(ids)]
        if len({row["account_id"] for row in lines}) > 1:
            raise OdooError("Entries are not from the same account.")
        for row in lines:
            if self.value(model, row, "parent_state") != "posted":
                raise OdooError("You can only reconcile posted entries.")
            if not self.value(model, row, "account_id.reconcile") or self.value(model, row, "reconciled"):
                raise OdooError("You are trying to reconcile some entries that are already reconciled.")
        for debit in (row for row in lines if row["balance"] > 0):
            for credit in (row for row in lines if row["balance"] < 0):
                amount = min(self._residual(debit), -self._residual(credit))
                if amount > 0:
                    both = {"debit_move_id": debit["id"], "credit_move_id": credit["id"]}
                    amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), amount)
                    self.add("account.partial.reconcile", {**both, **amounts})

    def remove_move_reconcile(self, model: str, ids: list[int]) -> None:
        """Takes lines out of all that they are matched with."""
        for name, match in list(self.tables["account.partial.reconcile"].items()):
            if {match["debit_move_id"], match["credit_move_id"]} & set(ids):
                del self.tables["account.partial.reconcile"][name]

    def _new_partner(self, values: Values) -> int:
        vat = values.get("vat")
        if vat and not re.fullmatch(r"[A-Z]{2}[0-9A-Za-z]{2,12}", vat):
            raise invalid(f"The VAT number [{vat}] for partner [{values['name']}] does not seem to be valid.")
        (usual,) = self.matching("account.account", [["account_type", "=", "asset_receivable"]])[:1]
        return self.add("res.partner", {"property_account_receivable_id": usual["id"], **values})

    def _new_move(self, values: Values) -> int:
        journal = self.one("account.journal", values["journal_id"])
        kind = values["move_type"]
        if kind in _SIGNS and journal["type"] != "sale":
            raise invalid(f"Cannot create an invoice of type {kind} in the journal {journal['code']}.")
        euro = self.one("res.company", self.company)["currency_id"]
        fields = {name: value for name, value in values.items() if name not in ("invoice_line_ids", "line_ids")}
        move = self.add("account.move", {"state": "draft", "currency_id": euro, **fields})
        for _, _, line in values.get("invoice_line_ids") or values["line_ids"]:
            self._new_line(move, kind, line)
        if kind in _SIGNS:
            self._new_totals(move, values)
        elif sum(row["balance"] for row in self._lines(move)):
            raise OdooError("The entry is not balanced.")
        self.change("account.move", move, date=self._open_day(self.one("account.move", move)))
        return move

    def _new_line(self, move: int, kind: str, given: Values) -> None:
        values = {"currency_id": self.one("account.move", move)["currency_id"], **given, "move_id": move}
        if kind in _SIGNS:
            ((_, _, taxes),) = given["tax_ids"]
            net = _rounded(Decimal(given["quantity"]) * given["price_unit"])
            values |= {"balance": _SIGNS[kind] * net, "tax_ids": taxes, "display_type": "product"}
        else:
            values |= {"balance": Decimal(given.get("debit", 0)) - Decimal(given.get("credit", 0)), "display_type": "product"}
        self.add("account.move.line", {name: value for name, value in values.items() if name not in ("debit", "credit")})

    def _new_totals(self, move: int, values: Values) -> None:
        """The lines of VAT, rounded once for each tax, or for each line where the company rounds so, and what the customer owes."""
        by_line = self.one("res.company", self.company)["tax_calculation_rounding_method"] == "round_per_line"
        vat: dict[int, Decimal] = {}
        for row in self._lines(move):
            for name in row["tax_ids"]:
                exact = row["balance"] * self.one("account.tax", name)["amount"] / 100
                vat[name] = vat.get(name, Decimal()) + (_rounded(exact) if by_line else exact)
        (due,) = self.matching("account.account", [["code", "=", "451000"]])
        partner, currency = self.one("res.partner", values["partner_id"]), values["currency_id"]
        common = {"move_id": move, "partner_id": partner["id"], "currency_id": currency}
        for name, amount in vat.items():
            tax = self.one("account.tax", name)["name"]
            self.add(
                "account.move.line", {**common, "name": tax, "account_id": due["id"], "balance": _rounded(amount), "display_type": "tax"}
            )
        owed = -sum(row["balance"] for row in self._lines(move))
        account = partner["property_account_receivable_id"]
        self.add("account.move.line", {**common, "name": False, "account_id": account, "balance": owed, "display_type": "payment_term"})

    def _open_day(self, move: Values) -> str:
        """The day of an entry, or the first after the days that are locked for it."""
        names = ["fiscalyear_lock_date", "hard_lock_date", *(["tax_lock_date", "sale_lock_date"] if move["move_type"] in _SIGNS else [])]
        locked = max((str(on) for name in names if (on := self.one("res.company", self.company)[name])), default="")
        on = str(move["date"] or move["invoice_date"])
        return on if on > locked else str(date.fromisoformat(locked) + timedelta(days=1))

    def _lines(self, move: int) -> list[Values]:
        return [row for row in self.tables["account.move.line"].values() if row["move_id"] == move]

    def _owed(self, move: Values) -> list[Values]:
        return [row for row in self._lines(move["id"]) if row["display_type"] == "payment_term"]

    def _amount(self, move: Values, *kinds: str) -> Decimal:
        balances = [row["balance"] for row in self._lines(move["id"]) if row["display_type"] in kinds]
        sign = _SIGNS.get(move["move_type"])
        return sum(balances, Decimal()) * sign if sign else sum((each for each in balances if each > 0), Decimal())

    def _payment_state(self, move: Values) -> str:
        owed = self._owed(move)
        if move["state"] != "posted" or not any(map(self._is_matched, owed)):
            return "not_paid"
        return "partial" if any(map(self._residual, owed)) else "paid"

    def _is_matched(self, line: Values) -> bool:
        matches = self.tables["account.partial.reconcile"].values()
        return any(line["id"] in (match["debit_move_id"], match["credit_move_id"]) for match in matches)

    def _residual(self, line: Values) -> Any:
        if not self.one("account.account", line["account_id"])["reconcile"]:
            return Decimal()
        matches = self.tables["account.partial.reconcile"].values()
        taken = sum((match["amount"] for match in matches if match["debit_move_id"] == line["id"]), Decimal())
        given = sum((match["amount"] for match in matches if match["credit_move_id"] == line["id"]), Decimal())
        return line["balance"] - taken + given


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
