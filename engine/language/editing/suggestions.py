"""What may be written at a cursor in a rule file: words of the language, and the names that are meant there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.language.checking.check_calls import FUNCTIONS
from engine.language.compilation import CheckedRules
from engine.language.editing.cursor import Cursor, cursor_at, cursor_in_condition
from engine.language.editing.expected_words import words_expected
from engine.language.editing.rule_names import RuleName, rule_names
from engine.language.syntax.source_lines import BLOCKS
from engine.language.syntax.tokens import RuleToken
from engine.language.types.builtin_names import GROUPING_KEYS
from engine.language.types.value_types import BOOL, DATE, EnumType, Type
from engine.language.types.vocabulary import TYPE_NAMES, Vocabulary

SuggestionKind = Literal[
    "word", "block", "fact", "answer", "value", "product", "unit", "table", "function", "module", "group", "rule", "file", "type"
]
_VALID: Final = ("valid", "because")
_TOUCHES: Final = ("index", "segment")
_OFF: Final = "line.list"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may stand at the cursor, and what it is."""

    text: str
    kind: SuggestionKind


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be written from an offset of a text to the cursor, the most probable first."""

    start: int
    each: tuple[Suggestion, ...]


def suggest_in_rules(checked: CheckedRules, path: str, text: str, offset: int, files: Iterable[str] = ()) -> Suggestions:
    """What may be written at an offset of a rule file; `files` are those that a table may name."""
    cursor = cursor_at(text, offset)
    if cursor is None:
        return Suggestions(offset, ())
    if not cursor.keyword:
        is_first = cursor.start == text.rfind("\n", 0, offset) + 1
        return Suggestions(cursor.start, tuple(Suggestion(word, "block") for word in BLOCKS) if is_first else ())
    module = next((one.module for one in checked.parsed if one.module.path == path), None)
    uses = {word.name for word in module.uses} | {module.name.name} if module else None
    names = [one for one in rule_names(checked) if uses is None or one.module in uses or one.kind in ("module", "group")]
    return Suggestions(cursor.start, tuple(dict.fromkeys(_Wanted(checked, cursor, names, tuple(files)).each())))


def suggest_in_condition(checked: CheckedRules, text: str, offset: int) -> Suggestions:
    """What may be written at an offset of a condition, such as that of a YAML field."""
    cursor = cursor_in_condition(text, offset)
    return Suggestions(cursor.start, tuple(dict.fromkeys(_Wanted(checked, cursor, list(rule_names(checked)), ()).each())))


def words_of_type(type_: Type | None, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    """The words that are values of a type."""
    if isinstance(type_, EnumType):
        kind: SuggestionKind = "product" if type_.name == "products" else "value"
        yield from (Suggestion(value, kind) for value in type_.values)
        if type_.name == "countries":
            yield from (Suggestion(name, "value") for name in vocabulary.sets)
    elif type_ == BOOL:
        yield from (Suggestion("yes", "value"), Suggestion("no", "value"))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted at a cursor."""

    checked: CheckedRules
    cursor: Cursor
    names: Sequence[RuleName]
    files: tuple[str, ...]

    def each(self) -> Iterator[Suggestion]:
        cursor = self.cursor
        if cursor.in_text:
            if [token.text for token in cursor.line] == ["from", "file"]:
                yield from (Suggestion(path, "file") for path in self.files)
            return
        if cursor.accepts & {"NAME", "CODE"}:
            yield from self._named()
        if "TYPE_WORD" in cursor.accepts:
            yield from (Suggestion(name, "type") for name in TYPE_NAMES)
        if "COLUMN" in cursor.accepts:
            return
        yield from (Suggestion(word, "word") for word in words_expected(cursor.accepts))
        yield from (Suggestion(word, "word") for word in words_expected(cursor.goes_on))
        if "ANYTHING" in cursor.accepts:
            yield Suggestion("-", "word")

    # --- What a name means, by what stands before it. ---

    def _named(self) -> Iterator[Suggestion]:
        line, keyword = self.cursor.line, self.cursor.keyword
        if line and line[0].text == "|" and keyword == "table":
            yield from self._in_row(line)
        elif line and line[0].start == self.cursor.tokens[0].start and keyword:
            yield from self._in_head(line)
        else:
            yield from self._in_clause(line)

    def _in_head(self, line: Sequence[RuleToken]) -> Iterator[Suggestion]:
        """On the first line of a block."""
        keyword, last = self.cursor.keyword, line[-1].text
        texts = {token.text for token in line}
        if keyword in ("module", "use"):
            yield from self._of_kind(("module",), "module")
            yield from (Suggestion(name, "module") for name in sorted(self._vocabulary.modules) if keyword == "use")
        elif keyword == "grouping" and len(line) > 1:
            yield from (Suggestion(key, "value") for key in GROUPING_KEYS)
        elif len(line) == 1:
            yield from self._targets() if keyword in ("decision", "define") else ()
        elif keyword == "define" and "=" not in texts:
            yield from (Suggestion(name, "type") for name in self._vocabulary.domains if last in ("[", ","))
        else:
            yield from self._value(line)

    def _in_clause(self, line: Sequence[RuleToken]) -> Iterator[Suggestion]:
        """In a clause of a block, or in a condition of its own."""
        texts = [token.text for token in line]
        match [self.cursor.keyword, *texts[:2]], texts[-1:]:
            case ([_, "for", "product" | "products"] | [_, "contains" | "requires", *_], _):
                yield from self._domain("products", "product")
            case (_, ["per"]):
                yield from self._domain("units", "unit")
            case ([_, "dated", "by"], _):
                yield from (one for one in self._facts() if self._type_of(one.text) == DATE)
            case ([keyword, "overrides", *_], _):
                yield from self._of_kind((keyword, "rule"), "rule")
            case (["discount", "group"], _):
                yield from self._of_kind(("group",), "group")
            case ([_, "touched", "by"], _):
                yield from (Suggestion(name, "value") for name in _TOUCHES)
            case ([_, "give", *_], ["off"]):
                yield Suggestion(_OFF, "fact")
            case ([_, "title", *_], _):
                yield from (Suggestion(word, "value") for word in self._languages())
            case (["increment"], _):
                yield from (Suggestion(one.text.removeprefix("increment."), "answer") for one in self._targets("increment."))
            case (["stacking", "group", *_], _) | (_, ["rule"]):
                return
            case (_, []) if self.cursor.keyword:
                return
            case _:
                yield from self._value(line)

    def _in_row(self, line: Sequence[RuleToken]) -> Iterator[Suggestion]:
        header = self._header()
        is_header = not header or header[0] == line[0]
        if is_header:
            if any(token.kind == "SIDES" for token in line):
                yield from self._targets()
                yield Suggestion("because", "word")
            else:
                yield from self._facts()
                yield Suggestion("valid", "word")
            return
        cell = sum(token.kind in ("VBAR", "SIDES") for token in line) - 1
        column = _column(header, cell)
        if column and column not in _VALID:
            yield from words_of_type(self._type_of(column), self._vocabulary)
        if any(token.kind == "SIDES" for token in line) or (line[-1].text not in ("|", ",", "not")):
            yield from self._value(line[cell:])

    def _value(self, line: Sequence[RuleToken]) -> Iterator[Suggestion]:
        """Names with a value; first the values of what it is compared with."""
        compared = _compared(line)
        if compared is not None:
            yield from words_of_type(self._type_of(compared), self._vocabulary)
        if self.cursor.keyword == "increment" and len(line) == 1:
            yield from words_of_type(self._type_of(f"increment.{line[0].text}"), self._vocabulary)
        if self.cursor.keyword == "decision" and line and line[-1].text in ("then", "otherwise"):
            yield from words_of_type(self._type_of(self._head_name()), self._vocabulary)
        if line and line[-1].text == "for":
            yield from (Suggestion(name, "value") for name in self._vocabulary.lists)
            return
        yield from self._facts()
        yield from self._of_kind(("define", "decision", "column"), "answer")
        if "NAME" in self.cursor.accepts:
            yield from self._of_kind(("table",), "table")
            yield from (Suggestion(name, "function") for name in FUNCTIONS)

    # --- Names by their kind. ---

    @property
    def _vocabulary(self) -> Vocabulary:
        return self.checked.vocabulary

    def _facts(self) -> Iterator[Suggestion]:
        """The facts that are known at the question of the block, first those that always are."""
        vocabulary, question = self._vocabulary, self._question()
        scope = next((one for one in vocabulary.scopes if question and one.asks_for(question)), None)
        inputs = [name for name, entry in vocabulary.entries.items() if entry.role == "input"]
        yield from (Suggestion(name, "fact") for name in (inputs if scope is None else vocabulary.facts_of(scope)))

    def _targets(self, begin: str = "") -> Iterator[Suggestion]:
        entries = self._vocabulary.entries.items()
        yield from (Suggestion(name, "answer") for name, entry in entries if entry.role == "target" and name.startswith(begin))

    def _of_kind(self, kinds: Sequence[str], kind: SuggestionKind) -> Iterator[Suggestion]:
        yield from (Suggestion(one.name, kind) for one in self.names if one.kind in kinds)

    def _domain(self, name: str, kind: SuggestionKind) -> Iterator[Suggestion]:
        yield from (Suggestion(word, kind) for word in self._vocabulary.domains.get(name, ()))

    def _languages(self) -> tuple[str, ...]:
        kind = self._type_of("customer.language")
        return kind.values if isinstance(kind, EnumType) else ()

    # --- The block around the cursor. ---

    def _head_name(self) -> str:
        return self.cursor.tokens[1].text if len(self.cursor.tokens) > 1 else ""

    def _question(self) -> str:
        """What the block answers, as the scopes of facts call it; empty where many questions may use it."""
        keyword = self.cursor.keyword
        match keyword:
            case "price" | "bundle" | "discount" | "stacking":
                return keyword
            case "increment":
                return "increment.placement"
            case "decision" | "define":
                return self._head_name()
            case "table":
                header = [token.text for token in self._header() or self.cursor.line]
                targets = [word for word in header if word in self._vocabulary.entries and self._vocabulary.entries[word].role == "target"]
                return "discount" if "discount" in header and not targets else next(iter(targets), "")
            case _:
                return ""

    def _header(self) -> list[RuleToken]:
        """The tokens of the header of a table, without those of the line of the cursor."""
        header: list[RuleToken] = []
        for token in self.cursor.tokens:
            if token.kind == "line-end" and header:
                return header
            if header or token.text == "|":
                header.append(token)
        return []

    def _type_of(self, name: str) -> Type | None:
        entry = self._vocabulary.entries.get(name)
        answers = self.checked.tree.answers.get(name) or self.checked.tree.answers.get(f"{self._head_name()}.{name}")
        return entry.type if entry is not None else answers.type if answers is not None else None


def _column(header: Sequence[RuleToken], cell: int) -> str:
    """The name above a cell."""
    at = -1
    for token in header:
        if token.kind in ("VBAR", "SIDES"):
            at += 1
        elif at == cell:
            return token.text
    return ""


def _compared(line: Sequence[RuleToken]) -> str | None:
    """The name that the value at the end of a line is compared with: that before the last `is`, if nothing ends the comparison."""
    for at in range(len(line) - 1, 0, -1):
        if line[at].text == "is":
            return line[at - 1].text if line[at - 1].kind == "NAME" else None
        if line[at].text in ("and", "or", "then", "else", "when", "known"):
            return None
    return None
