"""The generated evaluator against zen-engine and common-expression-language: a VAT table of twelve rows, a price with tiers and discounts.

The same two decisions are written in each of the three languages. All answers are compared on 10,000 inputs before anything is timed.
Each is asked from Python in its fastest way: zen-engine by key through its static loader, common-expression-language by a compiled program.
Ours remembers its answers by the facts that they depend on, as it does for the stages; how long it takes anew is printed beside it.
Only ratios within one run mean something: `python -m benchmarks.rivals`. Aim: 20 times faster a decision, and with reasons no slower than
zen-engine without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from time import perf_counter

import cel
import zen

from engine.documents.order import ORDER_TYPES
from engine.language.checking.checker import check_rules
from engine.language.codegen.compiled_rules import CompiledRules
from engine.language.codegen.compiler import compile_rules
from engine.language.syntax.parser import parse_rules
from engine.language.types.value_types import Plain
from engine.language.types.vocabulary import Vocabulary
from engine.money import Currency
from engine.phrases import LANGUAGES

INPUTS = 10_000
ROUNDS = 7
UNION = ("BE", "FR", "NL", "LU", "DE")
ABROAD = ("CH", "NO", "GB")
SEGMENTS = ("retail", "smb", "gold", "public")
STATES = ("valid", "invalid", "unknown", "none")
TIERS = ((10, 2900), (50, 2500), (200, 2250), (None, 1900))

RULES = """\
module rules.rivals

table treatment "Treatment of a supply"
  exactly one
  | customer.country | customer.kind | customer.vat-number  | supply.kind   | seller.oss || vat.treatment   |
  | BE               | -             | -                    | goods         | -          || domestic        |
  | BE               | -             | -                    | service       | -          || domestic        |
  | EU except BE     | business      | valid                | service       | -          || reverse-charge  |
  | EU except BE     | business      | unknown              | service       | -          || reverse-charge  |
  | EU except BE     | business      | valid                | goods         | -          || intra-community |
  | EU except BE     | business      | unknown              | goods         | -          || intra-community |
  | EU except BE     | business      | invalid, none        | -             | no         || domestic        |
  | EU except BE     | business      | invalid, none        | -             | yes        || oss             |
  | EU except BE     | private       | -                    | -             | no         || domestic        |
  | EU except BE     | private       | -                    | -             | yes        || oss             |
  | not EU           | -             | -                    | service       | -          || outside-scope   |
  | not EU           | -             | -                    | goods         | -          || export          |

table seat "Price of a seat, by volume"
  exactly one
  | line.quantity || price     |
  | at most 10    || 29.00 EUR |
  | 11 .. 50      || 25.00 EUR |
  | 51 .. 200     || 22.50 EUR |
  | >= 201        || 19.00 EUR |

define loyal : Percent = if customer.segment is one of gold, public then 12.5% else 0%
define large : Percent = if line.quantity >= 100 then 5% else 0%
define net : Money = (100% - large) of ((100% - loyal) of (seat.price * line.quantity)) rounded to cent half up
"""

VAT_ROWS = (
    (("BE",), None, None, "goods", None, "domestic"),
    (("BE",), None, None, "service", None, "domestic"),
    (UNION[1:], "business", ("valid",), "service", None, "reverse-charge"),
    (UNION[1:], "business", ("unknown",), "service", None, "reverse-charge"),
    (UNION[1:], "business", ("valid",), "goods", None, "intra-community"),
    (UNION[1:], "business", ("unknown",), "goods", None, "intra-community"),
    (UNION[1:], "business", ("invalid", "none"), None, False, "domestic"),
    (UNION[1:], "business", ("invalid", "none"), None, True, "oss"),
    (UNION[1:], "private", None, None, False, "domestic"),
    (UNION[1:], "private", None, None, True, "oss"),
    (ABROAD, None, None, "service", None, "outside-scope"),
    (ABROAD, None, None, "goods", None, "export"),
)
"""The rows of the table for the other two: countries, kind, states of the number, what is supplied, one-stop shop, and the treatment."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question, as each of the three is asked it."""

    facts: dict[str, Plain]
    asked: dict[str, object]


