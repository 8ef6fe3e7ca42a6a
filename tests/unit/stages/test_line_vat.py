"""The VAT of single transactions: parts of the VAT of their draft, which add up to it by category and rate."""

from engine.stages.reporting.line_vat import vat_by_transaction
from tests.unit.stages.due_transactions import only_draft, transaction


def test_parts_of_one_rate_add_up_to_its_vat() -> None:
    due = [transaction(net, item=f"A-{at}") for at, net in enumerate(("0.03", "0.03", "0.03", "-0.01", "10.01"), start=1)]
    draft = only_draft(*due)
    parts = vat_by_transaction([draft])
    assert [str(parts[one.identity].vat) for one in due] == ["0.01", "0.00", "0.01", "0.00", "2.10"]
    assert sum(part.vat.minor for part in parts.values()) == draft.vat.minor == 212
    assert {part.rates for part in parts.values()} == {("S 21",)}
