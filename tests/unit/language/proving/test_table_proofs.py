"""Tables are proved by their hit policies; a problem shows a case and the missing row."""

from engine.language.proving.proof_problems import GAP
from tests.unit.language.proving.proof_lines import proofs_of, reported

RETAIL = """
table mailbox-price
  exactly one
  dated by price.date
  | customer.segment | valid           || price |
  | retail           | from 2026-01-02 || 1 EUR |
  | not retail       | -               || 2 EUR |
"""


def test_a_price_list_typed_one_day_late_has_a_day_without_a_price() -> None:
    assert reported(RETAIL) == [
        "3 gap: table mailbox-price: no row for customer.segment = retail, price.date = 2026-01-01"
        " = add the row `| retail | until 2026-01-01 || … |`; or say with a `fact` that this cannot be"
    ]


def test_a_complete_table_is_proved() -> None:
    result = proofs_of(RETAIL.replace("2026-01-02", "2026-01-01"))
    assert result.problems == ()
    assert result.proved == ("mailbox-price",)


def test_a_table_with_a_gap_is_not_among_the_proved() -> None:
    assert proofs_of(RETAIL).proved == ()


def test_two_rows_that_meet_in_one_point_overlap() -> None:
    text = "table a\n  exactly one\n  | line.quantity || r |\n  | <= 10 || 1 |\n  | 10..20 || 2 |\n  | > 20 || 3 |"
    assert reported(text) == [
        "7 overlap: table a: rows 1 and 2 both apply to line.quantity = 10"
        " = make them exclude each other where line.quantity = 10, or choose another policy"
    ]


def test_rows_of_whole_numbers_leave_the_halves_between_them() -> None:
    text = "table a\n  exactly one\n  | line.quantity || r |\n  | 0..5 || 1 |\n  | >= 6 || 2 |"
    assert reported(text) == [
        "3 gap: table a: no row for line.quantity = 5.000001 (and in others like it)"
        " = add the row `| > 5 & < 6 || … |`; or say with a `fact` that this cannot be"
    ]


def test_the_same_result_may_be_given_twice_and_another_may_not() -> None:
    text = "table d\n  same result\n  | line.quantity || r |\n  | < 10 || 1 |\n  | > 5 || 2 |\n  | 10 || 2 |\n  | 0..5 || 1 |"
    assert reported(text) == [
        "7 overlap-differs: table d: rows 1 and 2 give different results for line.quantity = 6 (and in others like it)"
        " = give them the same result where line.quantity above 5 and below 10, or make them exclude each other"
    ]


def test_a_row_that_the_rows_above_cover_never_counts() -> None:
    text = "table b\n  first match\n  | line.quantity || r |\n  | <= 10 || 1 |\n  | 2..5 || 2 |\n  | - || 3 |"
    assert reported(text) == [
        "7 dead-row: table b: row 2 never counts: rows above it apply to all its cases = delete it, or correct its conditions"
    ]


def test_a_lower_result_never_counts_below_a_higher_one_for_everybody() -> None:
    text = """
table c
  highest of nobody < sales < cfo
  | line.quantity || quote.approver |
  | -             || sales          |
  | > 2           || nobody         |
  | > 20          || cfo            |
"""
    assert reported(text) == [
        "7 dead-row: table c: row 2 never counts: a row with a higher result applies to all its cases"
        " = delete it, or correct its conditions"
    ]


def test_a_row_outside_the_horizon_never_counts() -> None:
    text = "table a\n  first match\n  dated by price.date\n  | valid || r |\n  | until 2025-12-31 || 1 |\n  | - || 2 |"
    assert reported(text) == [
        "7 dead-row: table a: row 1 never counts: none of its days lies between 2026-01-01 and 2027-12-31"
        " = delete it, or correct its conditions"
    ]


SIZES = """
define size : Enum[small, large] = if customer.kind is private then small else if line.quantity > 5 then large else small
table price
  exactly one
  | size  | customer.kind || r |
  | small | -             || 1 |
  | large | business      || 2 |
"""


def test_what_a_definition_never_gives_is_no_gap() -> None:
    assert reported(SIZES) == []


def test_a_gap_behind_a_definition_is_reported_in_facts_and_closed_by_a_row() -> None:
    assert reported(SIZES.replace("  | large | business      || 2 |\n", "")) == [
        "4 gap: table price: no row for customer.kind = business, line.quantity = 6 (and in others like it)"
        " = add the row `| large | - || … |`; or say with a `fact` that this cannot be"
    ]


