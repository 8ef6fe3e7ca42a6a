"""Mistakes in the catalogue that only show across files: names, prices, price books, requirements."""

import pytest

from engine.rulebook.reader import check_rulebook, read_rulebook
from tests.unit.rulebook.texts import SMALL, changed, only, told

PRODUCTS, ONE, TWO, CSV = "catalog/products.yaml", "catalog/books/one.yaml", "catalog/books/two.yaml", "catalog/books/one.csv"


def test_a_rulebook_in_order_has_no_problems() -> None:
    assert told(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("family: bikes", "family: bike", "3", "there is no family `bike`"),
        ("unit: bike", "unit: piece", "7", "there is no unit `piece`"),
        ("account: goods", "account: sales", "10", "there is no revenue account `sales`"),
        ("[purchase]", "[purchse]", "12", "there is no billing process `purchse`"),
        ("[halves]", "[thirds]", "13", "there is no payment plan `thirds`"),
    ],
)
def test_a_name_that_is_nowhere_given_is_told_at_its_place(old: str, new: str, place: str, said: str) -> None:
    problem = only(changed(PRODUCTS, old, new))
    assert (problem.code, problem.message, problem.where is not None) == ("unknown-name", said, True)


def test_the_nearest_name_is_proposed() -> None:
    assert only(changed(PRODUCTS, "family: bikes", "family: bike")).help == "did you mean `bikes`?"


def test_a_product_without_a_price_is_told_where_its_code_stands() -> None:
    problem = only(changed(CSV, "CARE,9.50\n", ""))
    assert (str(problem.where), problem.code) == ("catalog/products.yaml:14:11", "no-price")


def test_a_price_block_of_the_rules_counts_as_a_price() -> None:
    rules = 'module rules.prices\n\nprice care "Care"\n  for product CARE\n  from 2026-01-01\n  charge per month\n  at 9.50 EUR\n'
    assert told({**changed(CSV, "CARE,9.50\n", ""), "rules/prices.rules": rules}) == []


def test_a_price_that_begins_too_late_leaves_a_gap_unless_the_product_begins_with_it() -> None:
    late = {**SMALL, ONE: SMALL[ONE].replace("2026-01-01", "2027-06-01"), TWO: SMALL[TWO].replace("2027-01-01", "2028-01-01")}
    assert told(late) == ["catalog/products.yaml:3:11 price-gap", "catalog/products.yaml:14:11 price-gap"]
    begun = late[PRODUCTS].replace("    family: bikes\n", "    from: 2027-06-01\n    family: bikes\n")
    assert told({**late, PRODUCTS: begun}) == []


BLOCK = 'module rules.prices\n\nprice care "Care"\n  for product CARE\n  {days}\n  charge per month\n  at 9.50 EUR\n'
BUNDLE = "module rules.sets\n\nbundle set\n  for product CARE\n  from {day}\n  contains 2 BIKE\n  sells at 9.00 EUR\n  allocate {how}\n"


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ("from 2027-03-01", "CARE has no price before 2027-03-01"),
        ("from 2026-01-01 until 2028-12-31", "CARE has no price from 2029-01-01 on"),
        ("from 2027-01-01", None),
        ("from 2027-01-01 until 2035-12-31", None),
        ("from 2025-01-01 until 2026-12-31", "CARE has no price"),
    ],
)
def test_a_price_block_covers_only_its_days(days: str, message: str | None) -> None:
    sources = {**changed(CSV, "CARE,9.50\n", ""), "rules/prices.rules": BLOCK.format(days=days)}
    assert [problem.message for problem in check_rulebook(sources)] == ([message] if message else [])


def test_the_days_between_a_price_block_and_a_price_book_are_reported() -> None:
    book = "kind: price-book\nid: care\nlabel: {fr: A, nl: A, en: A}\nfrom: 2028-02-01\nprices: {CARE: 9.50}\n"
    block = BLOCK.format(days="from 2026-01-01 until 2027-12-31")
    sources = {**changed(CSV, "CARE,9.50\n", ""), "rules/prices.rules": block, "catalog/books/three.yaml": book}
    assert only(sources).message == "CARE has no price from 2028-01-01 to 2028-01-31"


