"""Templates of documents: a sandbox that renders them, and a check that finds mistakes without rendering."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from html import escape
from itertools import islice, product
from typing import Final

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.phrases import LANGUAGES, Language, phrase
from engine.problems import Kind, Problem, Refusal, Span, refuse
from engine.writing.pages import (
    CREDIT_NOTE_MAIL_TEMPLATE,
    CREDIT_NOTE_TEMPLATE,
    INVOICE_MAIL_TEMPLATE,
    INVOICE_TEMPLATE,
    MAILS,
    MESSAGE_TEMPLATE,
    ORDER_CONFIRMATION_TEMPLATE,
    ORDER_MAIL_TEMPLATE,
    QUOTE_MAIL_TEMPLATE,
    QUOTE_TEMPLATE,
    REMINDER_MAIL_TEMPLATE,
    REMINDER_TEMPLATE,
    STATEMENT_TEMPLATE,
    TEXT_ENDING,
    template_of,
)
from engine.writing.template_checker import UNKNOWN_WORD, TemplateChecker, word_hint
from engine.writing.template_values import page_values, sample

TEMPLATE_SYNTAX: Final = Kind(
    "template-syntax", "this template cannot be read: {mistake}", "close what was opened, and compare with a template that works"
)
TEMPLATE_ARITHMETIC: Final = Kind(
    "template-arithmetic",
    "a template does no arithmetic: `{sign}`",
    "show the value that the document gives; what must be reckoned belongs in a rule",
)
TEMPLATE_FILTER: Final = Kind("template-filter", "the filter `{name}` may not be used in a template", "use one of: {allowed}")
TEMPLATE_CALL: Final = Kind("template-call", "a template calls nothing", "take the brackets away and show a value of the document")
TEMPLATE_MISSING: Final = Kind("template-missing", "the template {path} includes `{name}`, which does not exist", "write one of: {known}")
TEMPLATE_FAILED: Final = Kind("template-failed", "this template could not be filled: {mistake}", "mend the template at this line")

EMPTY_MAIL: Final = Kind(
    "mail-without-text",
    "the template {name} gives a mail in {language} without a subject and a text",
    "write the subject on its first line and the text below it, for every language",
)
EMPTY_DOCUMENT: Final = Kind(
    "document-without-text",
    "the template {name} gives a document in {language} on which nothing stands",
    "write between <body> and </body> what the document says, for every language",
)

_EXPECTED: Final = re.compile(r"expected token '(.+?)', got '(.+?)'")
_UNKNOWN_TAG: Final = re.compile(r"Encountered unknown tag '(.+?)'")
_TOKENS: Final = {"end of statement block": "%}", "end of print statement": "}}", "begin of statement block": "{%"}
ALLOWED_FILTERS: Final = ("escape", "e", "first", "last", "join", "length", "upper", "default")
DOCUMENTS: Final = {
    INVOICE_TEMPLATE: phrase("an invoice"),
    CREDIT_NOTE_TEMPLATE: phrase("a credit note"),
    QUOTE_TEMPLATE: phrase("a quote"),
    INVOICE_MAIL_TEMPLATE: phrase("an invoice"),
    CREDIT_NOTE_MAIL_TEMPLATE: phrase("a credit note"),
    QUOTE_MAIL_TEMPLATE: phrase("the mail of a quote"),
    ORDER_MAIL_TEMPLATE: phrase("an order confirmation"),
    MESSAGE_TEMPLATE: phrase("a mail"),
    ORDER_CONFIRMATION_TEMPLATE: phrase("an order confirmation"),
    STATEMENT_TEMPLATE: phrase("a statement of account"),
    REMINDER_TEMPLATE: phrase("a reminder"),
    REMINDER_MAIL_TEMPLATE: phrase("the mail of a reminder"),
}
"""The templates of documents."""
_STAMP: Final = (
    "position: fixed; top: 100mm; left: -20mm; width: 220mm; text-align: center; transform: rotate(-38deg); "
    "font-size: 92pt; font-weight: 600; letter-spacing: 6pt; color: rgba(163, 38, 27, 0.22)"
)
"""The look of a word across a page: a template cannot take it away."""
_LEAST_LINES: Final = 2
_NOT_SHOWN: Final = re.compile(
    r"(?:\s|&nbsp;|<!--.*?-->|<head\b.*?</head>|<style\b.*?</style>|<script\b.*?</script>|<(?!(?:img|svg|object)\b)[^>]*>)*",
    re.DOTALL | re.IGNORECASE,
)
"""What a page may begin with that nobody sees."""
_MOST_MISTAKES: Final = 50
"""The most mistakes reported for one template."""
_SIGNS: Final[dict[type[nodes.Node], str]] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Neg: "-",
}


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja without arithmetic and calls: it shows plain values only."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, templates: Mapping[str, str]) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: (templates[name], name, lambda: True) if name in templates else None),
            autoescape=lambda name: name is None or not name.endswith(TEXT_ENDING),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in ALLOWED_FILTERS}
        self.tests = {name: self.tests[name] for name in ("defined", "undefined", "none", "true", "false")}

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        """Refuses arithmetic: it belongs in a rule."""
        raise SecurityError(f"a template does no arithmetic: {operator}")

    def is_safe_callable(self, obj: object) -> bool:
        """Allows no calls but those of Jinja's own loops."""
        return False


