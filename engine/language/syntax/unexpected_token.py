"""Explains an unexpected token in words: what it is, and what the grammar expects there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.language.syntax.meant_clauses import clause_meant
from engine.language.syntax.number_off import as_number_off
from engine.language.syntax.rule_problems import (
    BAD_CODE,
    BAD_WORD,
    DATE_FORM,
    INNER_ROUNDING,
    LINE_ENDS,
    MINUS_SPACES,
    MISPLACED_BLOCK,
    NO_CURRENCY,
    NOT_EXPECTED,
    ROW_END,
    ROW_PARTS,
    SIGN,
    UNKNOWN_CLAUSE,
)
from engine.language.syntax.source_lines import BLOCKS, Piece, Text
from engine.language.syntax.unquoted_text import as_unquoted_text
from engine.phrases import Replacement, listed, phrase, together, write_instead
from engine.problems import Fix, Problem, Span
from engine.text.nearest import did_you_mean, nearest
from engine.text.written_numbers import AMOUNT_FORM, misread_number, written_number
from engine.written_days import day_remedy, days_meant, last_of_month

_WORDS_FOR: Final[Mapping[str, str]] = {
    "NAME": phrase("a name"), "CODE": phrase("a code"), "STRING": phrase("a text between double quotes"), "NUMBER": phrase("a number"),
    "DATE": phrase("a date such as `2027-01-31`"), "MONEY": phrase("an amount such as `29.00 EUR`"),
    "PERCENT": phrase("a percentage such as `12.5%`"), "DURATION": phrase("a duration such as `60 days`"),
    "TIER_MODE": listed(("`volume`", "`graduated`"), "or"),
    "POLICY": listed(("`exactly one`", "`same result`", "`first match`", "`all matches`"), "or"),
    "GROUP_MODE": listed(("`best for the customer`", "`highest priority`", "`added together`"), "or"),
    "APPLY": listed(("`one after the other`", "`on the list price`"), "or"),
    "ALLOCATE": listed(("`in proportion to list price`", "`to the first part`"), "or"),
    "ROUNDING": listed(("`half up`", "`half even`", "`up`", "`down`"), "or"), "ROUND_TO": listed(("`cent`", "`euro`", "`unit`"), "or"),
    "PERIOD": listed(("`month`", "`quarter`", "`half-year`", "`year`", "`4 weeks`"), "or"),
    "AT_MOST": "`at most`", "AT_LEAST": "`at least`", "COMPARISON": phrase("a comparison such as `>=`"),
    "TYPE_WORD": phrase("a type such as `Money`"), "_EOR": phrase("the `|` that ends a row"), "_NL": phrase("the end of the line"),
    "ANYTHING": "`-`", "MINUS": phrase("`-` between spaces"), "COLUMN": phrase("`.` and a column"),
}  # fmt: skip
_BEGINS_A_VALUE: Final = frozenset({"NAME", "CODE", "STRING", "NUMBER", "DATE", "MONEY", "PERCENT", "DURATION", "NEGATIVE", "LPAR"})
_GOES_ON: Final = frozenset(
    {
        "AND",
        "OR",
        "IS",
        "OF",
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDE",
        "COMPARISON",
        "AT_MOST",
        "AT_LEAST",
        "ROUNDED",
        "__ANON_0",
        "__ANON_1",
        "RANGE",
    }
)
_STRAIGHT: Final = phrase('put texts between straight double quotes: `"…"`')
_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("==", "="), write_instead("is")),
    **dict.fromkeys(("!=", "<>", "≠"), write_instead("is not")),
    **dict.fromkeys(("&&", "&"), write_instead("and")),
    **dict.fromkeys(("=>", "≥"), write_instead(">=")),
    **dict.fromkeys(("=<", "≤"), write_instead("<=")),
    **dict.fromkeys(("–", "—", "−"), phrase("write `-` between spaces")),
    **dict.fromkeys(("'", "’", "“", "”", "„", "«", "»"), _STRAIGHT),
    **dict.fromkeys(("^", "**"), phrase("there are no powers: write the factors out")),
    **dict.fromkeys(("{", "[", "}", "]"), phrase("use `(` and `)`")),
    **dict.fromkeys(("\\", "@", "`", "~"), phrase("remove it")),
    "×": write_instead("*"),
    "÷": write_instead("/"),
    "€": phrase("write the code behind the amount: `29.00 EUR`"),
    "$": phrase("write the code behind the amount: `29.00 USD`"),
    "!": write_instead("not"),
    ";": phrase("begin a new line"),
    "%": phrase("a percentage is a number with `%` behind it: `12.5%`"),
    "?": phrase("write `if … then … else …`"),
}
_WORD: Final = re.compile(r"[^\W_][\w.-]*\w|[^\W_]|_[\w.-]*")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]00:00(?::00)?|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}"
    r"|[0-9]{1,2}[-/. ][^\W\d_]{3,9}\.?[-/. ][0-9]{2,4}\b"
)
_IS_FIGURES: Final = re.compile(r"[0-9]+[-/.][0-9]")
_COMMA: Final = re.compile(r"[0-9](?:[0-9_]|[.,](?=[0-9])|[ '’](?=[0-9]{3}(?![0-9])))*")
_CODE_FIRST: Final = re.compile(r"[A-Z]{3}[ \t]*[0-9](?:[0-9_]|[.,](?=[0-9])|[ '’](?=[0-9]{3}(?![0-9])))*(?![\w%])")
_NUMBER_PER: Final = re.compile(r"(?<![\w.])([0-9][0-9_]*(?:\.[0-9]+)?)[ \t]+per[ \t]+\Z")
_OF_PRODUCTS: Final = re.compile(r"^[ \t]*(?:for product|contains) |product\.code is (?:not )?(?:one of )?(?:[\w-]+, )*\Z")
"""What stands before a code of a product."""
_QUOTED: Final = re.compile(r"[“”„«‘’']([^“”„«»‘'\"\n]*?)[“”»’'](?!\w)")
_SIGN: Final = re.compile(r"==|!=|<>|&&|=>|=<|\*\*|.", re.S)


def explain(mistake: Any, source: Text, piece: Piece, spelling: Mapping[str, str]) -> Problem:
    """The problem of an unexpected token."""
    text = piece.masked
    at = min(getattr(mistake, "pos_in_stream", None) or 0, len(text) - 1)
    at += len(text[at:]) - len(text[at:].lstrip(" \t"))
    expected = frozenset(getattr(mistake, "accepts", None) or getattr(mistake, "expected", None) or getattr(mistake, "allowed", None) or ())

    def place(start: int, end: int) -> Span:
        return source.span(piece.start + start, piece.start + end)

    for hint in (
        _as_inner_rounding,
        _as_row_parts,
        _as_row_end,
        _as_date,
        _as_amount,
        _as_price_without_currency,
        as_number_off,
        _as_comma,
        _as_block,
        _as_if,
        _as_clause,
        as_unquoted_text,
        _as_word,
        _as_minus,
        _as_quotes,
        _as_sign,
    ):
        problem = hint(text, at, expected, place, spelling)
        if problem is not None:
            return problem
    what = _off_the_list(text, at) or list_expected(expected, spelling)
    if text[at] == "\n":
        before = text[:at].rstrip()
        return LINE_ENDS.at(place(len(before), len(before)), expected=what)
    word = _word_at(text, at)
    return NOT_EXPECTED.at(place(*word), word=text[slice(*word)][:60], expected=what)


def list_expected(expected: frozenset[str], spelling: Mapping[str, str]) -> str:
    """The expected tokens in words."""
    names = set(expected)
    alternatives: list[str] = []
    if len(names & _BEGINS_A_VALUE) > 4:
        alternatives.append(phrase("a value"))
        names -= _BEGINS_A_VALUE | {"ANYTHING", "ODD_NUMBER", "AGGREGATE", "COUNT", "IF", "NOT"}
    if len(names & _GOES_ON) > 5:
        alternatives.append(phrase("`and`, `is`, `+` or the like"))
        names -= _GOES_ON
    names -= {"ODD_NUMBER", "NEGATIVE", "$END"}
    alternatives += sorted(_WORDS_FOR.get(name) or f"`{spelling.get(name, name.lower())}`" for name in names)
    if len(alternatives) > 9:
        return together([*alternatives[:9], "…"], ", ")
    return listed(alternatives, "or") or phrase("nothing more")


def _off_the_list(text: str, at: int) -> str | None:
    """What is left of the line that gives a discount, where it ends too early."""
    line = text[text.rfind("\n", 0, at) + 1 : at].split()
    if text[at] != "\n" or line[:1] != ["give"] or len(line) < 2:
        return None
    return "`line.list`" if line[-1] == "off" else None if "off" in line else "`off line.list`"


def is_about_the_header(above: str, line: str, keyword: str) -> bool:
    """Whether a line is the header of a table, without which its rows mean nothing."""
    if not line.lstrip().startswith("|") or keyword not in ("table", "price"):
        return False
    return not above.rstrip().rsplit("\n", 1)[-1].lstrip().startswith("|")


Place = Callable[[int, int], Span]


def _word_at(text: str, at: int) -> tuple[int, int]:
    """The start and end of the word at an offset."""
    line = text.rfind("\n", 0, at) + 1
    for match in _WORD.finditer(text, line, max(text.find("\n", at), at)):
        if match.start() <= at < match.end():
            return match.start(), match.end()
    return at, at + 1


def _as_inner_rounding(text: str, at: int, expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    if not text.startswith("rounded", at) or "ROUNDED" in expected:
        return None
    return INNER_ROUNDING.at(place(at, at + len("rounded")))


def _as_row_parts(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    """The problem of a row of a table (not of tiers) without `||` between conditions and results."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start : text.find("\n", start)]
    if not text.startswith("table") or not line.lstrip().startswith("|") or "||" in line:
        return None
    return ROW_PARTS.at(place(start + len(line) - len(line.lstrip()), start + len(line.rstrip())))


