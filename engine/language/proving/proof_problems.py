"""The problems that proofs report: cases without an answer or with two, rules that never count, and what could not be proved."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

GAP: Final = Kind("gap", "table {table}: no row for {question}{more}", "add the row `{row}`; or say with a `fact` that this cannot be")
OVERLAP: Final = Kind(
    "overlap",
    "table {table}: rows {one} and {other} both apply to {question}{more}",
    "make them exclude each other where {cases}, or choose another policy",
)
RESULTS_DIFFER: Final = Kind(
    "overlap-differs",
    "table {table}: rows {one} and {other} give different results for {question}{more}",
    "give them the same result where {cases}, or make them exclude each other",
)
NO_RULE: Final = Kind(
    "no-rule-holds",
    "decision {name}: no rule holds for {question}{more}",
    "write `otherwise`, or a rule for {cases}; or say with a `fact` that this cannot be",
)
TWO_HOLD: Final = Kind(
    "rules-overlap",
    "decision {name}: the rules `{one}` and `{other}` both hold for {question}{more}",
    "make them exclude each other where {cases}, or let one override the other",
)
NO_ROW_LOOKED_UP: Final = Kind(
    "gap-asked", "{table} is asked here and has no row for {question}{more}", "give it the row `{row}`; or ask it only where it has one"
)
TWO_ROWS_LOOKED_UP: Final = Kind(
    "overlap-asked", "{table} is asked here and two of its rows apply to {question}{more}", "make its rows exclude each other where {cases}"
)
NO_ANSWER: Final = Kind(
    "no-answer", "nothing answers `{name}` for {question}{more}", "write a rule for {cases}, if it can be asked then", severity="advice"
)
MORE_CASES: Final = Kind("more-cases", "{name}: {places} like those told", "mend those first and check again", severity="advice")
DEAD_ROW: Final = Kind(
    "dead-row", "table {table}: row {row} never counts: {why}", "delete it, or correct its conditions", severity="advice"
)
DEAD_RULE: Final = Kind("dead-rule", "{name}: `{rule}` never counts: {why}", "delete it, or correct its conditions", severity="advice")
NEVER_APPLIES: Final = Kind(
    "never-applies", "{kind} `{name}` can never apply: {why}", "delete it, or correct its condition or its days", severity="advice"
)
NEVER_WINS: Final = Kind(
    "never-wins",
    "discount `{name}` never wins: wherever it applies, {better} of the group `{group}` counts instead",
    "delete it, or give it another group or a priority of its own",
    severity="advice",
)
CAP_NEVER_REACHED: Final = Kind(
    "cap-never-reached",
    "the cap of `{name}` is never reached: it gives at most {most}",
    "lower the cap, or leave it out",
    severity="advice",
)
NOT_PROVED: Final = Kind(
    "not-proved", "{what}: not proved, because {why}", "write it so that `check` can see it, or test it with scenarios", severity="advice"
)
MORE_NOT_PROVED: Final = Kind(
    "not-proved",
    "{count} more blocks are not proved either, for reasons like those told",
    "write it so that `check` can see it, or test it with scenarios",
    severity="advice",
)