def fill(templates: Mapping[str, str], name: str, page: Mapping[str, object], environment: TemplateEnvironment | None = None) -> str:
    """The text of a template filled with the values of a page; Refusal with the line of the template where it fails."""
    try:
        return (environment or TemplateEnvironment(templates)).get_template(name).render(page)
    except TemplateSyntaxError as mistake:
        raise refuse(TEMPLATE_SYNTAX, _line(templates, mistake.name or name, mistake.lineno), mistake=_syntax_text(mistake)) from None
    except (TemplateError, TypeError) as mistake:
        path, line = _place_of(mistake, templates, name)
        is_type = isinstance(mistake, TypeError)
        what = phrase("values that do not go together are compared") if is_type else str(mistake).replace("tuple object", "the list")
        raise refuse(TEMPLATE_FAILED, _line(templates, path, line), mistake=what or type(mistake).__name__) from None


def check_mail(templates: Mapping[str, str], name: str, language: Language, text: str) -> None:
    """Refuses the filled template of a mail that has no subject, or no text below it."""
    if len([line for line in text.splitlines() if line.strip()]) < _LEAST_LINES:
        raise refuse(EMPTY_MAIL, _line(templates, name, 1), name=name, language=language)


def check_document(templates: Mapping[str, str], name: str, language: str, text: str) -> None:
    """Refuses the filled template of a document on which nothing stands."""
    shown = _NOT_SHOWN.match(text)
    if shown is not None and shown.end() == len(text):
        raise refuse(EMPTY_DOCUMENT, _line(templates, name, 1), name=name, language=language)


def with_sheets(text: str, before: Iterable[str], after: Iterable[str]) -> str:
    """The text of a document with the filled templates of its sheets: each on pages of its own, before it or after it."""
    head, opened, body = text.partition("<body>")
    inner, closed, rest = body.rpartition("</body>")
    first, last = _sections("before", before), _sections("after", after)
    return f"{head}{opened}{first}{inner}{last}{closed}{rest}" if opened and closed else text


def with_stamp(text: str, word: str) -> str:
    """The text of a document with a word across each of its pages, whatever its template shows."""
    head, opened, body = text.partition("<body>")
    return f'{head}{opened}<div style="{_STAMP}">{escape(word)}</div>{body}'


def _sections(place: str, sheets: Iterable[str]) -> str:
    return "".join(f'<section class="sheet {place}">{each}</section>' for each in sheets)


def check_templates(
    templates: Mapping[str, str],
    words: frozenset[str],
    named: Mapping[str, Collection[str]] | None = None,
    languages: Collection[Language] = LANGUAGES,
) -> tuple[Problem, ...]:
    """Every mistake in templates: syntax, arithmetic, filters, calls, words, includes, values; without any, those in sample pages.

    `named` are templates that rules name, with the documents for which they do; mails and documents say something in each language.
    """
    pages = {(path, path) for path in DOCUMENTS} | {
        (path, template_of(document)) for path, documents in (named or {}).items() for document in documents
    }
    environment = TemplateEnvironment(templates)
    problems: list[Problem] = []
    trees: dict[str, nodes.Template] = {}
    for path, text in sorted(templates.items()):
        try:
            trees[path] = environment.parse(_with_plain_line_ends(text))
            problems += islice(_mistakes(trees[path], path, templates, words), _MOST_MISTAKES)
        except TemplateSyntaxError as mistake:
            problems.append(TEMPLATE_SYNTAX.at(_line(templates, path, mistake.lineno), mistake=_syntax_text(mistake)))
        except RecursionError:
            problems.append(TEMPLATE_SYNTAX.at(_line(templates, path, 1), mistake=phrase("too much stands in one another, or in a row")))
    values: dict[tuple[Span, str], Problem] = {}
    for path, usual in sorted(pages):
        checker = TemplateChecker(trees, DOCUMENTS[usual], lambda at, line, near: _line(templates, at, line, near))
        checker.check(path, page_values(usual, words))
        values = {**checker.problems, **values}
    problems += values.values()
    return tuple(problems) or tuple(_unfilled(templates, words, pages, languages))


