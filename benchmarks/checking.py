"""`check` of the checkout's whole rulebook and of one twenty times as large: milliseconds, and the share of each part.

Only ratios within one run mean something: `python -m benchmarks.checking`. Aim: the whole rulebook in under 500 ms, warm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from api.folders import read_folder
from engine.language.sources import Sources
from engine.rulebook.gathering import gather
from engine.rulebook.reading import check_rulebook, read_rulebook
from engine.writing.paper import check_paper

REPETITIONS = 7
TIMES_LARGER = 20


def main() -> None:
    """Prints the times of this run."""
    sources = read_folder(Path(__file__).parents[1])
    for name, texts in (("this rulebook", sources), (f"{TIMES_LARGER} times its products", larger(sources))):
        whole = best(lambda texts=texts: check_rulebook(texts))
        told = len(check_rulebook(texts))
        print(f"{name}: check {whole:.1f} ms, {told} problems ({sum(map(len, texts.values())):_} characters)")
        print(f"  of which YAML {best(lambda texts=texts: gather(texts)) / whole:.0%}")
        print(f"  read and compiled {best(lambda texts=texts: read_rulebook(texts)) / whole:.2f} times as long as check")
        print(f"  templates {best(lambda texts=texts: check_paper(texts)):.1f} ms beside it")


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
