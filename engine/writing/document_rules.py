"""templates/documents.yaml: which layout a document has, which paragraphs stand on it, and which sheets are appended, by rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, StringConstraints

from engine.documents.order import OrderType
from engine.documents.party import Customer, CustomerKind
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.yaml_model import Code, Label, Name, Written
from engine.text.model_reader import read_file
from engine.text.nearest import suggestion
from engine.text.yaml_reader import read_yaml
from engine.text.yaml_tree import Block, Listing, Spans

FOLDER: Final = "templates/"
NO_TEMPLATE: Final = Kind("no-such-template", "there is no template `{name}` in templates/", "{remedy}")
NO_SUCH_NAME: Final = Kind("unknown-in-condition", "there is no {what} `{name}`, so that this rule never applies", "{remedy}")

DocumentName = Literal["quote", "order-confirmation", "invoice", "credit-note", "statement", "reminder"]
TemplatePath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*\.html\.j2$", max_length=100)]
_HAS_KIND: Final = re.compile(r"^kind:", re.MULTILINE)
_HAS_RULES: Final = re.compile(r"^(?:layouts|paragraphs|sheets):", re.MULTILINE)
"""The keys by which a file without its kind is known."""
_IS_RULES: Final = re.compile(r"^kind:\s*documents\s*(#.*)?$", re.MULTILINE)


class When(Written):
    """When a rule applies: every list that is given holds what the document has; an absent list holds everything."""

    order_types: tuple[OrderType, ...] = ()
    """Any of its order types."""
    segments: tuple[Name, ...] = ()
    """The customer's segment, of catalog/segments.yaml."""
    products: tuple[Code, ...] = ()
    """Any of its products, of catalog/products/."""
    countries: tuple[str, ...] = ()
    """The customer's country, two letters of ISO 3166."""
    languages: tuple[str, ...] = ()
    """The customer's language."""
    customer_kind: CustomerKind | None = None
    """`business` or `private`."""


class _Rule(Written):
    document: DocumentName
    """Which documents it is for."""
    when: When = When()
    """Which of them; absent: all."""


class LayoutRule(_Rule):
    """A layout in place of the usual one; the first rule that applies counts."""

    template: TemplatePath
    """A template in templates/, such as `quote-chain.html.j2`."""


class ParagraphRule(_Rule):
    """A paragraph above the lines of a document, or below its totals; all rules that apply count, in their order."""

    place: Literal["opening", "closing"]
    """Above the lines, or below the totals."""
    text: Label
    """What it says, by language."""


class SheetRule(_Rule):
    """Pages before or after a document: a cover letter, general terms, a product sheet; all rules that apply count, in their order."""

    place: Literal["before", "after"]
    """Before the document, or after it."""
    template: TemplatePath
    """A template in templates/, such as `sheets/terms.html.j2`; it shows the values of the document."""


class DocumentRules(Written):
    """How documents differ by order type, customer segment, product, country and language."""

    kind: Literal["documents"]
    layouts: tuple[LayoutRule, ...] = Field(default=(), max_length=200)
    """Layouts in place of the usual ones."""
    paragraphs: tuple[ParagraphRule, ...] = Field(default=(), max_length=500)
    """Paragraphs above the lines and below the totals."""
    sheets: tuple[SheetRule, ...] = Field(default=(), max_length=200)
    """Pages before and after a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What rules know of a document."""

    document: DocumentName
    customer: Customer
    order_types: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Composition:
    """What rules make of a document: its layout, its paragraphs in the customer's language, and the sheets before and after it."""

    template: str
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def compose(rules: Iterable[DocumentRules], occasion: Occasion, usual: str) -> Composition:
    """What the rules make of a document whose usual template is given."""
    every = tuple(rules)
    language = occasion.customer.language
    layouts = _applying((rule for file in every for rule in file.layouts), occasion)
    paragraphs = _applying((rule for file in every for rule in file.paragraphs), occasion)
    sheets = _applying((rule for file in every for rule in file.sheets), occasion)
    return Composition(
        template=next((f"{FOLDER}{rule.template}" for rule in layouts), usual),
        opening=tuple(rule.text.in_(language) for rule in paragraphs if rule.place == "opening"),
        closing=tuple(rule.text.in_(language) for rule in paragraphs if rule.place == "closing"),
        before=tuple(f"{FOLDER}{rule.template}" for rule in sheets if rule.place == "before"),
        after=tuple(f"{FOLDER}{rule.template}" for rule in sheets if rule.place == "after"),
    )


_R = TypeVar("_R", bound=_Rule)


