"""The golden form: 72 columns, in the order in which an accountant checks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from engine.documents.credit import CreditSelection
from engine.documents.quote import LineDiscount
from engine.money import Currency, Money, Percent, Price, Quantity
from engine.reasons import Reason
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.stages.posting.documents import post
from engine.writing.plain import amount, write
from tests.unit.stages.due_transactions import abroad, billing_rulebook, euros, issued, transaction
from tests.unit.stages.small_rulebook import EUR

BOOK = billing_rulebook()
VOLUME = LineDiscount(name="volume", label="Volume", percent=Percent.parse("17.5"), amount=euros("1008.00"))
WHY = (
    Reason("price", "catalog: price book 2027", "40.00"),
    Reason("discount", "rules/discounts: volume", "17.5%", where="rules/discounts.rules:3"),
)


def test_a_whole_document() -> None:
    yearly = transaction(
        "4752.00",
        quantity=Quantity.whole(12),
        unit_price=euros("40.00"),
        price_per="month",
        periods=Fraction(12),
        list_net=euros("5760.00"),
        discounts=(VOLUME,),
        reasons=WHY,
    )
    invoice = issued(yearly, customers=[abroad("LU")])
    assert write(invoice, post(invoice, BOOK), sentence="Twelve desks with a volume discount.") == (
        """\
Twelve desks with a volume discount.

INVOICE 2027-00001                                     issued 2027-01-31
  seller    Atelier, Liège                                  BE0202239951
  customer  Optique, Namur LU                                LU123456789
  order     subscription                                        by email
  due       2027-03-02, 30-days                           RF270202700001

1 DESK, 12 shops, 2027-01-01 to 2027-01-31                      4,752.00
    12 shops x 40.00 x 12 months                   5,760.00
    Volume 17.5%                                  -1,008.00

VAT  AE 0%  on 4,752.00                                             0.00
     No VAT, category AE.

net                                                             4,752.00
VAT                                                                 0.00
gross EUR                                                       4,752.00

By law.

POSTINGS 2027-01-31
  400001 Customers, due 2027-03-02               4,752.00
  700001 Sales                                                  4,752.00

WHY
  1  catalog: price book 2027; rules/discounts: volume
"""
    )


def test_no_line_is_wider_than_72_columns_and_none_ends_in_blanks() -> None:
    invoice = issued(
        transaction(
            "123456.78",
            unit_price=euros("0.06"),
            fine_price=Price.parse("0.0625", EUR),
            quantity=Quantity.whole(1_975_309),
            reasons=WHY * 3,
        ),
        transaction(
            "-1.00", item="A-2", kind="change", quantity=Quantity.whole(-1), days=14, period_days=31, whole_list_net=euros("-2.21")
        ),
        transaction("24.53", "GUIDE", item="A-3", order_type="subscription", kind="insertion", number=4),
    )
    text = write(
        invoice, post(invoice, BOOK), sentence="A sentence that is so long that it must be wrapped, because it has more than 72 signs."
    )
    assert all(len(line) <= 72 and line == line.rstrip() for line in text.splitlines())
    assert "14 of 31 days                                     -1.00" in text
    assert "change" in text
    assert "insertion 4" in text
    assert "    S 6%" in text


def test_a_price_in_parts_of_a_cent_is_shown_as_it_is_written() -> None:
    invoice = issued(
        transaction("625.00", unit_price=euros("0.06"), fine_price=Price.parse("0.0625", EUR), quantity=Quantity.whole(10_000))
    )
    assert "10000 shops x 0.0625" in write(invoice, post(invoice, BOOK))


def test_a_credit_note_names_its_invoice_and_reverses_the_entry() -> None:
    invoice = issued(transaction("100.00"))
    draft = credit(invoice, (), CreditSelection(whole=True), BOOK, on=date(2027, 2, 3))
    note = issue_credit_note(draft, number="C2027-00001", series="c", on=date(2027, 2, 3))
    text = write(note, post(note, BOOK))
    assert text.startswith("CREDIT NOTE C2027-00001")
    assert "  corrects  2027-00001 of 2027-01-31" in text
    assert "  700001 Sales                                     100.00\n" in text


def test_instalments_stand_between_totals_and_postings() -> None:
    first = transaction("30.00", "TILL", kind="instalment", number=1, share="30%", advance=True, service_period=None)
    last = transaction("70.00", "TILL", kind="instalment", number=2, share="rest", service_period=None, billing_date=None)
    invoice = issued(first)
    text = write(invoice, post(invoice, BOOK), transactions=(first, last))
    assert text.index("gross EUR") < text.index("INSTALMENTS") < text.index("POSTINGS")
    assert "  2027-01-01 instalment TILL no. 1                                 30.00" in text
    assert "  no date yet instalment TILL no. 2                                70.00" in text


def test_amounts_have_commas_and_the_decimals_of_their_currency() -> None:
    yen = Currency.of("JPY")
    assert [amount(one) for one in (Money(-123456789, EUR), Money(5, EUR), Money(1234567, yen))] == ["-1,234,567.89", "0.05", "1,234,567"]