def main() -> None:
    """Prints the times of this run."""
    rules, engine, programs = ours(), zen_engine(), cel_programs()
    for name, target, cases in (("VAT table of 12 rows", "vat.treatment", supplies()), ("price with tiers, 2 discounts", "net", sales())):
        key, program = ("vat", programs[0]) if target == "vat.treatment" else ("price", programs[1])
        ways: dict[str, Callable[[Case], object]] = {
            "generated": lambda case, target=target: rules.ask(target, case.facts).value,
            "  worked out anew": lambda case, target=target: first_answer(rules, target, case, tracing=False),
            "generated, with reasons": lambda case, target=target: rules.ask(target, case.facts, tracing=True).value,
            "  with reasons, anew": lambda case, target=target: first_answer(rules, target, case, tracing=True),
            "zen-engine": lambda case, key=key: engine.evaluate(key, case.asked)["result"]["answer"],
            "common-expression-language": lambda case, program=program: program.execute(case.asked),
        }
        agree(ways, cases)
        print_times(name, {way: timed(ask, cases) for way, ask in ways.items()})


def ours() -> CompiledRules:
    """The rules above, checked and compiled."""
    domains = {"countries": (*UNION, *ABROAD), "segments": SEGMENTS, "products": ("seat",), "units": ("seat",)}
    vocabulary = Vocabulary.built_in(
        Currency.of("EUR"), domains, order_types=ORDER_TYPES, languages=LANGUAGES, sets={"EU": UNION}, product_units={"seat": "seat"}
    )
    module, problems = parse_rules("rules/rivals.rules", RULES)
    checked, more = check_rules([module], vocabulary)
    if problems or more:
        raise SystemExit("\n".join(map(str, (*problems, *more))))
    rules = compile_rules(checked)
    assert isinstance(rules, CompiledRules)
    return rules


def first_answer(rules: CompiledRules, target: str, case: Case, *, tracing: bool) -> object:
    """An answer that is worked out anew, with nothing remembered."""
    rules.answers[target].cache.clear()
    return rules.ask(target, case.facts, tracing=tracing).value


def supplies() -> list[Case]:
    """Supplies of every kind, over and over up to the number of inputs."""
    found = []
    kinds = product((*UNION, *ABROAD), ("business", "private"), STATES, ("goods", "service"), (False, True))
    for country, kind, state, supply, shop in kinds:
        facts: dict[str, Plain] = {
            "customer.country": country, "customer.kind": kind, "customer.vat-number": state, "supply.kind": supply, "seller.oss": shop,
        }  # fmt: skip
        found.append(Case(facts, {"country": country, "kind": kind, "state": state, "supply": supply, "oss": shop}))
    return [found[at % len(found)] for at in range(INPUTS)]


