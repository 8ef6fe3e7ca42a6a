"""Malicious templates and texts: no file, no network, no script, nothing that grows without end, and the structure of a page stays."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from itertools import product
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from api.printing.pdf import PdfPool, TemplateSet
from api.printing.print_job import PrintJob
from engine.documents.invoice import Invoice
from engine.problems import Refusal
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE
from engine.writing.templates import TemplateEnvironment, fill
from tests.unit.writing.sample_documents import invoice, shipped_templates, shipped_words

TODAY = date(2027, 1, 31)
SECRET = "what-no-template-may-show"
ELEMENTS = (
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">x</a>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<style>@import url("{}");</style>',
    '<style>p {{ background: url("{}") }}</style>',
    '<style>@font-face {{ font-family: f; src: url("{}") }} p {{ font-family: f }}</style>',
    '<style>p::before {{ content: url("{}") }}</style>',
    '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{}#a"/></svg>',
    '<base href="{}"><img src="x.png">',
)
EXPRESSIONS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ n.__class__ }}", "{{ self._TemplateReference__context }}", "{{ n.format(n) }}",
    "{{ lipsum.__globals__ }}", "{{ cycler.__init__.__globals__ }}", "{{ range(999999999) }}", "{{ namespace(a=1) }}", "{{ dict(a=1) }}",
    "{{ n | attr('__class__') }}", "{{ '<script>' | safe }}", "{{ n | map(attribute='__class__') | list }}", "{{ n ** 9999999 }}",
    "{{ n * 999999999 }}", "{{ '%99999999s' % n }}", "{% include '/etc/passwd' %}", "{% include '../company.yaml' %}",
    "{% import 'os' as os %}", "{% from 'os' import path %}", "{% autoescape false %}{{ n }}{% endautoescape %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% include 't' %}", "{% extends 't' %}", "{{ joiner() }}", "{{ debug() }}",
    "{{ n | pprint }}", "{{ n | tojson }}", "{{ n | format(1) }}", "{% do n.clear() %}", "{{ (n, n) | batch(1) }}",
)  # fmt: skip
GROWING = (
    "<table><tr><td colspan=99999999>x</table>",
    "{% set a = 'x' * 9 %}",
    "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "".join(f"{{% for a{at} in many %}}" for at in range(9)) + "<p>x" + "{% endfor %}" * 9,
    "<div>" * 20_000,
    "<style>@page { size: 1px 1px; margin: 0 } p { font-size: 900px }</style><p>x x x x x x x x x x",
    '<svg xmlns="http://www.w3.org/2000/svg" width="99999999" height="99999999"><rect width="99999999" height="9"/></svg>',
)
FIELDS = ("description", "detail", "unit_word", "name", "street", "town", "seller", "order", "purchase_order", "communication")
TEXTS = (
    '<script>fetch("http://127.0.0.1")</script>', '"><img src=x onerror=alert(1)>', "</td></tr></table><h1>free</h1>", "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}", '" data-carried="0.01', "</body></html><p>", "<!--", "]]></style>", "&lt;b&gt;&#x3c;b&#x3e;",
    '<link rel="attachment" href="file:///etc/passwd">', "'; content: url(file:///etc/passwd); '", "\u202e\u2066evil\u2069", "`${7*7}`",
)  # fmt: skip
INJECTIONS = [f"{before}{text}" for text, before in product(TEXTS, ("", '">', "'>", "</td></tr>", "-->"))]


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[str, list[object]]]:
    """A server on loopback, and the connections that reach it: there must be none."""
    server, met = socket.create_server(("127.0.0.1", 0)), list[object]()

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            met.append(connection.getpeername())
            connection.close()

    Thread(target=accept, daemon=True).start()
    yield f"127.0.0.1:{server.getsockname()[1]}", met
    server.close()


def hostile(folder: Path, host: str) -> list[str]:
    """Every template that tries to read what it may not."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>'
    for ending in ("txt", "css", "svg"):
        text = drawing if ending == "svg" else f"p::after {{ content: '{SECRET}' }}"
        (folder / f"secret.{ending}").write_text(text, encoding="utf-8")
    addresses = [f"file://{folder}/secret.{ending}" for ending in ("txt", "css", "svg")]
    addresses += [
        f"http://{host}/a.css",
        f"//{host}/a.svg",
        f"ftp://{host}/a",
        f"../../../../../../..{folder}/secret.css",
        "company.yaml",
        "/etc/passwd",
    ]
    addresses += [f"https://rulebook.invalid/templates/../..{folder}/secret.css"]
    return [*EXPRESSIONS, *(element.format(address) for element, address in product(ELEMENTS, addresses))]


