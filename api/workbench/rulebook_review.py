"""The review of a changed rulebook: each gate is a command of the program, run as one would type it, and none is left out silently."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.phrases import Language, Phrase, phrase, say

MARK: Final = "<!-- centwright-review -->"
"""Begins the comment, so that whoever posts it finds the one to replace."""
MONEY_CHANGES: Final = 3
_SECONDS: Final = 900
_MOST_SHOWN: Final = 6_000
_MOST_WRITTEN: Final = 60_000


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that was tried: what it is called, how its command ended, and what it wrote."""

    name: str
    says: Phrase
    code: int
    answer: str
    told: str
    is_limited: bool = False
    """Whether the money may not change by more than a condition allows."""
    is_uncompared: bool = False
    """Whether the money could not be compared because of the base alone: a change that mends a broken rulebook must be able to pass."""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; money that changes is no mistake, but where there is a limit for it."""
        if self.is_uncompared:
            return True
        return self.code == 0 or (self.code == MONEY_CHANGES and self.name == "diff" and not self.is_limited)

    @property
    def is_compared(self) -> bool:
        """Whether the money of both sides was compared, whatever came of it."""
        return self.name == "diff" and self.code in (0, MONEY_CHANGES)


def review_of(base: str, rulebook: Path, language: Language, *, least: int, orders: Path | None, condition: str | None) -> Iterator[Gate]:
    """Every gate in its order, as it is done."""
    folder = str(rulebook)
    golden = orders or next((rulebook / name for name in ("golden", "demo") if (rulebook / name).is_dir()), None)
    counted = ["--golden", str(golden)] if golden is not None else []
    given = ["--data", str(orders)] if orders is not None else []
    failing = ["--fail-if", condition] if condition is not None else []
    checked = _gate("check", phrase("rules and prices hold together"), ["check", folder], rulebook, language)
    yield checked
    yield _gate("fmt", phrase("files are laid out"), ["fmt", "--check", folder], rulebook, language)
    yield _gate("test", phrase("scenarios come out as expected"), ["test"], rulebook, language)
    covering = ["coverage", "--fail-under", str(least), *counted]
    yield _gate("coverage", phrase("scenarios touch at least {least}% of the rules", least=least), covering, rulebook, language)
    comparing = ["diff", "--format", "markdown", *given, *failing, "--", base, folder]
    if condition is None:
        compared = _gate("diff", phrase("the money is compared"), comparing, rulebook, language)
        is_uncompared = compared.code == 1 and checked.passed
        says = phrase("the money is not compared: {base} cannot be read", base=base) if is_uncompared else compared.says
        yield replace(compared, says=says, is_uncompared=is_uncompared)
    else:
        says = phrase("the money stays outside of `{condition}`", condition=condition.replace("`", "'"))
        yield replace(_gate("diff", says, comparing, rulebook, language), is_limited=True)


def outcome_of(gates: Sequence[Gate]) -> int:
    """The exit code: 1 where a gate did not pass, 3 where that is only because the condition on the money is met, 0 otherwise."""
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return 0
    return MONEY_CHANGES if all(gate.is_compared for gate in failed) else 1


def comment_of(gates: Sequence[Gate], language: Language) -> str:
    """The comment in Markdown: the euros first, then what was tried; what did not pass with what it said."""
    parts = [MARK]
    for gate in gates:
        if gate.is_compared:
            parts.append(gate.answer.strip()[:_MOST_WRITTEN])
        elif gate.name == "diff":
            parts.append(f"**{say(phrase('The money could not be compared.'), language)}**")
    parts.append("\n".join(f"- {_sign(gate)} {say(gate.says, language)} (`{gate.name}`)" for gate in gates))
    left = _MOST_WRITTEN - sum(len(part) for part in parts)
    for gate in gates:
        if (not gate.passed or gate.is_uncompared) and not gate.is_compared and left > 0:
            parts.append(_details(gate, min(left, _MOST_SHOWN), language))
            left -= len(parts[-1])
    return "\n\n".join(parts) + "\n"


def _sign(gate: Gate) -> str:
    return "⚠️" if gate.is_uncompared else "✅" if gate.passed else "❌"


def _details(gate: Gate, most: int, language: Language) -> str:
    """What a gate said, between a fence that nothing in it can close."""
    text = f"{gate.answer.strip()}\n{gate.told.strip()}".strip()
    shown = text if len(text) <= most else f"{text[:most]}\n…"
    longest = max((len(found) for found in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    summary = say(phrase("What {gate} said (it ended with {code})", gate=gate.name, code=gate.code), language)
    return f"<details open><summary>{summary}</summary>\n\n{fence}text\n{shown}\n{fence}\n\n</details>"


def _gate(name: str, says: Phrase, words: Sequence[str], rulebook: Path, language: Language) -> Gate:
    command = [sys.executable, "-m", "api.cli", words[0], "--rulebook", str(rulebook), "--language", language, "--no-color", *words[1:]]
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_SECONDS, env=environment,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Gate(name, says, 70, "", say(phrase("it took more than {seconds} seconds", seconds=_SECONDS), language))
    return Gate(name, says, done.returncode, done.stdout, done.stderr)