def _as_row_end(text: str, at: int, expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    start = text.rfind("\n", 0, at) + 1
    if text[at] != "\n" or not text[start:at].lstrip().startswith("|") or "_EOR" not in expected:
        return None
    end = start + len(text[start:at].rstrip())
    here = place(end, end)
    return ROW_END.at(here).fixed_by(Fix(here, " |"))


def _as_date(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    start = text.rfind("\n", 0, at) + 1
    for match in _DATE.finditer(text, start, min(at + 20, len(text))):
        if (
            match.start() <= at <= match.end()
            and not re.fullmatch(r"[0-9]+\.[0-9]+", match.group())
            and (_IS_FIGURES.match(match[0]) or days_meant(match[0]) or last_of_month(match[0]))
        ):
            return DATE_FORM.at(place(*match.span()), word=match.group(), remedy=day_remedy(match.group()))
    return None


def _as_comma(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    start = text.rfind("\n", 0, at) + 1
    for match in _COMMA.finditer(text, start, min(at + 20, len(text))):
        if match.start() <= at < match.end():
            return misread_number(match.group(), place(*match.span()))
    return None


def _as_amount(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    """The problem of an amount whose currency stands before it: `EUR 20.00`."""
    start = text.rfind("\n", 0, at) + 1
    for match in _CODE_FIRST.finditer(text, start, min(at + 20, len(text))):
        number = written_number(match.group())
        if match.start() <= at < match.end() and number is not None:
            return AMOUNT_FORM.at(place(*match.span()), word=match.group(), corrected=Replacement(f"{number.digits} {number.unit}"))
    return None


def _as_price_without_currency(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    """The problem of `20.00 per day`: what stands behind a number would be its unit."""
    start = text.rfind("\n", 0, at) + 1
    match = _NUMBER_PER.search(text, start, at)
    if match is None:
        return None
    return NO_CURRENCY.at(place(*match.span(1)), word=match[1], example=f"{match[1]} EUR per {text[slice(*_word_at(text, at))]}")


def _as_block(text: str, at: int, expected: frozenset[str], place: Place, spelling: Mapping[str, str]) -> Problem | None:
    bounds = _word_at(text, at)
    word, before = text[slice(*bounds)], text[text.rfind("\n", 0, at) + 1 : bounds[0]]
    if word not in BLOCKS or before.strip() or not before:
        return None
    if (clause := clause_meant(text, bounds[0], word, {spelling.get(name, "") for name in expected})) is not None:
        return UNKNOWN_CLAUSE.at(place(bounds[0], clause.ends), word=word, remedy=write_instead(clause.text)) if clause.text else None
    return MISPLACED_BLOCK.at(place(*bounds), word=word)


def _as_if(text: str, at: int, expected: frozenset[str], place: Place, spelling: Mapping[str, str]) -> Problem | None:
    """The problem of `if` where a condition begins with `when`."""
    bounds = _word_at(text, at)
    if text[slice(*bounds)] != "if" or "when" not in {spelling.get(name) for name in expected}:
        return None
    return NOT_EXPECTED.at(place(*bounds), word="if", expected=phrase("`{name}`", name=Replacement("when")))


def _as_clause(text: str, at: int, expected: frozenset[str], place: Place, spelling: Mapping[str, str]) -> Problem | None:
    """The problem of a line in a block that begins with no clause."""
    line = text.rfind("\n", 0, at) + 1
    bounds = _word_at(text, at)
    if line == 0 or text[line : bounds[0]].strip() or "|" in text[at : at + 1] or "_NL" in expected:
        return None
    words = [spelling[name] for name in expected if name in spelling and spelling[name].isalpha()]
    word = text[slice(*bounds)]
    if not words or not word[0].isalpha() or word in words:
        return None
    near = nearest(word, words)
    remedy = did_you_mean(near) if near else phrase("write {expected}", expected=list_expected(expected, spelling))
    return UNKNOWN_CLAUSE.at(place(*bounds), word=word[:40], remedy=remedy)


def _as_word(text: str, at: int, expected: frozenset[str], place: Place, spelling: Mapping[str, str]) -> Problem | None:
    """The problem of a word with capitals, underscores or accents, or of a misspelt keyword."""
    start, end = _word_at(text, at)
    word = text[start:end]
    if not re.search(r"[^\W\d]", word):
        return None
    code = re.sub(r"[^A-Z0-9-]", "", word.upper().replace("_", "-"))
    if "CODE" in expected and not word.islower() and code not in ("", word) and _OF_PRODUCTS.search(text[:start].rpartition("\n")[2]):
        return BAD_CODE.at(place(start, end), word=word[:60], corrected=Replacement(code[:60]))
    if not re.fullmatch(r"[a-z][a-z0-9.-]*|[A-Z][A-Z0-9-]*|[0-9].*", word):
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        corrected = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", plain).lower().replace("_", "-").strip("-.")
        meant = Replacement(corrected[:60]) if corrected else "…"
        return BAD_WORD.at(place(start, end), word=word[:60], corrected=meant)
    keywords = [spelling[name] for name in expected if name in spelling and spelling[name].isalpha()]
    near = nearest(word, keywords) if keywords and word not in keywords else None
    if near is None:
        return None
    return NOT_EXPECTED.at(place(start, end), word=word[:60], expected=f"`{near}`")


def _as_minus(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    if text[at] == "-" and (text[at + 1 : at + 2].strip() or text[at - 1 : at].strip()):
        return MINUS_SPACES.at(place(at, at + 1))
    return None


def _as_quotes(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    """The problem of a text between quotes that are curved, single or angular."""
    match = _QUOTED.match(text, at)
    if match is None:
        return None
    corrected = write_instead(f'"{match[1].strip()}"')
    return SIGN.at(place(*match.span()), sign=text[at], remedy=corrected)


def _as_sign(text: str, at: int, _expected: frozenset[str], place: Place, _spelling: Mapping[str, str]) -> Problem | None:
    match = _SIGN.match(text, at)
    sign = match.group() if match else ""
    remedy = _SIGNS.get(sign)
    return SIGN.at(place(at, at + len(sign)), sign=sign, remedy=remedy) if remedy else None