def streams(reader: PdfReader) -> Iterator[bytes]:
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        try:
            found: Any = reader.get_object(number)
        except Exception:  # noqa: BLE001 - a number without an object
            continue
        if isinstance(found, StreamObject):
            yield found.get_data()
        elif isinstance(found, DictionaryObject):
            yield str(found).encode()


@pytest.mark.proof
def test_a_malicious_template_shows_no_file_reaches_no_network_and_runs_no_script(
    tmp_path: Path, listening: tuple[str, list[object]], proof_size: Callable[[int], int]
) -> None:
    host, met = listening
    every = hostile(tmp_path, host)
    assert len(every) >= 150
    step = max(1, len(every) // proof_size(len(every)))
    chosen = every[::step]
    names = {f"t{at}": f"<html><body><p>{{{{ n }}}}</p>{text}</body></html>" for at, text in enumerate(chosen)}
    with PdfPool(TemplateSet({**names, "t": "<p>{{ n }}</p>"}, {}), seconds=30) as pool:
        for name, text in zip(names, chosen, strict=True):
            try:
                pdf = pool.print_one(PrintJob(name, {"n": "1", "many": ()}, TODAY))
            except Refusal:
                continue
            reader = PdfReader(BytesIO(pdf))
            assert not reader.attachments, text
            drawn = b"".join(streams(reader))
            for forbidden in (SECRET.encode(), b"/JavaScript", b"/Launch", b"root:x:0", b"/EmbeddedFile"):
                assert forbidden not in drawn, text
            assert SECRET not in "".join(page.extract_text() for page in reader.pages), text
    assert not met


@pytest.mark.proof
def test_a_template_that_grows_ends_its_worker_and_the_next_one_prints(proof_size: Callable[[int], int]) -> None:
    chosen = GROWING[: max(2, proof_size(len(GROWING)))]
    names = {f"t{at}": f"<p>{{{{ n }}}}</p>{text}" for at, text in enumerate(chosen)}
    with PdfPool(TemplateSet({**names, "t": "<p>fine</p>"}, {}), seconds=10) as pool:
        printed = pool.print_all((name, PrintJob(name, {"n": "1", "many": tuple("x" * 30)}, TODAY)) for name in names)
        for _, result in printed:
            assert isinstance(result, Refusal) or len(result) < 20_000_000
        assert pool.print_one(PrintJob("t", {}, TODAY)).startswith(b"%PDF")


class _Tags(HTMLParser):
    """The tags and attributes of a page in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with the names of its attributes."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        self.tags.append(tag)


def structure(text: str) -> list[object]:
    """The tags of a page."""
    parser = _Tags()
    parser.feed(text)
    return parser.tags


def with_text(field: str, text: str) -> Invoice:
    """The sample invoice with a text in one of its fields."""
    sample = invoice("en")
    first, *others = sample.lines
    match field:
        case "description" | "detail" | "unit_word":
            return sample.replace(lines=(replace(first, **{field: text}), *others))
        case "name":
            return sample.replace(customer=sample.customer.replace(name=text))
        case "street" | "town":
            return sample.replace(customer=sample.customer.replace(address=sample.customer.address.replace(**{field: text})))
        case "seller":
            return sample.replace(seller=sample.seller.replace(name=text, email=text, register_entry=text))
        case "order":
            return sample.replace(orders=(text,))
        case _:
            return sample.replace(**{field: text})


@pytest.mark.proof
@pytest.mark.parametrize("field", FIELDS)
def test_a_text_never_becomes_a_part_of_the_page(field: str, proof_size: Callable[[int], int]) -> None:
    templates, words = shipped_templates(), shipped_words()
    environment = TemplateEnvironment(templates)

    def filled(text: str) -> str:
        return fill(templates, INVOICE_TEMPLATE, invoice_page(with_text(field, text), words), environment)

    plain = structure(filled("plain"))
    assert len(INJECTIONS) >= 60
    for text in INJECTIONS[:: len(INJECTIONS) // proof_size(len(INJECTIONS))]:
        assert structure(filled(text)) == plain, text
    assert ">49<" not in filled("{{ 7 * 7 }}")
