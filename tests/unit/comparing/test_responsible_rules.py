"""The rule responsible for a changed amount, by the reasons that differ."""

from engine.comparing.responsible_rules import Why, responsible
from engine.phrases import Figure, named, phrase
from engine.reasons import Reason

INDEX = Reason("price", "catalog: price book 2027", "89.00 × 1.029 = 91.581", "Index")
LATER = Reason("price", "catalog: price book 2027", "89.00 × 1.031 = 91.759", "Index")
FACTOR = Reason("factor", "rules/pricing: factor row 1", "× 0.85 = 77.84")
FACTOR_LATER = Reason("factor", "rules/pricing: factor row 1", "× 0.85 = 78.00")
LINE = Reason("line", "line", "77.84 × 2 = 155.68")
LINE_LATER = Reason("line", "line", "78.00 × 2 = 156.00")


def test_what_decides_is_told_and_what_follows_is_not() -> None:
    assert responsible((INDEX, FACTOR, LINE), (LATER, FACTOR_LATER, LINE_LATER)) == (
        Why("price", "catalog: price book 2027", INDEX.says, LATER.says, "Index"),
    )


def test_another_row_of_the_same_table() -> None:
    other = Reason("factor", "rules/pricing: factor row 2", "× 0.90 = 82.42")
    (why,) = responsible((INDEX, FACTOR), (INDEX, other))
    assert (why.rule, why.before, why.after) == ("rules/pricing: factor row 2", FACTOR.says, other.says)


def test_a_rule_that_came_and_one_that_went() -> None:
    discount = Reason("discount", "rules/discounts: opening", "10% off", "Campaign")
    assert responsible((INDEX,), (INDEX, discount)) == (Why("discount", discount.rule, None, "10% off", "Campaign"),)
    assert responsible((INDEX, discount), (INDEX,)) == (Why("discount", discount.rule, "10% off", None, "Campaign"),)


def test_where_only_sums_differ_they_are_told() -> None:
    assert [why.subject for why in responsible((LINE,), (LINE_LATER,))] == ["line"]


def test_a_row_that_moved_is_the_same() -> None:
    moved = Reason(FACTOR.subject, "rules/pricing: factor row 7", FACTOR.says, FACTOR.because, "rules/pricing.rules:20")
    assert responsible((FACTOR,), (moved,)) == ()


def test_an_instalment_that_only_follows_from_its_price() -> None:
    old = Reason("instalment", "plans: thirds", "instalment 1 of 3, 30% of 100.00 = 30.00: order.signed")
    new = Reason("instalment", "plans: thirds", "instalment 1 of 3, 30% of 200.00 = 60.00: order.signed")
    other = Reason("instalment", "plans: thirds", "instalment 1 of 3, 40% of 100.00 = 40.00: order.signed")
    assert [why.subject for why in responsible((INDEX, old), (LATER, new))] == ["price"]
    assert [why.subject for why in responsible((INDEX, old), (INDEX, other))] == ["instalment"]


def test_another_name_of_a_product_or_a_list_is_nobodys_fault() -> None:
    def costs(product: str, price: str) -> Reason:
        says = phrase("{product} costs {price}", product=named({"en": product, "fr": "Poste"}), price=Figure(price))
        return Reason("price", "catalog: price book 2027", says)

    assert responsible((costs("Licence", "24.00"), FACTOR), (costs("Seat", "24.00"), FACTOR)) == ()
    other = Reason("factor", "rules/pricing: factor row 1", "× 0.80 = 19.20")
    (why,) = responsible((costs("Licence", "24.00"), FACTOR), (costs("Seat", "24.00"), other))
    assert why.rule == FACTOR.rule
    (why,) = responsible((costs("Licence", "24.00"),), (costs("Seat", "25.00"),))
    assert (why.before, why.after) == ("Licence costs 24.00", "Seat costs 25.00")
