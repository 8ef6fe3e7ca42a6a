"""What may be written at a cursor, in each kind of file and each context, and what words mean; `^` marks the cursor."""

import pytest

from engine.editing.completion_items import Completion
from engine.editing.edited_rulebook import EditedRulebook
from engine.phrases import say
from engine.rulebook.reader import read_all
from tests.unit.rulebook.texts import SMALL

RULES = "rules/shop.rules"
PRODUCTS = "catalog/products.yaml"
TABLE = """\
table shop-factor "Factor of a segment"
  exactly one
  | customer.segment || factor |
  | shop             || 1      |
  | fleet            || 0.9    |

stacking usual
  group promotion best for the customer
  groups apply one after the other

"""
TESTS = "rules/shop.test.yaml"
SCENARIO = 'kind: tests\nscenarios:\n  - name: "A fleet"\n    given: {customer.segment: fleet}\n    expect: {shop-factor.factor: 0.9}\n'


def at(path: str, text: str) -> tuple[EditedRulebook, int, int]:
    """The rulebook with a text whose cursor is marked, and the place of the cursor."""
    before, _, after = text.partition("^")
    sources = {**SMALL, RULES: TABLE, TESTS: SCENARIO, path: before + after}
    return EditedRulebook(read_all(sources)), before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def complete(path: str, text: str) -> Completion:
    """What may be written at the cursor of a text."""
    rulebook, line, column = at(path, text)
    return rulebook.complete(path, line, column)


def texts(path: str, text: str) -> list[str]:
    """The texts that may be written there."""
    return [item.text for item in complete(path, text).items]


@pytest.mark.parametrize(
    ("text", "expected", "absent"),
    [
        ("^", ["price", "table", "discount", "use"], ["customer.kind"]),
        ("use ^", ["rules.shop", "catalogue"], ["price"]),
        ("price care\n  ^", ["for", "at", "charge", "when", "volume tiers on"], ["give", "customer.kind"]),
        ("price care\n  for ^", ["product", "products"], ["BIKE"]),
        ("price care\n  for product ^", ["BIKE", "CARE"], ["customer.kind"]),
        ("price care\n  for products BIKE, ^", ["CARE"], ["customer.kind"]),
        ("price care\n  charge per ^", ["month", "half-year", "4 weeks"], ["bike"]),
        ("price care\n  at 9.00 EUR per ^", ["bike"], ["month"]),
        ("price care\n  when ^", ["customer.segment", "line.quantity", "shop-factor.factor", "not"], ["line.list", "vat.rate"]),
        ("price care\n  when customer.segment ^", ["is", "is one of", "is not one of", "is known"], ["for"]),
        ("price care\n  when customer.segment is ^", ["shop", "fleet"], ["BIKE"]),
        ("price care\n  when customer.kind is business\n  ^", ["for", "and", "or"], []),
        ("discount spring\n  when ^", ["line.list", "quote.list-total"], ["supply.kind"]),
        ("discount spring\n  give 10% off ^", ["line.list"], ["customer.kind"]),
        ("discount spring\n  group ^", ["promotion"], []),
        ("discount spring\n  dated by ^", ["order.signed-on"], ["customer.kind"]),
        ("stacking other\n  group a best for ^", ["best for the customer"], []),
        ("bundle start\n  contains 2 ^", ["BIKE"], []),
        ("decision ^", ["quote.approver", "vat.treatment"], ["customer.kind"]),
        ("decision vat.treatment\n  rule a when ^", ["supply.kind", "invoice.tax-point"], ["line.quantity"]),
        ("decision vat.treatment\n  otherwise ^", ["domestic", "reverse-charge"], []),
        ("increment joining\n  ^", ["placement", "alignment"], ["increment.placement"]),
        ("increment joining\n  placement ^", ["merge", "append"], []),
        ("grouping usual by ^", ["customer", "month of billing-date"], []),
        ("define half : ^", ["Money", "Enum", "Number"], ["customer.kind"]),
        ("define half : Enum[^", ["segments", "products"], []),
        ("define half : Number = ^", ["month", "shop-factor", "shop-factor.factor", "line.quantity"], []),
        ("define half : Money = line.list rounded to ^", ["cent", "euro"], ["half up"]),
        ("define half : Money = line.list rounded to cent ^", ["half up", "half even"], ["cent"]),
        ("table t\n  exactly ^", ["exactly one"], []),
        ("table t\n  | cust^", ["customer.segment"], ["vat.rate"]),
        ("table t\n  | customer.segment || ^", ["vat.rate", "because"], ["customer.kind"]),
        ("table t\n  | customer.segment | customer.kind || n |\n  | ^", ["shop", "fleet", "-", "not"], ["business"]),
        ("table t\n  | customer.segment | customer.kind || n |\n  | shop | ^", ["business", "private"], ["fleet"]),
        ("table t\n  | customer.country || n |\n  | ^", ["NL", "EU"], []),
        ('table t\n  from file "^', ["catalog/books/one.csv", "vat/rates.yaml"], ["customer.kind"]),
        ("price care\n  wehn nonsense\n  for product ^", ["BIKE"], []),
        ("# comment ^", [], ["price"]),
        ('price care "A title ^', [], ["price", "customer.kind"]),
    ],
)
def test_rules_know_what_is_meant_at_the_cursor(text: str, expected: list[str], absent: list[str]) -> None:
    there = texts(RULES, TABLE + text)
    assert set(expected) <= set(there)
    assert set(absent).isdisjoint(there)


def test_what_is_written_already_is_replaced() -> None:
    assert complete(RULES, TABLE + "price care\n  when customer.se^").column == 8
    assert complete(RULES, TABLE + "table t\n  exactly o^").column == 3


PRODUCT = SMALL[PRODUCTS].split("  - code: CARE")[0]