def _applying(rules: Iterable[_R], occasion: Occasion) -> list[_R]:
    return [rule for rule in rules if rule.document == occasion.document and _applies(rule.when, occasion)]


def _applies(when: When, occasion: Occasion) -> bool:
    customer = occasion.customer
    return (
        (not when.order_types or not occasion.order_types.isdisjoint(when.order_types))
        and (not when.segments or customer.segment in when.segments)
        and (not when.products or not occasion.products.isdisjoint(when.products))
        and (not when.countries or customer.address.country in when.countries)
        and (not when.languages or customer.language in when.languages)
        and (when.customer_kind is None or customer.kind == when.customer_kind)
    )


def is_rules(text: str) -> bool:
    """Whether a YAML file of templates/ holds rules and no words."""
    return (_IS_RULES if _HAS_KIND.search(text) else _HAS_RULES).search(text) is not None


def read_rules(sources: Mapping[str, str]) -> tuple[DocumentRules, ...]:
    """The rules of all files of rules, in the order of their paths; Refusal with every problem."""
    files, problems = _read(sources)
    if problems:
        raise Refusal(tuple(problems))
    return tuple(rules for rules, _, _ in files)


def check_rules(sources: Mapping[str, str], every: Mapping[str, str]) -> tuple[dict[str, set[DocumentName]], tuple[Problem, ...]]:
    """The templates that rules name with their documents, and every mistake in rules: `every` holds the templates that there are."""
    files, problems = _read(sources)
    named: dict[str, set[DocumentName]] = {}
    templates = sorted(path.removeprefix(FOLDER) for path in every if path.endswith(".j2"))
    for rules, spans, path in files:
        layouts = [("layouts", at, layout.document, layout.template) for at, layout in enumerate(rules.layouts)]
        for key, at, document, name in [
            *layouts,
            *(("sheets", at, sheet.document, sheet.template) for at, sheet in enumerate(rules.sheets)),
        ]:
            if name in templates:
                named.setdefault(f"{FOLDER}{name}", set()).add(document)
            else:
                where = _where(spans, path, (key, at, "template"))
                problems.append(NO_TEMPLATE.at(where, name=name, remedy=suggestion(name, templates)))
        problems += _unknown_names(rules, spans, path, sources)
    return named, tuple(problems)


def _read(sources: Mapping[str, str]) -> tuple[list[tuple[DocumentRules, Spans | None, str]], list[Problem]]:
    files, problems = list[tuple[DocumentRules, Spans | None, str]](), list[Problem]()
    for path in sorted(sources):
        if path.startswith(FOLDER) and path.endswith((".yaml", ".yml")) and is_rules(sources[path]):
            rules, spans, mistakes = read_file(DocumentRules, path, sources[path])
            problems += mistakes
            files += [(rules, spans, path)] if rules is not None else []
    return files, problems


def _unknown_names(rules: DocumentRules, spans: Spans | None, path: str, sources: Mapping[str, str]) -> Iterator[Problem]:
    """The segments and products of conditions that the catalogue does not have."""
    every = (("layouts", rules.layouts), ("paragraphs", rules.paragraphs), ("sheets", rules.sheets))
    conditions = [(key, at, rule.when) for key, entries in every for at, rule in enumerate(entries)]
    uses: tuple[tuple[str, str, Phrase], ...] = (("segments", "segments", phrase("segment")), ("products", "products", phrase("product")))
    for field, kind, what in uses:
        known = _names(kind, sources) if any(getattr(when, field) for _, _, when in conditions) else frozenset[str]()
        for key, at, when in conditions:
            for place, name in enumerate(getattr(when, field)):
                if name not in known:
                    where = _where(spans, path, (key, at, "when", field, place))
                    yield NO_SUCH_NAME.at(where, what=what, name=name, remedy=suggestion(name, known))


def _names(kind: str, sources: Mapping[str, str]) -> Collection[str]:
    """The segments or products of the catalogue."""
    names = set[str]()
    for path in sources:
        if path.startswith("catalog/") and path.endswith((".yaml", ".yml")):
            tree, _ = read_yaml(path, sources[path])
            entries = tree.root.get(kind) if tree is not None else None
            if isinstance(entries, Block):
                names |= set(entries)
            elif isinstance(entries, Listing):
                names |= {str(entry["code"]) for entry in entries if isinstance(entry, Block) and "code" in entry}
    return names


def _where(spans: Spans | None, path: str, way: tuple[str | int, ...]) -> Span:
    return spans.at(*way) if spans is not None else Span(path, 1, 1, 1, 2)
