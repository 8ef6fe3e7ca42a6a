"""Throws thousands of hurt texts at the readers, the checker and the formatter: `python -m tests.property.fuzzing TARGET COUNT [FIRST]`.

Each text is made from its number, so that a run can be repeated. What fails is minimised and stored in `.cache/fuzz/`.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from api.rulebook_folder import read_folder
from engine.language.checking.checker import check_rules
from engine.language.formatting.format_rules import remarks_of_rules
from engine.language.formatting.format_yaml import remarks_of_yaml
from engine.language.formatting.formatter import formatted, rules_layout, yaml_layout
from engine.language.formatting.line_layout import Remark
from engine.language.proving.domain import domain_of
from engine.language.proving.prover import prove
from engine.language.syntax.parser import parse_rules, rule_tokens
from engine.phrases import LANGUAGES
from engine.problems import Problem, Refusal
from engine.rulebook.reader import read_all
from engine.rulebook.yaml_entries import gather
from engine.text.csv_rows import read_csv
from engine.text.sources import excerpt, without_mark
from engine.text.yaml_reader import read_yaml, with_line_end, yaml_marks
from engine.writing.document_templates import check_document_templates
from tests.property.broken_texts import ROOT, SHELVES, mutant, pieces, rule_text, yaml_text
from tests.property.random_vocabulary import files, vocabulary

LONGEST: Final = 1.0
"""Seconds of CPU that one text may take."""
LARGEST: Final = 200
"""MB that the whole process may take, with everything that was loaded: no text took more."""
RULES: Final = "rules/random.rules"
PLANS: Final = "plans/random.yaml"
_KNOWN: Final = vocabulary()
_FILES: Final = files()


class Wrong(Exception):
    """What came out of a text is not what is promised of every text."""


def promise(holds: object, what: str) -> None:
    """Says what is wrong where a promise does not hold."""
    if not holds:
        raise Wrong(what)


def promise_reported(problems: Iterable[Problem], sources: Mapping[str, str]) -> None:
    """Each problem has a position in the texts, and a message in every language."""
    for problem in problems:
        where = problem.where
        if where is None:
            raise Wrong(f"no place: {problem}")
        lines = sources.get(where.path, "").split("\n")
        promise(1 <= where.line <= len(lines), f"no such line: {problem}")
        promise(1 <= where.column <= len(lines[where.line - 1]) + 1, f"no such column: {problem}")
        promise((where.end_line, where.end_column) >= (where.line, where.column), f"ends before it begins: {problem}")
        for language in LANGUAGES:
            promise(problem.message_in(language).strip() and problem.help_in(language).strip(), f"nothing said: {problem}")
        excerpt(sources, where)


def _formats(path: str, text: str, format_text: Callable[[str], str], remarks_of: Callable[[str], list[Remark]]) -> bool:
    """A readable text keeps its comments when it is formatted, and formatting is idempotent."""
    layout, problems = formatted(path, text)
    promise(not problems, "what can be read cannot be laid out")
    promise(format_text(layout) == layout, "laid out again it is another")
    written = remarks_of(with_line_end(without_mark(text).replace("\r\n", "\n")))
    promise([remark.text for remark in remarks_of(layout)] == [remark.text for remark in written], "comments were lost")
    return True


def _rules_formatted(text: str) -> str:
    return rules_layout(text, rule_tokens(RULES, text))


def _yaml_formatted(text: str) -> str:
    return yaml_layout(text, yaml_marks(text))


def _remarks_of_yaml(text: str) -> list[Remark]:
    return remarks_of_yaml(text, yaml_marks(text))


def try_rules(text: str) -> bool:
    """Parses, checks, proves and formats a rule file. Whether it could be parsed."""
    module, problems = parse_rules(RULES, text)
    promise_reported(problems, {RULES: text})
    checked, more = check_rules((module,), _KNOWN, _FILES)
    promise_reported(more, {RULES: text})
    if not any(problem.stops for problem in (*problems, *more)):
        promise_reported(prove(checked, domain_of(checked)).problems, {RULES: text})
    return all(problem.code == "module-name" for problem in problems) and _formats(RULES, text, _rules_formatted, remarks_of_rules)


def try_yaml(text: str) -> bool:
    """Reads a YAML file, validates it against its kind, and formats it. Whether it could be read."""
    _, problems = read_yaml(PLANS, text)
    promise_reported(problems, {PLANS: text})
    if not problems and "kind:" in text:
        promise_reported(gather({PLANS: text}).problems, {PLANS: text})
    return not problems and _formats(PLANS, text, _yaml_formatted, _remarks_of_yaml)


@dataclass(frozen=True, slots=True)
class Target:
    """What texts are thrown at."""

    make: Callable[[random.Random], str]
    attempt: Callable[[str], bool]


def try_template(text: str) -> bool:
    """A template of a document, or a list of prices in CSV, read. Whether it is without problems."""
    path, _, written = text.partition("\n")
    problems = read_csv(path, written, ("product", "price"))[1] if path.endswith(".csv") else check_document_templates({path: written})
    promise_reported(problems, {path: written})
    return not problems


def _of_template(chance: random.Random) -> str:
    """A mutated list of prices or template, with its path on the first line."""
    ending = chance.choice((".csv", ".j2"))
    texts = [text for path, text in pieces(".csv", ".j2") if path.endswith(ending)]
    return f"templates/x.html{ending}\n{mutant(chance, texts)}"


def _of_rulebook(chance: random.Random) -> str:
    """A mutated file of the small rulebook, with its path on the first line."""
    path = chance.choice(sorted(_small_rulebook()))
    return f"{path}\n{mutant(chance, [_small_rulebook()[path]])}"


@cache
def _small_rulebook() -> Mapping[str, str]:
    """A rulebook small enough to be checked whole, many times."""
    law = {path: text for path, text in read_folder(SHELVES[0]).items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
    templates = {path: text for path, text in read_folder(SHELVES[0]).items() if path.startswith("templates/")}
    book = "kind: price-book\nid: listed\nlabel: {fr: a, nl: b, en: c}\nfrom: 2029-01-01\nprices-file: listed.csv\nbecause: a list\n"
    listed = {"catalog/price-books/listed.yaml": book, "catalog/price-books/listed.csv": _prices_of(read_folder(SHELVES[1]))}
    return {**law, **templates, **listed, **read_folder(SHELVES[1])}


def _prices_of(sources: Mapping[str, str]) -> str:
    """The prices of the first book as a list in CSV."""
    _, _, prices = sources["catalog/price-books/2026.yaml"].partition("prices:\n")
    return "product,price\n" + "".join(",".join(part.strip() for part in line.split(":")) + "\n" for line in prices.splitlines())


def try_rulebook(text: str) -> bool:
    """Checks a whole rulebook with one mutated file. Whether it is without problems."""
    path, _, written = text.partition("\n")
    sources = {**_small_rulebook(), path: written}
    try:
        problems = (*read_all(sources).problems, *check_document_templates(sources))
    except Refusal as refusal:
        problems = refusal.problems
    promise_reported(problems, sources)
    return not problems


TARGETS: Final[Mapping[str, Target]] = {
    "rules": Target(rule_text, try_rules),
    "yaml": Target(yaml_text, try_yaml),
    "template": Target(_of_template, try_template),
    "rulebook": Target(_of_rulebook, try_rulebook),
}


@dataclass(slots=True)
class Report:
    """What a run came to."""

    target: str
    texts: int = 0
    readable: int = 0
    longest: float = 0.0
    slowest: str = ""
    seconds: float = 0.0
    largest: float = 0.0
    failures: list[str] = field(default_factory=list)


def failure_of(target: Target, text: str) -> str | None:
    """What goes wrong with a text, in a few words that stay the same when the text is made smaller; None where nothing does."""
    start = time.process_time()
    try:
        target.attempt(text)
    except Wrong as wrong:
        return str(wrong).split(":")[0]
    except Exception as fault:  # noqa: BLE001 - any exception is what is looked for
        return type(fault).__name__
    return "too slow" if time.process_time() - start > LONGEST else None


def smaller(target: Target, text: str, failure: str) -> str:
    """A text as small as can be found that goes wrong in the same way: lines first, then characters."""
    for split in ("\n", ""):
        size = max(len(text.split(split)) if split else len(text), 2) // 2
        while size >= 1:
            at = 0
            while True:
                parts = text.split(split) if split else list(text)
                if at >= len(parts):
                    break
                tried = split.join(parts[:at] + parts[at + size :])
                if failure_of(target, tried) == failure:
                    text = tried
                else:
                    at += size
            size //= 2
    return text


def run(name: str, count: int, first: int = 0) -> Report:
    """Throws texts number `first` and the following at a target."""
    target, report = TARGETS[name], Report(name)
    seen: Counter[str] = Counter()
    failure_of(target, target.make(random.Random(name)))  # grammars and translations are read once, and that is no text's fault
    started = time.process_time()
    for number in range(first, first + count):
        text = target.make(random.Random(f"{name} {number}"))
        start = time.process_time()
        failure = None
        try:
            report.readable += target.attempt(text)
        except Exception:  # noqa: BLE001 - any exception is what is looked for
            failure = failure_of(target, text)
        took = time.process_time() - start
        if took > report.longest:
            report.longest, report.slowest = took, f"{name} {number}"
        if took > LONGEST:
            failure = failure or "too slow"
        report.texts += 1
        if failure:
            seen[failure] += 1
            if seen[failure] <= 3:
                report.failures.append(_stored(target, name, number, text, failure))
    report.seconds = time.process_time() - started
    report.largest = _largest()
    if report.largest > LARGEST:
        report.failures.append(f"{report.largest:.0f} MB were taken")
    return report


def _largest() -> float:
    """The most memory that this program has had, in MB: that of whoever started it is left out, which `getrusage` would count too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM:"))


def _stored(target: Target, name: str, number: int, text: str, failure: str) -> str:
    small = smaller(target, text, failure)
    folder = ROOT / ".cache" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{name}-{number}.txt"
    place.write_text(small, encoding="utf-8", errors="surrogatepass")
    return f"{name} {number}: {failure}; {place.relative_to(ROOT)}: {small[:300]!r}"


def main() -> None:
    """Runs one target and writes what it came to as JSON."""
    name, count, *first = sys.argv[1:]
    report = run(name, int(count), int(first[0]) if first else 0)
    json.dump({each: getattr(report, each) for each in report.__slots__}, sys.stdout, indent=1)
    sys.stdout.write("\n")
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()