@pytest.mark.parametrize(
    ("path", "text", "expected", "absent"),
    [
        (PRODUCTS, PRODUCT + "  - ^", ["code", "name", "family"], ["kind"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    ^", ["family", "requires"], ["code"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    family: ^", ["bikes"], ["bike"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    vat-class: ^", ["standard", "reduced"], ["bikes"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    account: ^", ["goods", "care"], []),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    measured: ^", ["yes", "no"], ["true"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    billing-processes: [purchase, ^]", ["care-plan"], []),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    requires:\n      - ^", ["BIKE"], []),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    name: {fr: Entretien, ^}", ["nl", "en"], ["fr"]),
        (PRODUCTS, PRODUCT + "  - code: CARE\n    available-when: ^", ["customer.kind"], []),
        (PRODUCTS, PRODUCT + '  - code: CARE\n    available-when: "customer.kind is ^', ["business"], []),
        (PRODUCTS, "^", ["kind", "products"], []),
        ("catalog/more.yaml", "kind: ^", ["products", "price-book", "tests"], []),
        ("catalog/more.yaml", "^", ["kind"], []),
        ("catalog/books/three.yaml", "kind: price-book\nprices:\n  ^", ["BIKE", "CARE"], []),
        ("catalog/books/three.yaml", "kind: price-book\nprices:\n  BIKE: 1.00\n  ^", ["CARE"], ["BIKE"]),
        ("catalog/books/three.yaml", "kind: price-book\nbased-on: ^", ["list-2026"], []),
        ("plans/plans.yaml", SMALL["plans/plans.yaml"].replace("event: order.signed", "event: ^"), ["delivery.accepted"], []),
        (TESTS, SCENARIO.replace("{customer.segment: fleet}", "{^}"), ["customer.segment"], ["vat.rate"]),
        (TESTS, SCENARIO.replace("customer.segment: fleet", "customer.segment: ^"), ["shop", "fleet"], []),
        (TESTS, SCENARIO.replace("shop-factor.factor: 0.9", "^"), ["shop-factor.factor"], ["customer.segment"]),
        ("catalog/books/one.csv", "product,price\nBIKE,649.00\n^", ["CARE"], ["BIKE"]),
        ("catalog/books/one.csv", "product,^", ["price"], ["product"]),
        ("catalog/books/one.csv", "product,price\nBIKE,^", [], ["CARE"]),
        (PRODUCTS, "kind: products # ^", [], ["kind", "products"]),
    ],
)
def test_yaml_and_csv_know_what_is_meant_at_the_cursor(path: str, text: str, expected: list[str], absent: list[str]) -> None:
    there = texts(path, text)
    assert set(expected) <= set(there)
    assert set(absent).isdisjoint(there)


def meaning(path: str, text: str, language: str = "en") -> list[str]:
    """What the word at the cursor is, what it means, and more about it."""
    rulebook, line, column = at(path, text)
    result = rulebook.meanings(path, line, column)
    return [say(part, language) for part in (result[1][0].what, result[1][0].about, *result[1][0].details)] if result else []


def test_a_word_is_explained() -> None:
    product = meaning(RULES, TABLE + "price care\n  for product CA^RE\n  at 1.00 EUR\n")
    assert product[:3] == ["product", "Care", "family bikes, counted in bike, paid per month"]
    assert meaning("catalog/books/one.csv", "product,price\nBIKE,649.00\nCA^RE,9.50\n", "fr")[3:] == [
        "9.50 EUR à partir du 2026-01-01 (list-2026)",
        "9.785 EUR à partir du 2027-01-01 (list-2027)",
    ]
    assert meaning(RULES, TABLE.replace("customer.segment", "custo^mer.segment"), "nl")[:2] == ["feit", "het segment van de klant"]
    assert meaning(RULES, TABLE.replace("exactly one", "exactly o^ne"))[0] == "word of the rule language"
    assert meaning(RULES, TABLE.replace("shop-factor", "shop-f^actor"))[:2] == ["table", "Factor of a segment"]
    assert meaning(PRODUCTS, SMALL[PRODUCTS].replace("bikes", "bik^es", 1))[:2] == ["family", "Bicycles"]
    assert meaning(RULES, TABLE + "# a pri^ce\n") == []
    assert meaning(RULES, TABLE.replace("Factor of", "Fac^tor of")) == []


def test_a_name_leads_to_its_declaration_and_to_its_uses() -> None:
    rulebook, line, column = at(RULES, TABLE + "price care\n  for product CA^RE\n  at 1.00 EUR\n")
    assert [str(where) for where in rulebook.definitions(RULES, line, column)] == [f"{PRODUCTS}:14:11"]
    assert [str(where) for where in rulebook.uses(RULES, line, column)] == [
        "catalog/books/one.csv:3:1",
        "rules/shop.rules:12:15",
        f"{PRODUCTS}:14:11",
    ]
    rulebook, line, column = at("catalog/books/one.yaml", SMALL["catalog/books/one.yaml"].replace("one.csv", "one.c^sv"))
    assert [str(where) for where in rulebook.definitions("catalog/books/one.yaml", line, column)] == ["catalog/books/one.csv:1:1"]


def test_a_file_is_outlined() -> None:
    rulebook, _, _ = at(RULES, TABLE + "^")
    named = [(one.name, one.kind, one.within) for one in rulebook.outline(RULES)]
    assert named == [
        ("rules.shop", "module", ""),
        ("shop-factor", "table", ""),
        ("shop-factor.factor", "column", "shop-factor"),
        ("usual", "stacking", ""),
        ("promotion", "group", "usual"),
    ]
    assert [one.name for one in rulebook.outline(PRODUCTS)] == ["kind", "products", "BIKE", "CARE"]