def test_a_bundle_prices_its_product_from_its_first_day_on() -> None:
    first = changed(PRODUCTS, "  - code: CARE\n", "  - code: CARE\n    from: 2026-01-01\n")
    sources = {**changed(CSV, "CARE,9.50\n", "", first), "rules/sets.rules": BUNDLE.format(day="2027-03-01", how="to the first part")}
    problem = only(sources)
    assert (str(problem.where), problem.message) == ("catalog/products.yaml:14:11", "CARE has no price before 2027-03-01")


PRICE = 'module rules.prices\n\nprice a "A"\n  for product CARE\n{when}  at 9.50 EUR per bike\n'
SECOND = '\nprice b "B"\n  for product CARE\n{when}  overrides a\n  at 8.50 EUR per bike\n'


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("", None, None),
        ("  when customer.kind is business\n", None, "customer.kind = private"),
        ("  when customer.segment is known and customer.segment is fleet\n", None, "customer.segment is not known"),
        ("  when customer.kind is business\n", "  when customer.kind is private\n", None),
        ("  when customer.kind is business\n", "  when customer.kind is business\n", "customer.kind = private"),
        ("  when line.quantity < 10 bikes\n", "  when line.quantity >= 10 bikes\n", None),
        ("  when line.quantity < 10 bikes\n", "  when line.quantity > 10 bikes\n", "line.quantity = 10 bike"),
        ("  from 2026-01-01 until 2027-03-31\n", "  when customer.kind is business\n", "customer.kind = private"),
    ],
)
def test_a_price_with_a_condition_is_one_only_where_it_holds(first: str, second: str | None, message: str | None) -> None:
    rules = PRICE.format(when=first) + (SECOND.format(when=second) if second is not None else "")
    problems = [problem for problem in check_rulebook({**changed(CSV, "CARE,9.50\n", ""), "rules/prices.rules": rules}) if problem.stops]
    code = "price-ends" if "until" in first else "no-price"
    assert [problem.code for problem in problems] == ([] if message is None else [code]), [str(problem) for problem in problems]
    assert all(f"CARE has no price where {message}" in problem.message for problem in problems)


def test_a_price_block_at_zero_is_advised_against() -> None:
    rules = PRICE.format(when="").replace("9.50", "0.00")
    problem = only({**SMALL, "rules/prices.rules": rules})
    assert (str(problem.where), problem.code, problem.stops) == ("rules/prices.rules:5:6", "price-zero", False)


def test_the_parts_of_a_bundle_need_list_prices_from_its_first_day_on() -> None:
    late = changed(ONE, "2026-01-01", "2027-06-01")
    begun = changed(PRODUCTS, "  - code: BIKE\n", "  - code: BIKE\n    from: 2027-06-01\n", late)
    sources = {**begun, TWO: SMALL[TWO].replace("2027-01-01", "2028-01-01")}
    in_proportion = {**sources, "rules/sets.rules": BUNDLE.format(day="2027-03-01", how="in proportion to list price")}
    messages = [f"{problem.code} {problem.where}" for problem in check_rulebook(in_proportion)]
    assert messages == ["price-gap catalog/products.yaml:15:11", "part-without-price rules/sets.rules:6:12"]
    to_the_first = {**sources, "rules/sets.rules": BUNDLE.format(day="2027-01-01", how="to the first part")}
    assert told(to_the_first) == []


def test_a_segment_for_which_no_book_serves_is_told() -> None:
    for_fleets = {**changed(ONE, "from:", "segments: [fleet]\nfrom:"), TWO: SMALL[TWO].replace("from:", "segments: [fleet]\nfrom:")}
    assert [problem.message for problem in check_rulebook(for_fleets)] == [
        "BIKE has no price for the segment `shop`",
        "CARE has no price for the segment `shop`",
    ]


