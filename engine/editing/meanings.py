"""What a word of a rulebook means: a name of its catalogue, a fact, an answer of its rules, or a word of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.editing.language_words import FUNCTION_MEANINGS, WORD_MEANINGS
from engine.language import KnownName, RuleName, known_names, rule_names
from engine.phrases import Phrase, as_written, named, phrase
from engine.problems import Span
from engine.rulebook.book import Places
from engine.rulebook.catalog import PriceBook, Product
from engine.rulebook.reader import Reading
from engine.rulebook.references import NAMED
from engine.rulebook.yaml_model import Label
from engine.stages.pricing.price_versions import versions_in

_MOST_VALUES: Final = 12
_MOST_PRICES: Final = 4
_KINDS: Final[dict[str, Phrase]] = {kind: one for kind, (one, _) in NAMED.items()} | {
    "attributes": phrase("fact of your own"), "stages": phrase("stage"), "reasons": phrase("reason"), "roles": phrase("role"),
    "mentions": phrase("mention"), "vat-codes": phrase("VAT code"), "countries": phrase("country"),
}  # fmt: skip
_RULES: Final[dict[str, Phrase]] = {
    "module": phrase("module"), "table": phrase("table"), "column": phrase("answer of a table"), "define": phrase("definition"),
    "decision": phrase("decision"), "rule": phrase("rule"), "price": phrase("price"), "discount": phrase("discount"),
    "bundle": phrase("bundle"), "stacking": phrase("stacking of discounts"), "group": phrase("group of discounts"),
    "increment": phrase("increment"), "grouping": phrase("grouping"), "fact": phrase("fact about the business"),
}  # fmt: skip
_RENAMED: Final = frozenset({"define", "decision", "rule", "price", "discount", "bundle", "group"})
"""The kinds of names in rules that have no parts: a table has columns, which are named by it."""
_FACT: Final = phrase("fact")
_TARGET: Final = phrase("answer that is asked for")
_WORD: Final = phrase("word of the rule language")
_FUNCTION: Final = phrase("function")
_VALUE: Final = phrase("value")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means; its sentences are translatable."""

    name: str
    what: str
    """What it is: a product, a fact, a word of the language."""
    about: str = ""
    details: tuple[str, ...] = ()
    where: Span | None = None
    """Where it is declared."""
    can_be_renamed: bool = False
    """Whether all that uses its name are texts of the rulebook, or the entry is a product, whose orders `publish` looks after."""


class Meanings:
    """The meanings of the words of one rulebook, as it was read."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def of(self, word: str, kind: str | None = None) -> tuple[Meaning, ...]:
        """What a word means, the most special meaning first; with `kind` a name of this kind, if it is one."""
        if kind is not None and (entry := self._entry(kind, word)) is not None:
            return (entry,)
        entries = (self._entry(one, word) for one in _KINDS if one != "attributes")
        names = tuple(one for one in (self._fact(word), *self._rules(word), *entries) if one is not None)
        own = self._language(word)
        return names if own is None or (names and own.what == _VALUE) else (*names, own)

    def first(self, word: str, kind: str | None = None) -> Meaning | None:
        """The most special meaning of a word; None without any."""
        return next(iter(self.of(word, kind)), None)

    def _fact(self, word: str) -> Meaning | None:
        entry = self._reading.checked.vocabulary.entries.get(word)
        if entry is None:
            return None
        known = self._known.get(word)
        own = self._entry("attributes", word)
        about = own.about if own else known.meaning if known else ""
        values = getattr(entry.type, "values", ())
        shown = ", ".join(values[:_MOST_VALUES]) + (", …" if len(values) > _MOST_VALUES else "")
        details = (str(entry.type), *((phrase("one of {values}", values=shown),) if values else ()))
        return Meaning(word, _FACT if entry.role == "input" else _TARGET, about, details, own.where if own else None)

    def _rules(self, word: str) -> Iterator[Meaning]:
        for one in self._declared.get(word, ()):
            details = tuple(text for text in (one.type, phrase("in {module}", module=one.module) if one.kind != "module" else "") if text)
            what, can = _RULES.get(one.kind, _WORD), one.kind in _RENAMED and word not in self._reading.checked.vocabulary.entries
            yield Meaning(word, what, as_written(one.title) if one.title else "", details, one.where, can)

    def _entry(self, kind: str, name: str) -> Meaning | None:
        if kind == "countries":
            return Meaning(name, _KINDS[kind]) if name in COUNTRIES else None
        where = self._reading.gathered.named.get(kind, {}).get(name)
        if where is None or kind not in _KINDS:
            return None
        entry = self._reading.gathered.entries.get(kind, {}).get(name)
        label = None if entry is None else _label(entry.written)
        about = named(label.texts) if label is not None and label.texts else ""
        return Meaning(name, _KINDS[kind], about, tuple(self._details(kind, name)), where, kind == "products")

    def _details(self, kind: str, name: str) -> Iterator[str]:
        if kind != "products":
            return
        entry = self._reading.gathered.of("products", Product).get(name)
        if entry is None:
            return
        product = entry.written
        yield phrase("family {family}, counted in {unit}, paid per {per}", family=product.family, unit=product.unit, per=product.priced_per)
        currency = self._reading.gathered.currency
        for version in versions_in(self._price_books, product, None, Places())[-_MOST_PRICES:]:
            yield phrase(
                "{price} {currency} from {day} on ({book})",
                price=version.list_price, currency=currency, day=version.from_, book=version.book.id,
            )  # fmt: skip

    def _language(self, word: str) -> Meaning | None:
        if word in FUNCTION_MEANINGS:
            return Meaning(word, _FUNCTION, FUNCTION_MEANINGS[word])
        if word in WORD_MEANINGS:
            return Meaning(word, _WORD, WORD_MEANINGS[word])
        domains = [name for name, values in self._reading.checked.vocabulary.domains.items() if word in values]
        return Meaning(word, _VALUE, details=tuple(domains)) if domains else None

    @cached_property
    def _price_books(self) -> tuple[PriceBook, ...]:
        """The price books that stand on their own or on others that do: a draft may have a circle, or a name that is half written."""
        books = {one.written.id: one.written for one in self._reading.gathered.of("price-books", PriceBook).values()}
        return tuple(book for book in books.values() if _has_a_base(book, books))

    @cached_property
    def _known(self) -> dict[str, KnownName]:
        return {one.name: one for one in known_names(self._reading.checked.vocabulary)}

    @cached_property
    def _declared(self) -> dict[str, list[RuleName]]:
        declared: dict[str, list[RuleName]] = {}
        for one in rule_names(self._reading.checked):
            if one.kind not in ("answers",):
                declared.setdefault(one.name, []).append(one)
        return declared


def _has_a_base(book: PriceBook, books: Mapping[str, PriceBook]) -> bool:
    for _ in range(len(books)):
        if book.based_on is None:
            return True
        if book.based_on not in books:
            return False
        book = books[book.based_on]
    return False


def _label(written: object) -> Label | None:
    """How people call an entry."""
    for name in ("name", "label", "many"):
        if isinstance(label := getattr(written, name, None), Label):
            return label
    return written if isinstance(written, Label) else None