def _unfilled(
    templates: Mapping[str, str], words: frozenset[str], pages: Collection[tuple[str, str]], languages: Collection[Language]
) -> Iterator[Problem]:
    """The templates that cannot be filled with sample pages, one with every value and one with few, and those that say nothing."""
    result: set[Problem] = set()
    environment = TemplateEnvironment(templates)
    for path, usual in sorted((path, usual) for path, usual in pages if path in templates):
        written: dict[Language, str] = {}
        for is_full, language in product((False, True), languages):
            page = sample(page_values(usual, words), is_full=is_full)
            values = page if isinstance(page, dict) else {}
            try:
                written[language] = fill(templates, path, {**values, "language": language}, environment)
                if path.startswith(MAILS) and path.endswith(TEXT_ENDING):
                    check_mail(templates, path, language, written[language])
            except Refusal as refusal:
                written.pop(language, None)
                result |= set(refusal.problems)
        result |= set() if path.startswith(MAILS) else set(_empty(templates, path, written, is_named=path != usual))
    yield from sorted(result, key=lambda problem: (str(problem.where), problem.message))


def _empty(templates: Mapping[str, str], path: str, written: Mapping[Language, str], *, is_named: bool) -> Iterator[Problem]:
    """The languages in which nothing stands on a document; what a rule names may be for one language only."""
    texts = {language: "".join(written.values()) for language in list(written)[:1]} if is_named else written
    for language, text in texts.items():
        try:
            check_document(templates, path, language, text)
        except Refusal as refusal:
            yield from refusal.problems


def _mistakes(tree: nodes.Template, path: str, templates: Mapping[str, str], words: frozenset[str]) -> Iterator[Problem]:
    for node in tree.find_all((nodes.Expr, nodes.Include, nodes.Extends)):
        sign = _SIGNS.get(type(node))
        if sign is not None:
            yield TEMPLATE_ARITHMETIC.at(_line(templates, path, node.lineno, sign), sign=sign)
        elif isinstance(node, nodes.Filter) and node.name not in ALLOWED_FILTERS:
            yield TEMPLATE_FILTER.at(_line(templates, path, node.lineno, node.name), name=node.name, allowed=", ".join(ALLOWED_FILTERS))
        elif isinstance(node, nodes.Call):
            yield TEMPLATE_CALL.at(_line(templates, path, node.lineno, "("))
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "words" and node.attr not in words:
            where = _line(templates, path, node.lineno, f"words.{node.attr}")
            yield UNKNOWN_WORD.at(where, name=node.attr, hint=word_hint(node.attr, words))
        elif (
            isinstance(node, nodes.Include | nodes.Extends)
            and isinstance(node.template, nodes.Const)
            and node.template.value not in templates
        ):
            wanted = str(node.template.value)
            yield TEMPLATE_MISSING.at(
                _line(templates, path, node.lineno, wanted), path=path, name=wanted, known=", ".join(sorted(templates))
            )


def _syntax_text(mistake: TemplateSyntaxError) -> str:
    """A syntax error in our words instead of Jinja's."""
    message = mistake.message or ""
    expected = _EXPECTED.match(message)
    if expected:
        return phrase(
            "`{found}` stands where `{wanted}` is expected",
            found=_TOKENS.get(expected[2], expected[2]),
            wanted=_TOKENS.get(expected[1], expected[1]),
        )
    unknown = _UNKNOWN_TAG.match(message)
    if unknown:
        return phrase("`{tag}` is no word of templates", tag=unknown[1])
    is_open = message.startswith(("Unexpected end of template", "unexpected end of template", "Missing end of"))
    return phrase("what was opened is not closed") if is_open else phrase("it is not written as templates are")


def _place_of(mistake: BaseException, templates: Mapping[str, str], name: str) -> tuple[str, int]:
    """The template and the line at which rendering failed."""
    place, trace = (name, 1), mistake.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in templates:
            place = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return place


def _with_plain_line_ends(text: str) -> str:
    """A text in which only a line feed ends a line."""
    return text.replace("\r\n", "\n").replace("\r", " ")


def _line(templates: Mapping[str, str], path: str, line: int, near: str = "") -> Span:
    lines = _with_plain_line_ends(templates.get(path, "")).split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = text.find(near) + 1 if near and near in text else 1
    return Span(path, line, column, line, column + max(len(near), 1))
