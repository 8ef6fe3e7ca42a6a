"""Texts that hurt: pieces of real files with splices, nasty words and odd characters, and files made by a grammar."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tests.property.random_blocks import Scribe

ROOT: Final = Path(__file__).parents[2]
SHELVES: Final = (ROOT, ROOT / "tests" / "golden" / "rulebook", ROOT / "tests" / "golden" / "problems" / "rulebook")
FOLDERS: Final = ("catalog", "plans", "rules", "templates", "vat")
LONGEST: Final = 450
"""Longer texts are cut before they are mutated, so that many can be tried."""

NASTY: Final = (
    "\x00", "\x07", "\x1b[2J", "\x7f", "\x85", "\u200b", "\u200f", "\u202e", "\u2028", "\ufeff", "\u00a0", "\u3000", "\ud800",
    "\U0001f600", "\u0430b", "\uff11", "e\u0301", "²", "٣", "١٢%", "é", "€", "\t", "\r", "\r\n", "\n", "\n\n\n", "\n  ", "\n    - ",
    "\n|", " |\n", "||", "|", ">", "|+", ">-", "|2", "#", " # ", "#!", '"', "'", "''", '\\"', "\\", "\\x41", "&a ", "*a", "<<: *a", "<<",
    "!", "!!int ", "!!python/name:os.system", "---", "...", "--- ", "%YAML 1.1", "? ", ": ", ":", "::", "- ", "-", "--", "[", "]", "{",
    "}", "[]", "{}", "[[[[[[[[", "{{{{{{{{", "((((((((", ")", ",", ", ", "~", "null", "NO", "yes", "0x1F", "1e999", ".inf", "12:30",
    "1_000", "9" * 30, "9" * 400, "-1", "1.10", "29,00 EUR", "29.00  EUR", "0%", "12,5%", "100.00001%", "2024-02-30", "0000-00-00",
    "9999-12-31", "20000-01-01", "4 weeks", "30days", "10 seats", "..", " .. ", "<=", "=", "==", "*", "/", " / 0", "%", "@", "`",
    "{number:99999999d}", "{0.__class__}", "{", "{{ 7 * 7 }}", "{% for x in y %}", "and", "or", "not", "is", "is one of", "of", "if",
    "then", "else", "except", "rounded to cent half up", "because", "from", "until", "when", "overrides", "dated by",
    "define x : Bool = ", "table t", "price p", "discount d", "decision d", "stacking s", "bundle b", "module a.b", "use a", "fact",
    "answers", "kind: products", "kind", "exactly one", "first match", "highest of a < b", "sum of line.list for lines", "product.code",
    "customer.country", "line.list", "EU", "BE", "XX", "Money", "Enum[", "Quantity[seat]", "x" * 300, "a." * 80, "-" * 60,
)  # fmt: skip
_WORDS: Final = re.compile(r'"[^"\n]*"|\s+|[\w.-]+|[^\w\s]')


@cache
def pieces(*endings: str) -> tuple[tuple[str, str], ...]:
    """The files of three rulebooks with one of these endings, by path; long ones in several pieces."""
    found = []
    for shelf in SHELVES:
        for folder in FOLDERS:
            for path in sorted((shelf / folder).rglob("*")):
                if path.name.endswith(endings):
                    text = path.read_text(encoding="utf-8")
                    found += [(path.relative_to(shelf).as_posix(), piece) for piece in _cut(text, path.suffix)]
    return tuple(found)


def _cut(text: str, suffix: str) -> list[str]:
    whole = {".rules": r"(?<=\n)(?=(?:#|[a-z]+ )[^\n]*\n)", ".yaml": r"(?<=\n)(?=  (?:- |[\w-]+:))"}.get(suffix, r"(?<=\n)")
    parts = re.split(whole, text)
    head, *others = parts
    cut = [head]
    for part in others:
        if len(cut[-1]) + len(part) > LONGEST:
            cut.append("" if suffix == ".rules" else head)
        cut[-1] += part
    return [piece[: 4 * LONGEST] for piece in cut]


@cache
def written_blocks() -> tuple[str, ...]:
    """Blocks of random rule files: every construct of the language many times over."""
    blocks = (block for seed in range(12) for block in re.split(r"\n+(?=\S)", Scribe(seed).write()) if block.strip())
    return tuple(dict.fromkeys(block + "\n" for block in blocks))


def mutant(chance: random.Random, texts: Sequence[str]) -> str:
    """A text with one to six changes: characters, words, lines, or a piece of another text."""
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        text = chance.choice(_CHANGES)(chance, text, texts)
    return text[: 4 * LONGEST]


def _change_character(chance: random.Random, text: str, _texts: Sequence[str]) -> str:
    at = chance.randrange(len(text) + 1)
    kept = text[at + chance.randrange(3) :]
    return text[:at] + chance.choice(("", "", chr(chance.randrange(32, 127)), chr(chance.randrange(1, 0x3000)))) + kept


def _change_byte(chance: random.Random, text: str, _texts: Sequence[str]) -> str:
    raw = bytearray(text.encode("utf-8", "surrogatepass") or b" ")
    raw[chance.randrange(len(raw))] = chance.randrange(256)
    return raw.decode("utf-8", "replace")


def _put_nasty(chance: random.Random, text: str, _texts: Sequence[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NASTY) + text[at:]


def _change_word(chance: random.Random, text: str, texts: Sequence[str]) -> str:
    words = _WORDS.findall(text) or [""]
    other = _WORDS.findall(chance.choice(texts)) or [""]
    at = chance.randrange(len(words))
    match chance.randrange(5):
        case 0:
            words[at] = ""
        case 1:
            words[at] = chance.choice(NASTY)
        case 2:
            words.insert(at, words[chance.randrange(len(words))])
        case 3:
            words[at] = chance.choice(other)
        case _:
            with_at = chance.randrange(len(words))
            words[at], words[with_at] = words[with_at], words[at]
    return "".join(words)


def _change_line(chance: random.Random, text: str, texts: Sequence[str]) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 2:
            lines[at] = " " * chance.randrange(7) + lines[at].lstrip()
        case 3:
            lines[at] = chance.choice(chance.choice(texts).split("\n"))
        case 4:
            lines[at] += chance.choice(("  # why", " #", "#x", "\r", "   ", "\t"))
        case _:
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
    return "\n".join(lines)


def _splice(chance: random.Random, text: str, texts: Sequence[str]) -> str:
    other = chance.choice(texts)
    start = chance.randrange(len(other) + 1)
    at = chance.randrange(len(text) + 1)
    return text[:at] + other[start : start + chance.randrange(200)] + text[at + chance.randrange(40) :]


def _cut_off(chance: random.Random, text: str, _texts: Sequence[str]) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _repeat(chance: random.Random, text: str, _texts: Sequence[str]) -> str:
    start = chance.randrange(len(text) + 1)
    piece = text[start : start + chance.randrange(1, 30)]
    return text[:start] + piece * chance.choice((2, 3, 20)) + text[start:]


_CHANGES: Final[tuple[Callable[[random.Random, str, Sequence[str]], str], ...]] = (
    _change_character, _change_byte, _put_nasty, _put_nasty, _change_word, _change_word, _change_word, _change_line, _change_line, _splice,
    _cut_off, _repeat,
)  # fmt: skip


def rule_text(chance: random.Random) -> str:
    """A rule file of one or two blocks, as a grammar makes it or as somebody hurt it."""
    roll = chance.random()
    if roll < 0.25:
        return respaced(chance, "\n".join(chance.sample(written_blocks(), chance.choice((1, 1, 2)))))
    if roll < 0.6:
        return mutant(chance, written_blocks())
    return mutant(chance, [text for _, text in pieces(".rules")])


def yaml_text(chance: random.Random) -> str:
    """A YAML file, as a grammar makes it or as somebody hurt it."""
    roll = chance.random()
    if roll < 0.25:
        return _mapping(chance, 0, 3)
    if roll < 0.4:
        return mutant(chance, [_mapping(chance, 0, 3)])
    return mutant(chance, [text for _, text in pieces(".yaml") if "{{" not in text])


def respaced(chance: random.Random, text: str) -> str:
    """A rule file with other blanks between its words, comments and blank lines; its words and their lines stay."""
    lines = []
    for line in text.split("\n"):
        words = [
            word if word.strip() or chance.random() < 0.8 else word + " " * chance.randrange(4) for word in _WORDS.findall(line.lstrip())
        ]
        written = " " * (len(line) - len(line.lstrip())) * chance.choice((1, 1, 1, 2)) + "".join(words)
        lines.append(written + chance.choice(("", "", "", "", "", " ", "  # why", "\t", "#x")))
        if chance.random() < 0.08:
            lines.append(chance.choice(("", "   ", "# of the next", "  # of this one", "\n\n")))
    return "\n".join(lines)


_SAID: Final = (
    "a",
    "NO",
    "1.10",
    "30%",
    "29.00 EUR",
    "2024-01-01",
    "yes",
    "à la carte",
    "a: b",
    "it's",
    "#1",
    "x # y",
    "",
    "- a",
    "{a}",
    "日本",
    "12:30",
)


def _scalar(chance: random.Random) -> str:
    said = chance.choice(_SAID)
    plain = re.fullmatch(r"[\w .%àé-]+", said) is not None and not said.startswith("-") and said == said.strip()
    styles = ["'" + said.replace("'", "''") + "'", '"' + said + '"']
    return chance.choice([said, said, *styles] if plain and said else styles)


def _gap(chance: random.Random) -> str:
    """What may stand between the entries of brackets: mostly nothing, sometimes a line end or a comment."""
    return chance.choice(("  ", "\n      ", "\n       # c\n      ") if chance.random() < 0.1 else ("", " "))


def _flow(chance: random.Random, depth: int) -> str:
    if depth <= 0 or chance.random() < 0.4:
        return _scalar(chance)
    if chance.random() < 0.5:
        entries = [_flow(chance, depth - 1) for _ in range(chance.randrange(4))]
        return "[" + _gap(chance) + f",{_gap(chance)} ".join(entries) + _gap(chance) + "]"
    pairs = [f"k{at}: {_gap(chance)}{_flow(chance, depth - 1)}" for at in range(chance.randrange(4))]
    return "{" + _gap(chance) + f",{_gap(chance)} ".join(pairs) + _gap(chance) + "}"


def _below(chance: random.Random, indent: int, depth: int) -> str:
    """What stands behind a key or dash: on its line, or on lines below it."""
    remark = chance.choice(("", "", "", "  # why"))
    roll = chance.random()
    if depth > 0 and roll < 0.25:
        return f"{remark}\n" + _mapping(chance, indent + chance.choice((1, 2, 2, 4)), depth - 1)
    if depth > 0 and roll < 0.5:
        return f"{remark}\n" + _listing(chance, indent + chance.choice((0, 2, 2, 4)), depth - 1)
    if roll < 0.6:
        body = " " * (indent + chance.choice((2, 3, 6)))
        lines = "".join(
            f"{body if line else ''}{line}\n"
            for line in chance.choices(("one", "  two", "", "# three", "four: 4"), k=chance.randrange(1, 5))
        )
        return f" {chance.choice('|>')}{chance.choice(('', '-', '+'))}{remark}\n{body}first\n{lines}"
    return " " * chance.choice((1, 1, 1, 3)) + _flow(chance, 2) + remark + "\n"


def _mapping(chance: random.Random, indent: int, depth: int) -> str:
    written = ""
    for at in range(chance.randrange(1, 5)):
        written += _between(chance, indent)
        written += " " * indent + chance.choice(("k", "name-", "'q'", '"d"'))[:6].replace("q", f"q{at}").replace("d", f"d{at}")
        written = (written + str(at) if written[-1] not in "'\"" else written) + ":" + _below(chance, indent, depth)
    return written


def _listing(chance: random.Random, indent: int, depth: int) -> str:
    written = ""
    for _ in range(chance.randrange(1, 4)):
        written += _between(chance, indent) + " " * indent
        roll = chance.random()
        if depth > 0 and roll < 0.4:
            written += "- " + _mapping(chance, indent + 2, depth - 1).lstrip(" #\n")
        else:
            written += "- " + _flow(chance, 2) + "\n"
    return written


def _between(chance: random.Random, indent: int) -> str:
    return chance.choice(
        ("", "", "", "", "", "\n", "\n\n", f"{' ' * indent}# a remark\n", "# far left\n", f"{' ' * (indent + 2)}# deeper\n\n")
    )
