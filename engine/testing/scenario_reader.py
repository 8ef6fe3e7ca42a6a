"""Reads and checks the scenarios of a rulebook: names, literals and requests of evaluations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pydantic import BaseModel

from engine.evaluations.evaluation import Evaluation
from engine.evaluations.registry import EVALUATIONS
from engine.language import Plain
from engine.money import Price
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook import scenarios
from engine.rulebook.reader import Checkup, Reading
from engine.rulebook.yaml_entries import RulebookFile
from engine.text.missing_keys import MISSING_KEY
from engine.text.model_reader import LIST_EXPECTED, MAPPING_EXPECTED, UNKNOWN_KEY, annotations_below, members, read_model
from engine.text.nearest import suggestion
from engine.text.value_forms import list_form, mapping_form
from engine.text.written_numbers import thousands_or_decimals
from engine.text.yaml_tree import Block, Listing, Node, Scalar, YamlTree, child

UNKNOWN_FACT: Final = Kind("unknown-fact", "`{name}` is not a fact of the rules", "{remedy}")
NOT_A_FACT: Final = Kind(
    "answered-by-rules",
    "`{name}` is an answer of the rules, not a fact",
    "give the facts from which it follows, and write it under `expect`",
)
UNKNOWN_ANSWER: Final = Kind("unknown-answer", "no rule answers `{name}`", "{remedy}")
UNKNOWN_MODULE: Final = Kind("unknown-module", "there is no rule file `{name}`", "{remedy}")
SCENARIO_TWICE: Final = Kind("scenario-twice", "another scenario is called “{name}” on line {line}", "give each scenario a name of its own")
TWO_QUESTIONS: Final = Kind(
    "two-questions", "a scenario asks one question, and this one also has `{key}`", "make two scenarios of it, or keep one of the two"
)
REFUSED_WHAT: Final = Kind("refused-what", "the refused name is missing", "write it under the name: `vat.rate: {{refused: no-row}}`")
NOT_KNOWN: Final = "not known"
"""The value of a fact that a scenario removes."""


class Whole(int):
    """A whole number of a YAML file, with its place."""

    span: Span


@dataclass(frozen=True, slots=True)
class Refused:
    """An expected refusal, by the code of its problem."""

    code: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected answer of one name: a value or a refusal, its text, and its place."""

    name: str
    value: Plain | Fraction | Refused
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """The request of an evaluation, and the expected fields of its answer or the code of its refusal."""

    evaluation: Evaluation
    request: BaseModel
    expect: Block
    refused: Scalar | None
    given: Block
    """The request as it is written."""

    def at(self, pointer: str) -> Span | None:
        """Where the value stands to which a pointer leads; None where the request has none."""
        node: Node | None = self.given
        for step in pointer.split("/")[1:]:
            node = child(node, int(step) if step.isdecimal() else step) if node is not None else None
        return node.span if node is not None and pointer else None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, ready to run: facts with expected answers, or the request of an evaluation."""

    name: str
    span: Span
    because: str | None
    facts: Mapping[str, Plain]
    removed: frozenset[str]
    """Facts of the seller that this scenario removes."""
    expected: tuple[Expected, ...]
    case: EvaluationCase | None

    @property
    def path(self) -> str:
        """Its file."""
        return self.span.path


@dataclass(frozen=True, slots=True)
class _File:
    """The file of scenarios that is being read."""

    reading: Reading
    path: str
    problems: list[Problem]


def scenarios_of(reading: Reading) -> tuple[tuple[Scenario, ...], tuple[Problem, ...]]:
    """Every scenario of a rulebook that can run, and every problem in their files besides those of their form."""
    result: list[Scenario] = []
    problems = list(_wrong_questions(reading))
    names: dict[str, Span] = {}
    for file in reading.gathered.files:
        if file.kind.name == "tests":
            for scenario in _of_file(file, _File(reading, file.path, problems)):
                earlier = names.setdefault(scenario.name, scenario.span)
                if earlier is not scenario.span:
                    where = f"{earlier.line}" if earlier.path == file.path else earlier.place
                    problems.append(SCENARIO_TWICE.at(scenario.span, name=scenario.name, line=where))
                result.append(scenario)
    return tuple(result), tuple(dict.fromkeys(problems))


def problems_beside(checkup: Checkup) -> tuple[Problem, ...]:
    """The problems of the scenarios of a checked rulebook; only those of their keys where its rules cannot be evaluated."""
    return tuple(_wrong_questions(checkup.reading)) if checkup.proofs is None else scenarios_of(checkup.reading)[1]


def _wrong_questions(reading: Reading) -> Iterator[Problem]:
    """Every key of a scenario that is neither a field nor an evaluation, and every evaluation without a request."""
    fields = {field.alias or name for name, field in scenarios.Scenario.model_fields.items()}
    for file in reading.gathered.files:
        listed = file.tree.root.get("scenarios") if file.kind.name == "tests" else None
        entries = [entry for entry in listed if isinstance(entry, Block)] if isinstance(listed, Listing) else []
        for entry in entries:
            for key in entry.keys() - fields:
                if key not in EVALUATIONS:
                    yield UNKNOWN_KEY.at(entry.keys_at[key], key=key, remedy=suggestion(key, (*sorted(fields), *EVALUATIONS)))
                elif not isinstance(entry[key], Block):
                    yield MAPPING_EXPECTED.at(entry[key].span, key=key, remedy=mapping_form(()))


def _of_file(file: RulebookFile, within: _File) -> Iterator[Scenario]:
    root = file.tree.root
    _check_module(root.get("of"), within)
    shared, removed = _facts(root.get("given"), within)
    listed = root.get("scenarios")
    for entry in listed if isinstance(listed, Listing) else ():
        name = entry.get("name") if isinstance(entry, Block) else None
        if isinstance(entry, Block) and isinstance(name, Scalar):
            yield _of_entry(entry, name, shared, removed, within)


def _check_module(of: Node | None, within: _File) -> None:
    modules = {path.removesuffix(".rules").replace("/", ".") for path in within.reading.gathered.sources if path.endswith(".rules")}
    if isinstance(of, Scalar) and of not in modules:
        within.problems.append(UNKNOWN_MODULE.at(of.span, name=of[:60], remedy=suggestion(of[:60], modules)))


def _of_entry(entry: Block, name: Scalar, shared: Mapping[str, Plain], removed: frozenset[str], within: _File) -> Scenario:
    own, without = _facts(entry.get("given"), within)
    facts = {fact: plain for fact, plain in {**shared, **own}.items() if fact not in without}
    expect, because = entry.get("expect"), entry.get("because")
    wanted = expect if isinstance(expect, Block) else None
    keys = [key for key in entry if key in EVALUATIONS]
    within.problems.extend(TWO_QUESTIONS.at(entry.keys_at[key], key=key) for key in keys[1:])
    case = _case(EVALUATIONS[keys[0]], entry[keys[0]], wanted, within) if keys and wanted is not None else None
    expected = tuple(_expected(wanted, within)) if not keys and wanted is not None else ()
    return Scenario(
        name=str(name),
        span=name.span,
        because=str(because) if isinstance(because, Scalar) else None,
        facts=facts,
        removed=(removed - own.keys()) | without,
        expected=expected,
        case=case,
    )


def _facts(given: Node | None, within: _File) -> tuple[dict[str, Plain], frozenset[str]]:
    """The facts of a mapping by name, and the names that it removes."""
    facts: dict[str, Plain] = {}
    removed: set[str] = set()
    if not isinstance(given, Block):
        return facts, frozenset()
    for name, node in given.items():
        if isinstance(node, Scalar) and node == NOT_KNOWN:
            removed.add(name)
        elif name in within.reading.checked.vocabulary.lists:
            entries = _entries(name, node, within)
            facts[name] = entries  # type: ignore[assignment]  # the one kind of fact that is a list
        elif (plain := _fact(name, node, given.keys_at[name], within)) is not None:
            facts[name] = plain
    return facts, frozenset(removed)


def _entries(name: str, node: Node, within: _File) -> tuple[Mapping[str, Plain], ...]:
    if not isinstance(node, Listing):
        within.problems.append(LIST_EXPECTED.at(node.span, key=name, remedy=list_form(node, ())))
        return ()
    texts = [entry for entry in node if not isinstance(entry, Block)]
    within.problems.extend(MAPPING_EXPECTED.at(entry.span, key=name, remedy=mapping_form(())) for entry in texts)
    return tuple(_facts(entry, within)[0] for entry in node if isinstance(entry, Block))


def _fact(name: str, node: Node, where: Span, within: _File) -> Plain | None:
    checked = within.reading.checked
    entries = checked.vocabulary.entries
    if name not in entries or entries[name].role != "input":
        remedy = suggestion(name[:60], [known for known, entry in entries.items() if entry.role == "input"])
        unknown = UNKNOWN_FACT.at(where, name=name[:60], remedy=remedy)
        within.problems.append(NOT_A_FACT.at(where, name=name) if name in checked.answer_names else unknown)
        return None
    plain, problems = checked.literal(name, node)
    within.problems.extend(problems)
    return plain


def _expected(wanted: Block, within: _File) -> Iterator[Expected]:
    checked = within.reading.checked
    answers = checked.answer_names
    for name, node in wanted.items():
        where = wanted.keys_at[name]
        if name == "refused":
            within.problems.append(REFUSED_WHAT.at(where))
        elif name not in answers:
            within.problems.append(UNKNOWN_ANSWER.at(where, name=name[:60], remedy=suggestion(name[:60], answers)))
        elif isinstance(node, Block):
            code = node.get("refused")
            if isinstance(code, Scalar):
                yield Expected(name, Refused(str(code)), phrase("refused ({code})", code=str(code)), code.span)
            else:
                within.problems.append(MISSING_KEY.at(where, key="refused"))
        else:
            plain, problems = checked.literal(name, node)
            within.problems.extend(problems)
            if plain is not None:
                yield Expected(name, checked.as_answer(name, plain), checked.fact_words(name, plain), node.span)


def _case(evaluation: Evaluation, node: Node, wanted: Block, within: _File) -> EvaluationCase | None:
    if not isinstance(node, Block):
        return None  # a problem of the form of the file
    tree = YamlTree(within.path, _with_whole_numbers(node, [evaluation.request]), frozenset())
    request, problems = read_model(evaluation.request, tree, within.reading.gathered.currency)
    within.problems.extend(problems)
    currency = node.get("currency")
    code = str(currency) if isinstance(currency, Scalar) else within.reading.gathered.currency.code
    for given, model in ((node, evaluation.request), (wanted, evaluation.answer)):
        within.problems.extend(_thousands(given, [model], code))
    refused = wanted.get("refused")
    return None if request is None else EvaluationCase(evaluation, request, wanted, refused if isinstance(refused, Scalar) else None, node)


def _thousands(node: Node, annotations: Sequence[object], currency: str) -> Iterator[Problem]:
    """The amounts and quantities of a request, or of an expected answer, that may mean thousands.

    A factor has decimals as it likes, and so has the list price of an answer, which is not rounded.
    """
    if isinstance(node, Block):
        for key, below in node.items():
            yield from _thousands(below, annotations_below(annotations, key), currency)
    elif isinstance(node, Listing):
        for at, below in enumerate(node):
            yield from _thousands(below, annotations_below(annotations, at), currency)
    elif isinstance(node, Scalar) and not any({Fraction, Price}.intersection(members(one)) for one in annotations):
        either = thousands_or_decimals(str(node), node.span, currency=currency)
        yield from (either,) if either else ()


def _with_whole_numbers(block: Block, annotations: Sequence[object]) -> Block:
    """A request as the service gets it: its whole numbers as numbers, all else as texts."""
    result = Block()
    result.span, result.keys_at = block.span, block.keys_at
    for key, node in block.items():
        below = annotations_below(annotations, key)
        result[key] = _with_whole_numbers(node, below) if isinstance(node, Block) else node
        is_whole = any(int in members(one) for one in below)
        if is_whole and isinstance(node, Scalar) and node.isdecimal() and len(node) <= 9:
            number = Whole(str(node))
            number.span = node.span
            result[key] = number  # type: ignore[assignment]  # a leaf with its place, as a text is
    return result