def sales() -> list[Case]:
    """Quantities from 1 to 500 and every segment."""
    found = []
    for at in range(INPUTS):
        quantity, segment = at % 500 + 1, SEGMENTS[at // 500 % 4]
        facts: dict[str, Plain] = {
            "line.quantity": quantity * 1_000_000, "customer.segment": segment, "product.code": "seat", "price.date": date(2027, 1, 1),
        }  # fmt: skip
        found.append(Case(facts, {"quantity": quantity, "segment": segment}))
    return found


def agree(ways: dict[str, Callable[[Case], object]], cases: Sequence[Case]) -> None:
    """Ends the run where one of them answers otherwise."""
    for case in cases:
        answers = {way: _in_cents(ask(case)) for way, ask in ways.items()}
        if len(set(answers.values())) != 1:
            raise SystemExit(f"they disagree on {case.asked}: {answers}")


def _in_cents(answer: object) -> object:
    return answer if isinstance(answer, str) else Fraction(str(answer))


def timed(ask: Callable[[Case], object], cases: Sequence[Case]) -> float:
    """Microseconds a decision: the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = perf_counter()
        for case in cases:
            ask(case)
        best = min(best, perf_counter() - start)
    return 1e6 * best / len(cases)


def print_times(name: str, times: dict[str, float]) -> None:
    """Prints the times of one decision, as ratios to ours."""
    ours_took = times["generated"]
    print(f"{name}, {INPUTS:,} inputs with equal answers")
    for way, took in times.items():
        print(f"  {way:<28} {took:8.2f} µs   {took / ours_took:6.1f} times the generated evaluator")


# --- The same, in the other two languages. ---


def zen_engine() -> zen.ZenEngine:
    """An engine with both decisions in its static loader: parsed and compiled once."""
    return zen.ZenEngine({"loader": {"type": "static", "content": {"vat": _graph(_vat_node()), "price": _graph(_price_node())}}})


def _graph(node: dict[str, object]) -> dict[str, object]:
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "do", "name": "do", "position": {"x": 1, "y": 0}, **node},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "do"), ("do", "out"))]
    return {"nodes": nodes, "edges": edges}


def _vat_node() -> dict[str, object]:
    fields = ("country", "kind", "state", "supply", "oss")
    rules = []
    for number, (*conditions, treatment) in enumerate(VAT_ROWS):
        cells = {field: _zen_cell(condition) for field, condition in zip(fields, conditions, strict=True)}
        rules.append({"_id": f"r{number}", **cells, "answer": f'"{treatment}"'})
    return {
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "first",
            "inputs": [{"id": field, "name": field, "field": field} for field in fields],
            "outputs": [{"id": "answer", "name": "answer", "field": "answer"}],
            "rules": rules,
        },
    }


def _zen_cell(condition: object) -> str:
    match condition:
        case None:
            return ""
        case bool():
            return str(condition).lower()
        case tuple():
            return ", ".join(f'"{word}"' for word in condition)
        case _:
            return f'"{condition}"'


def _price_node() -> dict[str, object]:
    unit = "quantity <= 10 ? 29.00 : quantity <= 50 ? 25.00 : quantity <= 200 ? 22.50 : 19.00"
    loyal = "(segment in ['gold', 'public'] ? 0.875 : 1)"
    large = "(quantity >= 100 ? 0.95 : 1)"
    # Amounts are positive here: half up is the floor of one half more.
    answer = f"floor(({unit}) * quantity * {loyal} * {large} * 100 + 0.5)"
    return {"type": "expressionNode", "content": {"expressions": [{"id": "e", "key": "answer", "value": answer}]}}


def cel_programs() -> tuple[cel.Program, cel.Program]:
    """Both decisions as one expression each; money is a whole number of hundred-thousandths of a cent, rounded half up."""
    vat = "''"
    for *conditions, treatment in reversed(VAT_ROWS):
        parts = [_cel_condition(*one) for one in zip(("country", "kind", "state", "supply", "oss"), conditions, strict=True)]
        vat = f"{' && '.join(part for part in parts if part)} ? '{treatment}' : ({vat})"
    unit = "(quantity <= 10 ? 2900 : quantity <= 50 ? 2500 : quantity <= 200 ? 2250 : 1900)"
    loyal, large = "(segment in ['gold', 'public'] ? 875 : 1000)", "(quantity >= 100 ? 95 : 100)"
    return cel.compile(vat), cel.compile(f"({unit} * quantity * {loyal} * {large} + 50000) / 100000")


def _cel_condition(field: str, condition: object) -> str:
    match condition:
        case None:
            return ""
        case bool():
            return field if condition else f"!{field}"
        case tuple():
            return f"{field} in [{', '.join(repr(word) for word in condition)}]"
        case _:
            return f"{field} == {condition!r}"


if __name__ == "__main__":
    main()
