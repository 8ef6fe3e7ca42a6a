"""Facts are partitioned into the classes that rules distinguish, and sets of cases are exact: proofs, coverage and comparison use both."""

from datetime import date

from engine.language.ir.checked_tables import Interval
from engine.language.proving.classes import Among, Cut, Within, exactly, words_of
from engine.language.proving.diagrams import EVERYTHING, NOTHING, Diagrams
from engine.language.proving.domain import domain_of
from engine.language.proving.space import space_of
from engine.language.types.value_types import BOOL, DATE, NUMBER, TEXT, EnumType, MoneyType
from tests.unit.language.proving.proof_lines import checked_of

COUNTRIES = EnumType("countries", ("BE", "FR", "NL", "CH", "NO"))


def test_words_that_no_rule_distinguishes_are_one_class() -> None:
    cut = Cut(COUNTRIES)
    cut.add(Among(frozenset(("BE", "FR", "NL"))))
    cut.add(Among(frozenset(("BE",))))
    assert [one.members for one in cut.classes] == [("BE",), ("FR", "NL"), ("CH", "NO")]
    assert cut.mask(Among(frozenset(("BE", "FR", "NL")))) == 0b011
    assert cut.mask(Among(frozenset(("BE",)), is_negated=True)) == 0b110
    assert words_of(cut.classes[1:]) == "FR, NL, CH or NO"


def test_numbers_are_cut_at_their_exact_ends() -> None:
    cut = Cut(NUMBER, 0)
    cut.add(Within((Interval(None, False, 10_000_000, True),)))
    cut.add(exactly(20_000_000, NUMBER))
    assert [(one.stretch.low, one.stretch.high) for one in cut.classes if one.stretch] == [
        (0, 10_000_000),
        (10_000_001, 19_999_999),
        (20_000_000, 20_000_000),
        (20_000_001, None),
    ]
    assert [words_of((one,)) for one in cut.classes] == ["0 to 10", "above 10 and below 20", "20", "above 20"]
    assert [one.representative for one in cut.classes] == [0, 11_000_000, 20_000_000, 21_000_000]


def test_days_are_cut_within_the_horizon() -> None:
    cut = Cut(DATE, date(2026, 1, 1).toordinal(), date(2026, 12, 31).toordinal())
    cut.add(Within((Interval(date(2026, 7, 1), True, None, False),)))
    cut.add(Within((Interval(None, False, date(2025, 12, 31), True),)))
    assert [words_of((one,)) for one in cut.classes] == ["2026-01-01 to 2026-06-30", "2026-07-01 to 2026-12-31"]
    assert cut.mask(Within((Interval(None, False, date(2025, 12, 31), True),))) == 0


def test_texts_have_a_class_for_whatever_no_rule_names() -> None:
    cut = Cut(TEXT)
    cut.add(exactly("PO-1", TEXT))
    assert [words_of((one,)) for one in cut.classes] == ['"PO-1"', "any other text"]
    assert cut.place_of("PO-2") == 1


def test_amounts_and_booleans_are_shown_as_analysts_write_them() -> None:
    cut = Cut(MoneyType("EUR"))
    cut.add(Within((Interval(10_000, True, None, False),)))
    assert [words_of((one,)) for one in cut.classes] == ["at most 99.99 EUR", "100.00 EUR or more"]
    truth = Cut(BOOL)
    truth.add(exactly(True, BOOL))
    assert [words_of((one,)) for one in truth.classes] == ["yes", "no"]


def test_equal_sets_are_one_node() -> None:
    diagrams = Diagrams((0b111, 0b11))
    one, other = diagrams.where(0, 0b001), diagrams.where(1, 0b01)
    both = diagrams.both(one, other)
    assert diagrams.negation(diagrams.either(diagrams.negation(one), diagrams.negation(other))) == both
    assert diagrams.minus(both, one) == NOTHING
    assert diagrams.either(one, diagrams.negation(one)) == EVERYTHING
    assert list(diagrams.paths(both, 9)) == [{0: 0b001, 1: 0b01}]


def test_a_space_has_the_regions_of_a_condition() -> None:
    checked = checked_of("define large : Bool = line.quantity > 5 and customer.kind is business or customer.segment is gold")
    space = space_of(checked, domain_of(checked), lambda meaning: meaning.answers("large", exactly(True, BOOL)))
    cases = space.meaning.answers("large", exactly(True, BOOL))
    regions = space.regions(space.negation(cases))
    assert [region.words for region in regions] == [
        "line.quantity 0 to 5, customer.segment = retail, smb or public",
        "line.quantity above 5, customer.kind = private, customer.segment = retail, smb or public",
    ]
    assert all(not space.contains(cases, region.sample) for region in regions)
    assert regions[1].sample == {"line.quantity": 6_000_000, "customer.kind": "private", "customer.segment": "retail"}
