"""What the rules must answer, and names that miss a target by a letter."""

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