@pytest.mark.parametrize(
    ("condition", "without_price"),
    [
        ("customer.segment is known and customer.segment is fleet", []),
        ("customer.segment is known and customer.segment is shop", ["BIKE has no price for the segment `shop`"]),
        ("customer.kind is business", ["BIKE has no price for the segment `shop`"]),
    ],
)
def test_only_segments_to_which_a_product_can_be_sold_need_a_price(condition: str, without_price: list[str]) -> None:
    for_fleets = {**changed(ONE, "from:", "segments: [fleet]\nfrom:"), TWO: SMALL[TWO].replace("from:", "segments: [fleet]\nfrom:")}
    care_for_all = "kind: price-book\nid: care\nlabel: {fr: A, nl: A, en: A}\nfrom: 2026-01-01\nprices: {CARE: 9.50}\n"
    sources = {**for_fleets, "catalog/books/three.yaml": care_for_all.replace("from", "segments: [shop]\nfrom")}
    sources = changed(PRODUCTS, "    price-per: once\n", f"    price-per: once\n    available-when: {condition}\n", sources)
    assert [problem.message for problem in check_rulebook(sources)] == without_price


def test_a_late_book_for_everybody_leaves_no_gap_where_only_a_segment_may_buy() -> None:
    sources = {**SMALL, ONE: SMALL[ONE].replace("2026-01-01", "2027-06-01"), TWO: SMALL[TWO].replace("2027-01-01", "2028-01-01")}
    sources["catalog/books/three.yaml"] = (
        "kind: price-book\nid: fleet\nlabel: {fr: A, nl: A, en: A}\nfrom: 2026-01-01\nsegments: [fleet]\n"
        "prices: {BIKE: 599.00, CARE: 3.00}\n"
    )
    assert [problem.code for problem in check_rulebook(sources)] == ["price-gap", "price-gap"]
    condition = "    available-when: customer.segment is known and customer.segment is fleet\n    family: bikes\n"
    assert told({**sources, PRODUCTS: SMALL[PRODUCTS].replace("    family: bikes\n", condition)}) == []


def test_a_product_that_is_not_sold_any_more_needs_no_price() -> None:
    withdrawn = changed(PRODUCTS, "  - code: CARE\n", "  - code: CARE\n    until: 2026-12-31\n")
    assert told({**withdrawn, CSV: SMALL[CSV].replace("CARE,9.50\n", "")}) == []


def test_two_books_of_one_date_contradict_each_other_only_for_the_same_customers() -> None:
    campaign = "kind: price-book\nid: campaign\nlabel: {fr: A, nl: A, en: A}\nfrom: 2026-01-01\nprices: {BIKE: 599.00}\n"
    assert told({**SMALL, "catalog/books/three.yaml": campaign}) == ["catalog/books/three.yaml:4:7 books-of-one-date"]
    for_fleets = campaign.replace("from:", "segments: [fleet]\nfrom:")
    assert told({**SMALL, "catalog/books/three.yaml": for_fleets}) == []


def test_books_based_on_one_another_are_told_once() -> None:
    problem = only(changed(ONE, "prices-file: one.csv", "based-on: list-2027"))
    assert (problem.code, "list-2026 ← list-2027 ← list-2026" in problem.message) == ("based-on-cycle", True)


def test_a_book_cannot_be_based_on_a_later_one() -> None:
    assert only(changed(TWO, "2027-01-01", "2025-06-01")).code == "based-on-later"


