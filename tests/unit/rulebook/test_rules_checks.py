"""What the rules must answer, and names that miss a target by a letter."""

import pytest

from tests.unit.rulebook.texts import SMALL, changed, only, told

VAT = "vat/treatment.rules"


def test_what_every_invoice_needs_has_a_rule() -> None:
    assert told({path: text for path, text in SMALL.items() if path != VAT}) == ["vat/treatment.rules:1:1 no-rule-for"] * 3
    assert "vat.rate" in only(changed(VAT, "vat.rate", "own-rate")).message


def test_a_target_missed_by_a_letter_is_told_instead_of_never_being_asked() -> None:
    rules = "module rules.x\n\ndefine line.price-facter : Number = 0.9\n"
    problem = only({**SMALL, "rules/x.rules": rules})
    assert (str(problem.where), problem.code) == ("rules/x.rules:3:8", "misspelt-target")
    assert "`line.price-factor`" in problem.help
    both = rules + "\ndefine line.price-factor : Number = line.price-facter\n"
    assert told({**SMALL, "rules/x.rules": both}) == []


def test_a_short_name_of_ones_own_misses_no_target() -> None:
    rules = "module rules.x\n\ndefine a : Number = 0.9\n\ndefine ab : Number = a\n\ndefine vip : Bool = customer.kind is business\n"
    assert told({**SMALL, "rules/x.rules": rules}) == []


def test_a_column_of_reasons_is_not_a_result() -> None:
    rules = 'module rules.x\n\ntable channel\n  | customer.kind || invoice.channel | becuase |\n  | - || email | "all" |\n'
    assert only({**SMALL, "rules/x.rules": rules}).code == "misspelt-column"


def test_a_file_whose_kind_or_list_is_misspelt_is_told_alone() -> None:
    assert told(changed("catalog/products.yaml", "kind:", "kinds:")) == ["catalog/products.yaml:1:1 unknown-key"]
    assert told(changed("catalog/units.yaml", "kind: units\n", "")) == ["catalog/units.yaml:1:1 missing-key"]
    assert told(changed("plans/types.yaml", "billing-types:\n", "billing-type:\n")) == ["plans/types.yaml:2:1 unknown-key"]
    assert told(changed("plans/processes.yaml", "- id: purchase", "- ids: purchase")) == ["plans/processes.yaml:8:5 unknown-key"]
    assert told(changed("catalog/books/one.yaml", "prices-file", "price-file")) == ["catalog/books/one.yaml:5:1 unknown-key"]


TIERS = """\
module rules.factors

table by-segment "By segment"
  exactly one
  | customer.segment || factor | because |
  | fleet            || {factor} | "x" |
  | not fleet        || 1.00 | "x" |

define line.price-factor : Number = if customer.segment is known then by-segment(customer.segment) * 1.02 else 1
"""


@pytest.mark.parametrize(
    ("factor", "code", "remedy"),
    [
        ("0.85", None, ""),
        ("1 * 2.5", None, ""),
        ("2.9", "factor-too-large", "`1.029` for 2.9 percent more, `0.971` for 2.9 percent less, or `1 * 2.9`"),
        ("95", "factor-too-large", "`0.95` for 95 percent"),
        ("0.03", "factor-too-small", "`1.03`"),
        ("0", "factor-not-positive", "above 0"),
    ],
)
def test_a_factor_in_a_table_is_as_likely_as_one_in_a_book(factor: str, code: str | None, remedy: str) -> None:
    sources = {**SMALL, "rules/factors.rules": TIERS.format(factor=factor)}
    if code is None:
        assert told(sources) == []
        return
    problem = only(sources)
    assert (str(problem.where), problem.code) == ("rules/factors.rules:6:25", code)
    assert remedy in problem.help


def test_a_factor_written_as_a_percentage_is_told_as_a_number() -> None:
    problem = only(changed("catalog/books/two.yaml", "1.03", "102.9%"))
    assert (problem.code, problem.help) == ("not-a-number", "write `1.029`")
    rules = "module rules.factors\n\ndefine line.price-factor : Number = 102.9%\n"
    in_rules = only({**SMALL, "rules/factors.rules": rules})
    assert (in_rules.code, in_rules.help) == ("not-fitting", "write `1.029`")