def test_what_a_fact_excludes_is_no_gap() -> None:
    text = "table a\n  exactly one\n  | customer.kind | customer.vat-number || r |\n  | business | - || 1 |\n  | private | none || 2 |"
    fact = '\nfact "A private customer has no VAT number": if customer.kind is private then customer.vat-number is none'
    assert [line.split(" = ")[0] for line in reported(text)] == ["3 gap: table a: no row for customer.kind"]
    assert reported(text + fact) == []


def test_what_no_product_is_is_no_gap_and_no_reason_to_call_a_row_dead() -> None:
    text = "table a\n  exactly one\n  | product.family | product.unit || r |\n  | crm | seat || 1 |\n  | mail | mailbox || 2 |"
    products = ({"product.family": "crm", "product.unit": "seat"},)
    assert len(reported(text)) == 2
    assert reported(text, products) == []


def test_a_fixed_fact_has_no_other_value() -> None:
    text = "table a\n  exactly one\n  | customer.country || r |\n  | BE || 1 |"
    assert len(reported(text)) == 1
    assert reported(text, customer_country="BE") == []


def test_cells_with_conditions_of_their_own_are_columns() -> None:
    text = "table a\n  exactly one\n  | customer.country || r |\n  | seller.country || 1 |\n  | not seller.country || 2 |"
    assert reported(text) == []
    assert reported(text, seller_country="BE") == []


def test_a_gap_that_another_table_answers_is_none() -> None:
    text = """
table special
  overrides usual
  exactly one
  | customer.segment || line.price-factor |
  | gold             || 0.9               |
table usual
  exactly one
  | customer.segment || line.price-factor |
  | -                || 1                 |
"""
    assert reported(text) == []
    assert [line.split(":")[0] for line in reported(text.replace("| -  ", "| smb"))] == ["8 gap"]


def test_many_gaps_are_counted() -> None:
    rows = "".join(f"  | {number} || 1 |\n" for number in range(20))
    result = reported("table a\n  exactly one\n  | line.quantity | customer.kind || r |\n" + rows.replace(" || 1", " | business || 1"))
    assert len(result) <= 12


def test_a_table_of_too_many_cases_is_not_proved_and_does_not_hang() -> None:
    columns = [f"customer.country, {word}" for word in "BE FR NL".split()]
    text = "table a\n  exactly one\n  | customer.country | customer.segment | line.quantity | customer.shops | customer.kind || r |\n"
    for number in range(900):
        low, shops = number * 7919 % 997, number * 104_729 % 991
        country = columns[number % 3].split(", ")[1] if number % 2 else "-"
        segment = ("retail", "smb, gold", "-")[number % 3]
        text += f"  | {country} | {segment} | {low}..{low + 60} | {shops}..{shops + 70} | - || {number} |\n"
    result = proofs_of(text)
    assert dict(result.not_proved).keys() == {"a"}
    assert result.problems[-1].message == "table a: not proved, because there are too many cases to look at"


def test_the_messages_speak_french_and_dutch() -> None:
    problem = proofs_of(RETAIL).problems[0]
    assert problem.kind is GAP
    assert (
        problem.message_in("fr")
        == "table mailbox-price\N{NO-BREAK SPACE}: aucune ligne pour customer.segment = retail, price.date = 2026-01-01"
    )
    assert problem.message_in("nl") == "tabel mailbox-price: geen rij voor customer.segment = retail, price.date = 2026-01-01"


def test_what_rests_on_a_table_with_a_mistake_is_not_called_dead() -> None:
    text = (
        "table tier\n  exactly one\n  | line.quantity || size |\n  | - || 1 |\n  | > 10 || 2 |\n"
        "table gift\n  exactly one\n  | tier.size || r |\n  | < 2 || 0 |\n  | 2 || 1 |\n  | > 2 || 2 |"
    )
    assert [line.split(":")[0] for line in reported(text)] == ["7 overlap"]


def test_of_many_places_the_others_are_counted() -> None:
    rows = "".join(f"  | {at}..{at + 1} || {at} |\n" for at in range(14))
    lines = reported(f"table a\n  exactly one\n  | line.quantity || r |\n{rows}  | > 14 || 12 |\n")
    assert [line for line in lines if "more-cases" in line] == [
        "3 more-cases: table a: 3 more places like those told = mend those first and check again"
    ]
