"""The review of a changed rulebook: each gate runs a command of the program as a user would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.phrases import Language, Phrase, phrase, say

MARK: Final = "<!-- centwright-review -->"
"""The first line of the comment, by which the job that posts it finds the one to replace."""
MONEY_CHANGES: Final = 3
_COMPARED: Final = ("diff", "live")
"""The gates that compare amounts: of the golden invoices, and of the live orders of a database."""
_SECONDS: Final = 900
_LONGEST_DETAILS: Final = 6_000
_LONGEST_COMMENT: Final = 60_000


@dataclass(frozen=True, slots=True)
class Gate:
    """The result of one gate: its name and title, the exit code of its command, and what it wrote."""

    name: str
    title: Phrase
    code: int
    stdout: str
    stderr: str
    is_limited: bool = False
    """Whether a condition limits how much amounts may change."""
    is_uncompared: bool = False
    """Whether only the base prevented the comparison: a change that fixes a broken rulebook must be able to pass."""

    @property
    def passed(self) -> bool:
        """Whether the gate passed; changed amounts fail it only where there is a limit."""
        if self.is_uncompared:
            return True
        return self.code == 0 or (self.code == MONEY_CHANGES and self.name in _COMPARED and not self.is_limited)

    def is_prevented_by(self, check: Gate) -> bool:
        """Whether it only says again what `check` has reported, so that it has no result of its own."""
        return self is not check and self.code == 1 and not check.passed and not self.own_lines(check)

    def own_lines(self, check: Gate) -> list[str]:
        """What it wrote, without the problems that `check` has reported; before their path the rulebook may be named."""
        if self is check:
            return [*self.stdout.strip().splitlines(), *self.stderr.strip().splitlines()]
        reported = frozenset(check.stdout.splitlines())
        lines = self.stderr.strip().splitlines()
        return [*self.stdout.strip().splitlines(), *(line for line in lines if not {line, line.partition(":")[2]} & reported)]

    @property
    def is_compared(self) -> bool:
        """Whether the amounts were compared."""
        return self.name in _COMPARED and self.code in (0, MONEY_CHANGES)


def review_of(
    base: str,
    rulebook: Path,
    language: Language,
    *,
    least: int,
    orders: Path | None,
    condition: str | None,
    live: Mapping[str, str] | None = None,
) -> Iterator[Gate]:
    """The results of all gates, each as soon as it has run; `live` are the settings of a database whose orders are compared too."""
    folder = str(rulebook)
    golden = orders or next((rulebook / name for name in ("golden", "demo") if (rulebook / name).is_dir()), None)
    golden_option = ["--golden", str(golden)] if golden is not None else []
    data_option = ["--data", str(orders)] if orders is not None else []
    fail_option = ["--fail-if", condition] if condition is not None else []
    checked = _gate("check", phrase("rules and prices hold together"), ["check", folder], rulebook, language)
    yield checked
    yield _gate("fmt", phrase("files are laid out"), ["fmt", "--check", folder], rulebook, language)
    yield _gate("test", phrase("scenarios come out as expected"), ["test"], rulebook, language)
    covering = ["coverage", "--fail-under", str(least), *golden_option]
    yield _gate("coverage", phrase("scenarios touch at least {least}% of the rules", least=least), covering, rulebook, language)
    for name in _COMPARED if live is not None else _COMPARED[:1]:
        look = ["--live"] if name == "live" else data_option
        comparing = ["diff", "--format", "markdown", *look, *fail_option, "--", base, folder]
        title = phrase("the money of live orders is compared") if name == "live" else phrase("the money is compared")
        if condition is not None:
            title = phrase("the money stays outside of `{condition}`", condition=condition.replace("`", "'"))
        compared = _gate(name, title, comparing, rulebook, language, live if name == "live" else None)
        if condition is None and compared.code == 1 and checked.passed:
            title = phrase("the money is not compared: {base} cannot be read", base=base)
            compared = replace(compared, title=title, is_uncompared=True)
        yield replace(compared, is_limited=condition is not None)


def outcome_of(gates: Sequence[Gate]) -> int:
    """The exit code: 1 where a gate failed, 3 where only the limit on amounts was exceeded, 0 otherwise."""
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return 0
    return MONEY_CHANGES if all(gate.is_compared for gate in failed) else 1


def comment_of(gates: Sequence[Gate], language: Language) -> str:
    """The comment in Markdown: the diff first, then the list of gates, then the output of those that failed for reasons of their own."""
    parts = [MARK]
    for gate in gates:
        if gate.is_compared:
            parts.append(gate.stdout.strip()[:_LONGEST_COMMENT])
        elif gate.name in _COMPARED:
            parts.append(f"**{say(phrase('The money could not be compared.'), language)}**")
    check = next((gate for gate in gates if gate.name == "check"), gates[0])
    parts.append("\n".join(f"- {_sign(gate, check)} {say(gate.title, language)} (`{gate.name}`)" for gate in gates))
    if any(gate.is_prevented_by(check) for gate in gates):
        parts.append(say(phrase("What has the sign ➖ waits until `check` reports no problem."), language))
    remaining = _LONGEST_COMMENT - sum(len(part) for part in parts)
    for gate in gates:
        if (not gate.passed or gate.is_uncompared) and not gate.is_compared and not gate.is_prevented_by(check) and remaining > 0:
            parts.append(_details(gate, min(remaining, _LONGEST_DETAILS), language, check))
            remaining -= len(parts[-1])
    return "\n\n".join(parts) + "\n"


def _sign(gate: Gate, check: Gate) -> str:
    if gate.is_prevented_by(check):
        return "➖"
    return "⚠️" if gate.is_uncompared else "✅" if gate.passed else "❌"


def _details(gate: Gate, most: int, language: Language, check: Gate) -> str:
    """The output of a gate in a code block whose fence does not occur in it, without the problems that `check` has reported already."""
    text = "\n".join(gate.own_lines(check)).strip()
    shown = text if len(text) <= most else f"{text[:most]}\n…"
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    summary = say(phrase("What {gate} said (it ended with {code})", gate=gate.name, code=gate.code), language)
    return f"<details open><summary>{summary}</summary>\n\n{fence}text\n{shown}\n{fence}\n\n</details>"


def _gate(
    name: str, title: Phrase, arguments: Sequence[str], rulebook: Path, language: Language, settings: Mapping[str, str] | None = None
) -> Gate:
    command = [
        sys.executable,
        "-P",  # what is reviewed may have a folder that is called as ours are
        "-m",
        "api.cli",
        arguments[0],
        "--rulebook",
        str(rulebook),
        "--language",
        language,
        "--no-color",
        *arguments[1:],
    ]
    environment = {**os.environ, **(settings or {}), "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        process = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_SECONDS, env=environment,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Gate(name, title, 70, "", say(phrase("it took more than {seconds} seconds", seconds=_SECONDS), language))
    return Gate(name, title, process.returncode, process.stdout, process.stderr)
