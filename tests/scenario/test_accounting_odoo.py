"""Invoices on their way to Odoo and its payments on their way back: money is counted once, also where it is matched there later."""

from __future__ import annotations

from pathlib import Path

from api.delivery.accounting.payments_back import read_payments
from api.delivery.accounting.tool_reconciliation import reconcile
from api.desk import paying
from api.store import accounting_records
from engine.money import Money
from tests.local_accounting import mapping
from tests.local_odoo import local_odoo, match, odoo_connector_to, receive
from tests.scenario.test_accounting_faults import YEAR, filled, worker


def test_a_surplus_that_is_matched_later_is_the_same_money(root: Path, tmp_path: Path) -> None:
    desk = filled(f"sqlite:///{tmp_path / 'accounting.sqlite'}", root, tmp_path / "files", 2)
    with local_odoo(mapping("odoo")) as server:
        tool = odoo_connector_to(server)
        worker(desk, tool)
        with desk.store.reading() as connection:
            one, two = accounting_records.each(connection, "odoo")
        beyond = receive(tool, str(Money(one.gross + 500, desk.rulebook.currency)), desk.today, str(one.id))
        assert len(read_payments(desk, tool)) == 2, "what pays the invoice, and what is left of it"
        assert read_payments(desk, tool) == []
        of_two = [["move_id", "=", int(str(two.id))], ["display_type", "=", "payment_term"]]
        match(tool, beyond, *[int(str(row["id"])) for row in tool.rpc.search("account.move.line", of_two, ["name"])])
        assert read_payments(desk, tool) == []
        settled = [paying.find_settlement(desk, each.document) for each in (one, two)]
        assert [each.state for each in settled if each is not None] == ["overpaid", "open"]
        assert reconcile(desk, tool, mapping("odoo", entries_journal=None), *YEAR).differences == ()
    desk.close()
