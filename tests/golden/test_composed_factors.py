"""A price factor that multiplies several tables is told factor by factor, and a comparison blames the table that changed."""

from functools import cache
from typing import Final

from api.rulebook_folder import read_folder
from engine.comparing.responsible_rules import responsible
from engine.evaluations.price import PriceAnswer, PriceRequest, evaluate_price
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from tests.golden.rulebooks import CHECKOUT, SMALL

RULES: Final = """
table segment-factor
  exactly one
  | customer.segment || factor | because               |
  | chain            || 0.85   | "Framework agreement" |
  | retail           || 0.95   | "Shops"               |

table size-index
  exactly one
  | line.quantity || index  | because    |
  | < 10          || 1      | "Small"    |
  | >= 10         || 1.0736 | "2027 law" |

define loyalty : Number = if order.kind is renewal then 0.9 else 1

define line.price-factor : Number = if customer.segment is known then segment-factor.factor * size-index.index * loyalty else 1
"""


@cache
def book(before: str = "", after: str = "") -> Rulebook:
    """The small company's rulebook with a composed factor, in which a text is replaced."""
    shipped = read_folder(CHECKOUT)
    law = {path: text for path, text in shipped.items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
    sources = {**law, **read_folder(SMALL)}
    prices = sources["rules/prices.rules"].split("table segment-factor")[0] + RULES.replace(before, after)
    return read_rulebook({**sources, "rules/prices.rules": prices})


def price(rulebook: Rulebook, **request: object) -> PriceAnswer:
    """The price of twelve workstations for a chain."""
    fields = {"product": "WORKSTATION", "quantity": "12", "on": "2026-03-09", "customer": {"segment": "chain"}, **request}
    return evaluate_price(PriceRequest.model_validate(fields), rulebook)


def factors(answer: PriceAnswer) -> list[tuple[str, str, str | None]]:
    """The factors told: rule, sentence and reason."""
    return [(each.rule, str(each.says), each.because) for each in answer.reasons if each.subject == "factor"]


def test_each_factor_is_told_with_its_rule_and_its_figure() -> None:
    assert factors(price(book())) == [
        ("rules/prices: segment-factor row 1", "× the price factor 0.85 = 34.00", "Framework agreement"),
        ("rules/prices: size-index row 2", "× the price factor 1.0736 = 36.5024", "2027 law"),
    ]
    assert str(price(book()).unit_price) == "36.50"
    assert factors(price(book(), quantity="1", order_kind="renewal")) == [
        ("rules/prices: segment-factor row 1", "× the price factor 0.85 = 34.00", "Framework agreement"),
        ("rules/prices: loyalty", "× the price factor 0.9 = 30.60", None),
    ]


def test_a_comparison_blames_the_table_that_changed_alone() -> None:
    changed = book("1.0736", "1.05")
    blamed = responsible(price(book()).reasons, price(changed).reasons)
    assert [(why.rule, why.before, why.after) for why in blamed] == [
        ("rules/prices: size-index row 2", "× the price factor 1.0736 = 36.5024", "× the price factor 1.05 = 35.70")
    ]
    first = responsible(price(book()).reasons, price(book("0.85", "0.8")).reasons)
    assert [why.rule for why in first] == ["rules/prices: segment-factor row 1"]


def test_factors_that_cancel_out_are_still_told() -> None:
    cancelling = book("1.0736", f"{1 / 0.85:.6f}")
    assert [rule for rule, _, _ in factors(price(cancelling))] == ["rules/prices: segment-factor row 1", "rules/prices: size-index row 2"]


GREETING: Final = """loyalty else 1

table greeting
  exactly one
  | customer.segment || part | because  |
  | chain            || 3%   | "Chains" |
  | retail           || 2%   | "Shops"  |

discount hello "Hello"
  when customer.segment is known
  give greeting.part off line.list
  group volume
  priority 9
"""


def test_a_computed_discount_tells_the_table_behind_it() -> None:
    reasons = price(book("loyalty else 1\n", GREETING), quantity="1").reasons
    of_rules = [(each.rule, each.because) for each in reasons if each.rule.startswith("rules/prices: ")]
    assert of_rules[-2:] == [("rules/prices: greeting row 1", "Chains"), ("rules/prices: hello", None)]
