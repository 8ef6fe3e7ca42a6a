"""`check` of the checkout's whole rulebook, of one twenty times as large, and of one with a price table of 5,000 rows: milliseconds.

Only ratios within one run mean something: `python -m benchmarks.checking`. Aims: the whole rulebook in under 500 ms, warm; the table of
5,000 rows, proved complete and free of overlap, in under 2 s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from api.rulebook_folder import read_folder
from engine.rulebook.reader import check_rulebook, read_all, read_rulebook, rulebook_of
from engine.rulebook.yaml_entries import gather
from engine.text.sources import Sources
from engine.writing.document_templates import check_document_templates

REPETITIONS = 7
TIMES_LARGER = 20
ROWS = 5_000


def main() -> None:
    """Prints the times of this run."""
    sources = read_folder(Path(__file__).parents[1])
    rulebooks = (
        ("this rulebook", sources),
        (f"{TIMES_LARGER} times its products", larger(sources)),
        (f"with a table of {ROWS} rows", with_table(sources)),
    )
    for name, texts in rulebooks:
        whole = best(lambda texts=texts: check_rulebook(texts))
        told = len(check_rulebook(texts))
        print(f"{name}: check {whole:.1f} ms, {told} problems ({sum(map(len, texts.values())):_} characters)")
        print(f"  of which YAML {best(lambda texts=texts: gather(texts)) / whole:.0%}")
        print(f"  read and compiled {best(lambda texts=texts: rulebook_of(read_all(texts))) / whole:.2f} times as long as check")
        print(f"  templates {best(lambda texts=texts: check_document_templates(texts)):.1f} ms beside it")


def larger(sources: Sources) -> Sources:
    """The same rulebook with every product many times, under codes of their own."""
    grown = dict(sources)
    codes = re.compile(r"(?<=code: )[A-Z0-9-]+")
    for path, text in sources.items():
        if path.startswith("catalog/products/"):
            for number in range(1, TIMES_LARGER):
                grown[f"{path[:-5]}-{number}.yaml"] = codes.sub(lambda found, number=number: f"{found[0]}-{number}", text)
        if path.endswith(".csv"):
            head, *rows = text.splitlines()
            more = [f"{code}-{number},{price}" for row in rows for code, price in [row.split(",")] for number in range(1, TIMES_LARGER)]
            grown[path] = "\n".join([head, *rows, *more]) + "\n"
    return grown


def with_table(sources: Sources) -> Sources:
    """The same rulebook with a table of prices by quantity and segment, complete and without overlap."""
    segments = sorted(read_rulebook(sources).segments)
    steps = ROWS // len(segments)
    rows = []
    for number in range(steps):
        quantity = f"{number} .. {number}.999999" if number else "< 1"
        quantity = f">= {number}" if number == steps - 1 else quantity
        rows += [(quantity, segment, f"{100 + number / 100:.2f} EUR") for segment in segments]
    lines = "".join(f"  | {' | '.join(row[:2])} || {row[2]} |\n" for row in rows)
    head = 'module rules.large\n\ntable large "Price by quantity and segment"\n  exactly one\n'
    table = f"{head}  | line.quantity | customer.segment || price |\n{lines}"
    return {**sources, "rules/large.rules": table}


def best(work: Callable[[], object]) -> float:
    """The shortest of several runs, in milliseconds."""
    times = []
    for _ in range(REPETITIONS):
        start = perf_counter()
        work()
        times.append(1000 * (perf_counter() - start))
    return min(times)


if __name__ == "__main__":
    main()
