"""What proofs say of random tables is what the reference says of every case: the same gaps, overlaps and rows in vain."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

import pytest

from engine.language.checking.checker import check_rules
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.checked_rules import Checked
from engine.language.ir.checked_tables import Table
from engine.language.proving.domain import domain_of
from engine.language.proving.policies import where_none, where_several
from engine.language.proving.proof_problems import DEAD_ROW, GAP, OVERLAP, RESULTS_DIFFER
from engine.language.proving.prover import prove
from engine.language.proving.space import space_of
from engine.language.proving.table_proofs import requested_cases
from engine.language.syntax.parser import parse_rules
from engine.language.types.value_types import Plain
from engine.problems import Refusal
from tests.unit.language.shop import vocabulary

DAYS = [date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31)]
QUANTITIES = [0, 1, 999_999, 1_000_000, 2_000_000, 2_500_000, 3_000_000, 4_000_000, 7_000_000]
WORDS: dict[str, tuple[Plain, ...]] = {
    "customer.segment": ("retail", "smb", "gold", "public"),
    "customer.kind": ("business", "private"),
    "customer.vat-number": ("valid", "invalid", "unknown", "none"),
    "seller.oss": (True, False),
}
FACTS = """
answers from 2026-01-01 until 2027-12-31
fact "A private customer has no VAT number": if customer.kind is private then customer.vat-number is none
define size : Enum[small, large, none-at-all] =
  if line.quantity > 2 then large else if customer.segment is gold and seller.oss then none-at-all else small
define is-safe : Bool = customer.vat-number is valid or customer.kind is private and line.quantity < 4
"""
COLUMNS = ("customer.segment", "customer.kind", "customer.vat-number", "seller.oss", "line.quantity", "size", "is-safe", "valid")


class Writer:
    """A random table, more often nearly right than not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.columns = self.chance.sample(COLUMNS, self.chance.randint(1, 3))
        self.policy = self.chance.choice(("exactly one", "exactly one", "same result", "first match"))

    def table(self) -> str:
        """The text of the table."""
        rows = [[self._cell(column) for column in self.columns] for _ in range(self.chance.randint(1, 6))]
        if self.chance.random() < 0.4:
            rows.append(["-"] * len(self.columns))
        lines = [f"  | {' | '.join(row)} || {self.chance.randint(1, 3)} |" for row in rows]
        return "\n".join(["table t", f"  {self.policy}", "  dated by price.date", f"  | {' | '.join(self.columns)} || r |", *lines])

    def _cell(self, column: str) -> str:
        if self.chance.random() < 0.3:
            return "-"
        if column == "valid":
            return self.chance.choice(("until 2026-05-31", "from 2026-06-01", "from 2026-06-01 until 2026-12-31", "from 2027-01-01"))
        if column == "line.quantity":
            return self.chance.choice(("< 1", ">= 1", "1..3", "> 3", "2, 4", "not 1..2", "<= 4", "0..0.5"))
        if column == "size":
            return self.chance.choice(("small", "large", "none-at-all", "small, none-at-all", "not large"))
        if column in ("seller.oss", "is-safe"):
            return self.chance.choice(("yes", "no"))
        words = [str(word) for word in WORDS[column]]
        chosen = ", ".join(self.chance.sample(words, self.chance.randint(1, len(words) - 1)))
        return chosen if self.chance.random() < 0.7 else f"not {chosen}"


def every_case() -> Iterator[dict[str, Plain]]:
    """Every case that the domain fact allows."""
    for words in product(*WORDS.values(), QUANTITIES, DAYS):
        case = dict(zip((*WORDS, "line.quantity", "price.date"), words, strict=True))
        if case["customer.kind"] == "business" or case["customer.vat-number"] == "none":
            yield case


CASES = tuple(every_case())


def checked_of(text: str) -> Checked:
    """The checked rules of a text without mistakes."""
    module, problems = parse_rules("rules/x.rules", f"module rules.x\n{text}\n")
    assert not problems, problems
    checked, result = check_rules((module,), vocabulary())
    assert not [problem for problem in result if problem.stops], [str(problem) for problem in result]
    return checked


@pytest.mark.proof
def test_gaps_and_overlaps_are_those_of_the_evaluator(proof_size: Callable[[int], int]) -> None:
    """Each of many random tables over a sample of the cases, and over all those where the proof says that something is wrong."""
    seen: set[str] = set()
    for seed in range(proof_size(400)):
        writer = Writer(seed)
        text = FACTS + writer.table()
        checked = checked_of(text)
        table = checked.answers["t.r"].layers[0].versions[0]
        assert isinstance(table, Table)
        domain = domain_of(checked)
        space = space_of(
            checked, domain, lambda meaning, table=table: (requested_cases(meaning, table, ()), meaning.over(table, where_none))
        )
        possible = space.both(space.possible(), requested_cases(space.meaning, table, ()))
        gap = space.both(possible, space.meaning.over(table, where_none))
        several = space.both(possible, space.meaning.over(table, where_several))
        reference = ReferenceRules(checked)
        wrong = set[str]()
        for case in writer.chance.sample(CASES, 250):
            answer = "answer"
            try:
                reference.ask("t.r", case)
            except Refusal as refusal:
                answer = refusal.problems[0].code
            assert space.contains(gap, case) is (answer == "no-row"), f"{text}\n{case}: {answer}"
            assert answer not in ("two-rows", "different-results") or space.contains(several, case), f"{text}\n{case}: {answer}"
            assert not (writer.policy == "exactly one" and space.contains(several, case)) or answer == "two-rows", (
                f"{text}\n{case}: {answer}"
            )
            wrong.add(answer)
        reported = {problem.kind for problem in prove(checked, domain).problems}
        assert (GAP in reported) is (gap != 0), text
        assert not wrong & {"two-rows"} or OVERLAP in reported, text
        assert not wrong & {"different-results"} or RESULTS_DIFFER in reported, text
        seen |= wrong
    assert seen == {"answer", "no-row", "two-rows", "different-results"}


@pytest.mark.proof
def test_rows_in_vain_are_those_that_count_in_no_case(proof_size: Callable[[int], int]) -> None:
    """A row is reported as dead exactly where it counts in no case."""
    dead_ones = 0
    for seed in range(proof_size(150)):
        writer = Writer(10_000 + seed)
        text = FACTS + writer.table()
        checked = checked_of(text)
        table = checked.answers["t.r"].layers[0].versions[0]
        assert isinstance(table, Table)
        domain = domain_of(checked)
        result = {dict(problem.words)["row"] for problem in prove(checked, domain).problems if problem.kind is DEAD_ROW}
        space = space_of(checked, domain, lambda meaning, table=table: [meaning.over_row(table, at) for at in range(len(table.rows))])
        counting: set[int] = set()
        for case in CASES:
            matching = [at for at in range(len(table.rows)) if space.contains(space.meaning.over_row(table, at), case)]
            counting.update(matching[:1] if table.policy == "first match" else matching)
        dead = {str(table.rows[at].number) for at in range(len(table.rows)) if at not in counting}
        assert result == dead, text
        dead_ones += len(dead)
    assert dead_ones
