"""Checks the values that the templates of documents show: each exists on its page, texts are shown, and lists are gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from jinja2 import nodes

from engine.phrases import Phrase, listed, phrase
from engine.problems import Kind, Problem, Span
from engine.text.nearest import did_you_mean, nearest, suggestion
from engine.writing.template_values import LOOP, Record, Rows, Text, Value

UNKNOWN_WORD: Final = Kind("unknown-word", "`words.{name}` stands in no file of words", "{hint}")
UNKNOWN_VALUE: Final = Kind("unknown-template-value", "`{name}` is no value of {document}", "{remedy}")
NOT_A_TEXT: Final = Kind("template-not-a-text", "`{name}` is no text: it holds several values", "{remedy}")
NOT_A_LIST: Final = Kind("template-not-a-list", "`{name}` is no list", "show it as it is, or go through one of: {lists}")
CIRCLE: Final = Kind("template-circle", "the template {path} includes itself by way of `{name}`", "take one of the includes out")
TOO_LONG: Final = Kind("template-too-long", "what this template writes grows without bounds", "include and join less")

Values = dict[str, Value | None]
"""The values that are known at a place by name; None: a value with a problem, which is reported once."""
Locate = Callable[[str, int, str], Span]
_DEFINED: Final = ("defined", "undefined")
_MOST_STEPS: Final = 50_000
_LONGEST_TEXT: Final = 100_000


class TooLong(Exception):
    """What a template writes grows without bounds."""


class TemplateChecker:
    """Checks the templates of one document."""

    def __init__(self, trees: Mapping[str, nodes.Template], document: Phrase, locate: Locate) -> None:
        self._trees, self._document, self._locate = trees, document, locate
        self._path = ""
        self._opened: list[str] = []
        self._steps = 0
        self.problems: dict[tuple[Span, str], Problem] = {}

    def check(self, path: str, page: Record) -> None:
        """Checks a document's template and all that it includes."""
        try:
            self._template(path, dict(page.fields), 1)
        except (TooLong, RecursionError):
            where = self._locate(self._path, 1, "")
            self.problems[where, TOO_LONG.code] = TOO_LONG.at(where)

    def _template(self, path: str, values: Values, line: int) -> None:
        tree = self._trees.get(path)
        if tree is None:
            return
        if path in self._opened:
            self._report(CIRCLE, line, path, path=self._path)
            return
        before, self._path = self._path, path
        self._opened.append(path)
        self._body(tree.body, values)
        self._opened.pop()
        self._path = before

    def _body(self, statements: Iterable[nodes.Node], values: Values) -> None:
        for statement in statements:
            self._statement(statement, values)

    def _statement(self, node: nodes.Node, values: Values) -> None:
        self._count()
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self._text(part, values)
            case nodes.For():
                self._loop(node, values)
            case nodes.If():
                self._branches(node, values)
            case nodes.Assign():
                self._bind(node.target, self._value(node.node, values), values)
            case nodes.AssignBlock():
                self._body(node.body, dict(values))
                self._bind(node.target, Text(), values)
            case nodes.Include() | nodes.Extends():
                for name in _names(node.template):
                    self._template(name, dict(values) if isinstance(node, nodes.Include) else values, node.lineno)
            case nodes.Macro() | nodes.CallBlock() | nodes.Import() | nodes.FromImport():
                return  # they are only of use with calls, which are refused
            case _:
                inner = dict(values)
                if isinstance(node, nodes.With):
                    for target, given in zip(node.targets, node.values, strict=True):
                        self._bind(target, self._value(given, values), inner)
                self._body(getattr(node, "body", ()), inner)

    def _loop(self, node: nodes.For, values: Values) -> None:
        rows, inner = self._value(node.iter, values), dict(values)
        if rows is not None and not isinstance(rows, Rows):
            lists = [name for name, value in values.items() if isinstance(value, Rows)]
            self._report(NOT_A_LIST, node.lineno, _name(node.iter), lists=listed(lists, "or"))
        inner["loop"] = LOOP
        self._bind(node.target, rows.of if isinstance(rows, Rows) else None, inner)
        if node.test is not None:
            self._value(node.test, inner)
        self._body(node.body, inner)
        self._body(node.else_, dict(values))

    def _branches(self, node: nodes.If, values: Values) -> None:
        """The branches that can be reached: `x is defined` is decided by the page."""
        self._value(node.test, values)
        is_true = _decided(node.test, values)
        if is_true is not False:
            self._body(node.body, values)
        if is_true is not True:
            self._body(node.elif_, values)
            self._body(node.else_, values)

    def _bind(self, target: nodes.Node, value: Value | None, values: Values) -> None:
        if isinstance(value, Text) and value.length > _LONGEST_TEXT:
            raise TooLong
        if isinstance(target, nodes.Name):
            values[target.name] = value
        else:
            values.update(dict.fromkeys((name.name for name in target.find_all(nodes.Name)), None))

    def _text(self, node: nodes.Expr, values: Values) -> Text:
        """A value that is shown."""
        value = self._value(node, values)
        if isinstance(value, Rows | Record):
            name = _name(node)
            remedy = phrase("go through it with `for`, or join it") if isinstance(value, Rows) else phrase("show one of its values")
            if isinstance(value, Record) and value.fields:
                remedy = phrase("show one of its values, such as `{name}.{first}`", name=name, first=next(iter(value.fields)))
            self._report(NOT_A_TEXT, node.lineno, name, remedy=remedy)
        return value if isinstance(value, Text) else Text()

    def _value(self, node: nodes.Node, values: Values) -> Value | None:
        self._count()
        match node:
            case nodes.Const():
                return Text(len(str(node.value)))
            case nodes.TemplateData():
                return Text(len(node.data))
            case nodes.Name():
                if node.name not in values:
                    self._unknown(node, node.name, values)
                return values.get(node.name)
            case nodes.Getattr():
                return self._field(node, node.attr, self._value(node.node, values))
            case nodes.Getitem():
                return self._item(node, values)
            case nodes.Filter():
                return self._filtered(node, values)
            case nodes.Test():
                if node.name not in _DEFINED:
                    self._value(node.node, values)
                return Text(5)
            case _:
                return self._composed(node, values)

    def _composed(self, node: nodes.Node, values: Values) -> Value | None:
        match node:
            case nodes.Concat():
                return Text(sum(self._text(part, values).length for part in node.nodes))
            case nodes.CondExpr():
                self._value(node.test, values)
                is_true = _decided(node.test, values)
                parts = [node.expr1] * (is_true is not False) + ([node.expr2] if is_true is not True and node.expr2 is not None else [])
                return _longest([self._value(part, values) for part in parts])
            case nodes.And() | nodes.Or():
                left = self._value(node.left, values)
                if _decided(node.left, values) is isinstance(node, nodes.Or):
                    return left
                return _longest([left, self._value(node.right, values)])
            case nodes.List() | nodes.Tuple():
                return Rows(_longest([self._value(part, values) for part in node.items]) or Text())
            case _:
                for child in node.iter_child_nodes():
                    self._value(child, values)
                return Text()

    def _count(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooLong

    def _field(self, node: nodes.Node, name: str, of: Value | None) -> Value | None:
        if of is None:
            return None
        fields = of.fields if isinstance(of, Record) else {}
        if name not in fields and _name(node) != f"words.{name}":  # unknown words are reported with all others
            self._unknown(node, name, fields)
        return fields.get(name)

    def _item(self, node: nodes.Getitem, values: Values) -> Value | None:
        of = self._value(node.node, values)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._field(node, node.arg.value, of)
        key = self._value(node.arg, values)
        if isinstance(of, Record) and isinstance(key, Text):
            for choice in key.choices:
                if choice not in of.fields:
                    self._report(UNKNOWN_WORD, node.lineno, choice, hint=word_hint(choice, of.fields))
            return next(iter(of.fields.values()), None)
        return of.of if isinstance(of, Rows) else None

    def _filtered(self, node: nodes.Filter, values: Values) -> Value | None:
        if node.node is None:
            return Text()
        if node.name == "default" and isinstance(node.node, nodes.Name) and node.node.name not in values:
            return _longest([self._value(each, values) for each in node.args])
        value = self._value(node.node, values)
        others = [self._value(each, values) for each in node.args]
        match node.name:
            case "join" | "first" | "last" if isinstance(value, Text):
                lists = [name for name, each in values.items() if isinstance(each, Rows)]
                self._report(NOT_A_LIST, node.lineno, _name(node.node), lists=listed(lists, "or"))
                return None
            case "first" | "last" if isinstance(value, Rows):
                return value.of
            case "default":
                return value
            case "length":
                return Text(6)
            case "join" if isinstance(value, Rows) and isinstance(value.of, Text):
                count = len(node.node.items) if isinstance(node.node, nodes.List | nodes.Tuple) else 1
                return Text(count * (value.of.length + sum(each.length for each in others if isinstance(each, Text))))
            case _:
                return self._text(node.node, values)

    def _unknown(self, node: nodes.Node, name: str, known: Mapping[str, object]) -> None:
        remedy = suggestion(name, known) if known else phrase("show the value itself: it has no parts")
        self._report(UNKNOWN_VALUE, node.lineno, _name(node) or name, document=self._document, remedy=remedy)

    def _report(self, kind: Kind, line: int, name: str, **words: object) -> None:
        where = self._locate(self._path, line, name)
        self.problems.setdefault((where, f"{kind.code} {name}"), kind.at(where, None, name=name, **words))


def word_hint(name: str, words: Iterable[str]) -> str:
    """The remedy of an unknown word."""
    similar = nearest(name, words)
    return did_you_mean(f"words.{similar}") if similar else phrase("add it to templates/words.yaml in every language of the company")


def _names(template: nodes.Expr) -> list[str]:
    """The names of templates in an include."""
    parts = template.items if isinstance(template, nodes.List | nodes.Tuple) else [template]
    return [str(part.value) for part in parts if isinstance(part, nodes.Const)]


def _decided(test: nodes.Node, values: Values) -> bool | None:
    """Whether a test is always true or false on this page; None where it depends on the document."""
    match test:
        case nodes.Not():
            inner = _decided(test.node, values)
            return None if inner is None else not inner
        case nodes.And() | nodes.Or():
            parts, ends = {_decided(part, values) for part in (test.left, test.right)}, isinstance(test, nodes.Or)
            return ends if ends in parts else None if None in parts else not ends
        case nodes.Test(name=name, node=nodes.Name(name=of)) if name in _DEFINED:
            return (of in values) is (name == "defined")
        case _:
            return None


def _longest(values: list[Value | None]) -> Value | None:
    texts = [value for value in values if isinstance(value, Text)]
    return max(texts, key=lambda text: text.length) if texts else next((value for value in values if value is not None), None)


def _name(node: nodes.Node) -> str:
    """An expression as it is written, where it is a name with its parts."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=of, attr=attr):
            return f"{_name(of)}.{attr}"
        case nodes.Getitem(node=of, arg=nodes.Const(value=key)):
            return f"{_name(of)}[{key!r}]"
        case nodes.Getitem(node=of) | nodes.Filter(node=of) if of is not None:
            return _name(of)
        case _:
            return ""
