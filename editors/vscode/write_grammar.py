"""Writes the TextMate grammar of rule files from their own grammar, for editors that colour by patterns (`./run docs`)."""

import json
import re
from pathlib import Path

from engine.language import highlighting

PLACE = Path(__file__).parent / "syntaxes" / "centwright.tmLanguage.json"
SCOPES = {
    "STRING": "string.quoted.double",
    "DATE": "constant.numeric.date",
    "MONEY": "constant.numeric.money",
    "PERCENT": "constant.numeric.percent",
    "DURATION": "constant.numeric.duration",
    "CODE": "constant.other.code",
    "TYPE_WORD": "support.type",
    "NAME": "variable.other",
    "NUMBER": "constant.numeric",
}
"""What editors call each literal."""
_BEFORE = r"(?<![\w.-])"
_BEHIND = r"(?![\w-]|\.\w)"


def grammar() -> dict[str, object]:
    """The grammar: the first pattern that fits at a place counts, so comments and texts come first, and words before names."""
    given = highlighting()
    words = "|".join(sorted(map(re.escape, given.words), key=len, reverse=True))
    patterns = [
        _pattern("#.*$", "comment.line.number-sign"),
        _pattern(f"^({'|'.join(given.blocks)}){_BEHIND}", "keyword.control.block"),
    ]
    for name, pattern in given.literals:
        if name == "NAME":
            patterns.append(_pattern(f"{_BEFORE}({words}){_BEHIND}", "keyword.other"))
        patterns.append(_pattern(_portable(pattern), SCOPES[name]))
    patterns += [_pattern(r"\|\|?", "punctuation.separator"), _pattern(r"<=|>=|<|>|=|\+|\*|/|\.\.|-(?=\s)", "keyword.operator")]
    return {
        "name": "Centwright rules",
        "scopeName": "source.centwright",
        "fileTypes": ["rules"],
        "patterns": patterns,
    }


def text() -> str:
    """The grammar as its file has it."""
    return json.dumps(grammar(), indent=2, ensure_ascii=False) + "\n"


def _pattern(match: str, scope: str) -> dict[str, str]:
    return {"name": f"{scope}.centwright", "match": match}


def _portable(pattern: str) -> str:
    """A pattern of the grammar for Oniguruma, which reads `[` inside brackets as a set of its own."""
    return pattern.replace("\\u00a0", "\\x{00A0}")


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(text(), encoding="utf-8")
