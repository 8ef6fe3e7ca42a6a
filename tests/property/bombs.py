"""Hand-made hostile files: a name, the file of a rulebook that it replaces or adds, and what makes its text or bytes."""

from __future__ import annotations

from functools import partial

from tests.property.bombs_of_rules import RULE_BOMBS
from tests.property.bombs_of_yaml import YAML_BOMBS, Bomb

LINE_ENDS = {"crlf": "\r\n", "cr": "\r", "nel": "\u0085", "ls": "\u2028", "ps": "\u2029", "vertical-tab": "\v", "form-feed": "\f"}
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-7", "cp037", "utf-8-sig", "shift-jis")
SEGMENTS = "kind: segments\nsegments:\n  shop: {fr: Client, nl: Klant, en: Caf\u00e9}\n  fleet: {fr: Flotte, nl: Vloot, en: Fleet}\n"
RULES = 'define visits : Number = 2\n  because "Caf\u00e9"\n\ndefine twice : Number = visits * 2\n'
PRICES = "product,price\nBIKE,649.00\nCARE,9.50\n"
WHERE = (("yaml", "catalog/segments.yaml", SEGMENTS), ("rules", "rules/x.rules", RULES), ("csv", "catalog/books/one.csv", PRICES))
CSV, TEMPLATE = "catalog/books/one.csv", "templates/invoice.html.j2"


def with_ends(text: str, end: str) -> str:
    """A text whose lines end otherwise."""
    return text.replace("\n", end)


def encoded(text: str, encoding: str) -> bytes:
    """A text in another encoding."""
    return text.encode(encoding, "replace")


_LINE_ENDS = [
    Bomb(f"line-ends-{name}-{kind}", path, partial(with_ends, text, end)) for name, end in LINE_ENDS.items() for kind, path, text in WHERE
]
_ENCODINGS = [
    Bomb(f"encoding-{encoding}-{kind}", path, partial(encoded, text, encoding)) for encoding in ENCODINGS for kind, path, text in WHERE
]
_LISTS = [
    Bomb("csv-one-quote-and-100000-rows", CSV, lambda: 'product,price\n"' + "BIKE,649.00\n" * 60_000),
    Bomb("csv-every-cell-quoted-twice", CSV, lambda: "product,price\n" + '"BI""KE","6""49"\n' * 40_000),
    Bomb("csv-nothing-but-quotes", CSV, lambda: '"' * 900_000),
    Bomb("csv-pairs-of-quotes", CSV, lambda: "product,price\n" + '""' * 400_000),
    Bomb("csv-one-row-of-300000-cells", CSV, lambda: "product,price\n" + "," * 300_000),
    Bomb("csv-50000-unknown-products", CSV, lambda: "product,price\n" + "".join(f"P{number},1.00\n" for number in range(50_000))),
    Bomb("csv-50000-wrong-prices", CSV, lambda: "product,price\n" + "".join(f"P{number},1e999999\n" for number in range(50_000))),
    Bomb("csv-one-product-50000-times", CSV, lambda: "product,price\n" + "BIKE,649.00\n" * 50_000),
    Bomb("csv-a-price-of-10000-digits", CSV, lambda: f"product,price\nBIKE,{'9' * 10_000}\nCARE,0.{'0' * 10_000}1\n"),
    Bomb("csv-a-formula", CSV, lambda: "product,price\nBIKE,=1+1\nCARE,@SUM(A1)\n"),
    Bomb("csv-nul", CSV, lambda: "product,price\nBIKE\0,649.00\nCARE,9.50\n"),
    Bomb("csv-only-line-ends", CSV, lambda: "\n" * 500_000),
    Bomb("csv-semicolons-and-mixed-ends", CSV, lambda: "product;price\r\nBIKE;649,00\nCARE;9,50\r\n"),
    Bomb("csv-empty", CSV, lambda: ""),
    Bomb("csv-a-name-of-900000-letters", CSV, lambda: f"product,price\n{'B' * 900_000},1.00\n"),
    Bomb("csv-a-header-of-100000-columns", CSV, lambda: ",".join(f"c{number}" for number in range(100_000))),
]
_TEMPLATES = [
    Bomb("template-5000-nested-ifs", TEMPLATE, lambda: "{% if a %}" * 5_000 + "{% endif %}" * 5_000),
    Bomb("template-10-nested-ifs-left-open", TEMPLATE, lambda: "{% if a %}" * 10),
    Bomb("template-50-nested-loops", TEMPLATE, lambda: "{% for a in b %}" * 50 + "{% endfor %}" * 50),
    Bomb("template-10000-parentheses", TEMPLATE, lambda: "{{ " + "(" * 10_000 + "a" + ")" * 10_000 + " }}"),
    Bomb("template-10000-nots", TEMPLATE, lambda: "{{ " + "not " * 10_000 + "a }}"),
    Bomb("template-100000-filters", TEMPLATE, lambda: "{{ a" + "|upper" * 50_000 + " }}"),
    Bomb("template-50000-attributes", TEMPLATE, lambda: "{{ a" + ".b" * 50_000 + " }}"),
    Bomb("template-a-macro-of-itself", TEMPLATE, lambda: "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    Bomb("template-that-includes-itself", TEMPLATE, lambda: '{% include "templates/invoice.html.j2" %}'),
    Bomb("template-that-extends-itself", TEMPLATE, lambda: '{% extends "templates/invoice.html.j2" %}'),
    Bomb("template-a-power", TEMPLATE, lambda: "{{ 9 ** 9 ** 9 ** 9 }}"),
    Bomb("template-a-long-text", TEMPLATE, lambda: "{{ 'a' * 999999999 }}"),
    Bomb("template-a-way-out", TEMPLATE, lambda: "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    Bomb("template-a-range", TEMPLATE, lambda: "{% for a in range(999999999) %}{% endfor %}"),
    Bomb("template-a-list-of-100000", TEMPLATE, lambda: "{{ [" + "1," * 100_000 + "] }}"),
    Bomb("template-lists-in-lists", TEMPLATE, lambda: "{{ " + "[" * 3_000 + "]" * 3_000 + " }}"),
    Bomb("template-100000-blocks", TEMPLATE, lambda: "".join(f"{{% block b{number} %}}{{% endblock %}}" for number in range(20_000))),
    Bomb("template-100000-values", TEMPLATE, lambda: "{{ words.invoice }}" * 40_000),
    Bomb("template-20000-unknown-words", TEMPLATE, lambda: "{{ words.invoyce }}\n" * 20_000),
    Bomb("template-a-line-of-900000-letters", TEMPLATE, lambda: "a" * 900_000),
    Bomb("template-comment-left-open", TEMPLATE, lambda: "{# " * 100_000),
    Bomb("template-a-number-of-50000-digits", TEMPLATE, lambda: "{{ " + "9" * 50_000 + " }}"),
    Bomb("template-a-float-too-large", TEMPLATE, lambda: "{{ 1e999999 }}"),
    Bomb("template-the-other-way-round", TEMPLATE, lambda: "{{ words.invoice }}\u202e{{ words.invoice }}\0"),
]

BOMBS = (*YAML_BOMBS, *RULE_BOMBS, *_LISTS, *_TEMPLATES, *_LINE_ENDS, *_ENCODINGS)