@pytest.mark.parametrize(
    ("row", "told_there"),
    [
        ("CARE,9.50\nBIKES,1.00\n", "catalog/books/one.csv:4:1 unknown-name"),
        ("CARE,9.50\nTotal,658.50\n", "catalog/books/one.csv:4:1 total-row"),
        ("CARE,9.50 USD\n", "catalog/books/one.csv:3:6 not-a-price"),
        ("CARE,9.5O\n", "catalog/books/one.csv:3:6 not-a-price"),
        ("CARE,9.50\nCARE,9.75\n", "catalog/books/one.csv:4:1 csv-twice"),
        ("CARE,-9.50\n", "catalog/books/one.csv:3:6 negative-price"),
        ("CARE,9.50\nBIKE\n", "catalog/books/one.csv:4:1 csv-cells"),
        ("CARE,9,50\n", "catalog/books/one.csv:3:6 comma-in-number"),
        ('CARE,"9,50"\n', "catalog/books/one.csv:3:6 comma-in-number"),
        ("CARE,9.500\n", "catalog/books/one.csv:3:6 thousands-or-decimals"),
        ('CARE,"1,250"\n', "catalog/books/one.csv:3:6 thousands-or-decimals"),
        ("CARE,0.00\n", "catalog/books/one.csv:3:6 price-zero"),
        ('CARE,9.50\n"BIKE,1.00\n', "catalog/books/one.csv:4:1 csv-quote"),
    ],
)
def test_each_row_of_a_csv_is_told_by_line_and_column(row: str, told_there: str) -> None:
    assert told(changed(CSV, "CARE,9.50\n", row)) == [told_there]


def test_the_currency_of_the_company_may_stand_beside_a_price() -> None:
    assert told(changed(CSV, "CARE,9.50\n", "CARE,€ 9.50\n")) == []


def test_the_point_of_a_price_with_three_decimals_may_part_thousands() -> None:
    problem = only(changed(CSV, "product,price\nBIKE,649.00\nCARE,9.50", "product;price\nBIKE;1.250\nCARE;9.50"))
    assert (problem.code, problem.help) == ("thousands-or-decimals", "write `1_250` or `1.25`")
    for price in ("1_250", "1.2500", "0.125"):
        assert told(changed(CSV, "649.00", price)) == []
    assert only(changed(TWO, "index:", "prices: {BIKE: 1.250}\nindex:")).code == "thousands-or-decimals"
    assert told(changed(TWO, "index:", "prices: {BIKE: 1_250.00}\nindex:")) == []


@pytest.mark.parametrize(
    ("factor", "remedy"),
    [
        ("2.9", "write `1.029` for 2.9 percent more, `0.971` for 2.9 percent less, or `29/10` if that is meant"),
        ("0.029", "write `1.029` for 2.9 percent more, `0.971` for 2.9 percent less, or `29/1000` if that is meant"),
        ("103", "write `1.03` for 103 percent, or `103/1` if that is meant"),
        ("29/10", None),
        ("1.999", None),
        ("0.2", None),
    ],
)
def test_a_factor_that_is_a_rise_alone_is_not_likely(factor: str, remedy: str | None) -> None:
    problems = check_rulebook(changed(TWO, "factor: 1.03", f"factor: {factor}"))
    assert [problem.help for problem in problems] == ([remedy] if remedy else [])


def test_a_csv_that_is_not_there_or_has_other_columns_is_told_alone() -> None:
    assert told(changed(ONE, "one.csv", "on.csv")) == ["catalog/books/one.yaml:5:14 no-file"]
    assert told(changed(CSV, "product,price", "colour,price")) == ["catalog/books/one.csv:1:1 csv-columns"]
    assert told(changed(CSV, "product,price", "code,price")) == ["catalog/books/one.csv:1:1 columns-read"]


def test_products_that_require_one_another_are_told() -> None:
    sources = {**SMALL, PRODUCTS: SMALL[PRODUCTS].replace("    family", "    requires: [CARE]\n    family", 1)}
    assert told(sources) == []
    first, second = sources[PRODUCTS].split("  - code: CARE")
    both = {**SMALL, PRODUCTS: first + "  - code: CARE\n    requires: [BIKE]" + second}
    assert "BIKE → CARE → BIKE" in only(both).message


def test_an_investment_needs_a_payment_plan_from_somewhere() -> None:
    without = changed(PRODUCTS, "    payment-plans: [halves]\n", "")
    assert only(without).code == "no-payment-plan"
    assert told(changed("plans/processes.yaml", "align-to: activation", "align-to: activation\n    payment-plan: halves", without)) == []
    rule = "module rules.plans\n\ndefine item.payment-plan : Enum[payment-plans] = halves\n"
    assert told({**without, "rules/plans.rules": rule}) == []


def test_payment_plans_of_what_is_no_investment_are_unused() -> None:
    problem = only(
        changed(PRODUCTS, "    billing-processes: [care-plan]\n", "    billing-processes: [care-plan]\n    payment-plans: [halves]\n")
    )
    assert (problem.code, problem.stops) == ("unused-payment-plans", False)


RETIRED_PLAN = """\
kind: payment-plans
payment-plans: []
retired:
  - id: thirds
    label: {fr: Tiers, nl: Derden, en: Thirds}
    instalments: [{share: rest, event: order.signed}]
"""


def test_what_is_sold_leads_to_nothing_that_is_retired_and_what_is_retired_may() -> None:
    more = {**SMALL, "plans/more.yaml": RETIRED_PLAN}
    assert told(more) == []
    offered = changed(PRODUCTS, "[halves]", "[halves, thirds]", more)
    assert (only(offered).code, "`thirds` in its `payment-plans` is retired" in only(offered).message) == ("retired-offered", True)
    assert only(changed("plans/processes.yaml", "align-to: activation", "align-to: activation\n    payment-plan: thirds", more)).code == (
        "retired-offered"
    )
    assert told({**offered, PRODUCTS: offered[PRODUCTS].replace("  - code: CARE", "retired:\n  - code: CARE")}) != []
    twice = {**more, "plans/again.yaml": RETIRED_PLAN.replace("thirds", "halves")}
    assert "plans/plans.yaml:3:9 written-twice" in told(twice)


def test_a_retired_product_is_checked_like_any_other_and_keeps_its_price() -> None:
    retired = changed(PRODUCTS, "  - code: CARE", "retired:\n  - code: CARE")
    assert told(retired) == []
    assert only(changed(CSV, "CARE,9.50\n", "", retired)).code == "no-price"
    wrong = {**retired, PRODUCTS: retired[PRODUCTS].replace("[care-plan]", "[care-plon]")}
    assert only(wrong).code == "unknown-name"
    assert read_rulebook(SMALL).fingerprint != read_rulebook(retired).fingerprint
    assert read_rulebook(retired).retired == {("products", "CARE")}


def test_norway_stays_a_country() -> None:
    assert told(changed("vat/countries.yaml", "DE]", "DE, NO]")) == []


def test_a_bundle_without_end_contains_nothing_that_is_retired() -> None:
    bike = SMALL[PRODUCTS][SMALL[PRODUCTS].index("  - code: BIKE") : SMALL[PRODUCTS].index("  - code: CARE")]
    bundle = BUNDLE.format(day="2026-01-01", how="to the first part")
    sources = {**SMALL, CSV: SMALL[CSV].replace("CARE,9.50\n", ""), "rules/sets.rules": bundle}
    sources[PRODUCTS] = f"{SMALL[PRODUCTS].replace(bike, '')}retired:\n{bike}"
    problem = only(sources)
    assert (problem.code, problem.message) == ("retired-offered", "the bundle `CARE` is sold without end, and `BIKE` in it is retired")
    ended = bundle.replace("from 2026-01-01", "from 2026-01-01 until 2030-12-31")
    assert [one for one in told({**sources, "rules/sets.rules": ended}) if "retired" in one] == []


def test_a_second_line_of_names_in_a_price_list_is_not_read() -> None:
    head = "Artikel;;Prijs excl. btw\nCode;Omschrijving;EUR / maand\nBIKE;;649,00\nCARE;;9,50\n"
    assert [problem.message for problem in check_rulebook({**SMALL, CSV: head}) if problem.code == "columns-read"][1:] == [
        "this line has names of columns too, and is not read"
    ]
    assert told({**SMALL, CSV: head.replace("EUR / maand", "1")})[1] == "catalog/books/one.csv:2:1 unknown-name"
