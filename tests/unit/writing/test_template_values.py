"""The values that templates show, checked against the pages of documents, and sample pages of each kind."""

from __future__ import annotations

import pytest

from engine.writing.pages import INVOICE_TEMPLATE, TEXT_ENDING
from engine.writing.template_values import PAGES, page_values, sample
from engine.writing.templates import check_templates, fill
from tests.unit.writing.sample_documents import shipped_templates, shipped_words

WORDS = frozenset(shipped_words())
SHIPPED = shipped_templates()


def mistakes(text: str, **parts: str) -> list[tuple[str, str]]:
    templates = {INVOICE_TEMPLATE: text, **{f"templates/{name}.j2": part for name, part in parts.items()}}
    return [(problem.code, str(problem.where)) for problem in check_templates(templates, WORDS)]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("is_full", [True, False])
def test_the_shipped_templates_show_sample_pages_of_each_kind(path: str, *, is_full: bool) -> None:
    page = sample(page_values(path, WORDS), is_full=is_full)
    assert isinstance(page, dict)
    filled = fill(SHIPPED, path, page)
    assert "</html>" in filled or path.endswith(TEXT_ENDING)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("{{ due_onn }}", "unknown-template-value", "1:4"),
        ("{{ customer.nme }}", "unknown-template-value", "1:4"),
        ("{{ customer['nme'] }}", "unknown-template-value", "1:4"),
        ("{{ number.length }}", "unknown-template-value", "1:4"),
        ("{% for line in lines %}\n{{ line.nett }}{% endfor %}", "unknown-template-value", "2:4"),
        ("{% for row in lines %}{% endfor %}\n{{ row }}", "unknown-template-value", "2:4"),
        ("{% if due_onn %}{% endif %}", "unknown-template-value", "1:7"),
        ("{% for each in lines %}{{ words[each.number] }}{% endfor %}", "template-failed", "1:1"),
        ("{{ lines }}", "template-not-a-text", "1:4"),
        ("{{ seller }}", "template-not-a-text", "1:4"),
        ("{{ lines | join(', ') }}", "template-not-a-text", "1:4"),
        ("{{ number ~ orders }}", "template-not-a-text", "1:13"),
        ("{% for each in number %}{{ each }}{% endfor %}", "template-not-a-list", "1:16"),
        ("{{ number | join }}", "template-not-a-list", "1:4"),
        ('{% include "templates/invoice.html.j2" %}', "template-circle", "1:13"),
        ("{{ refers_to[0] }}", "template-failed", "1:1"),
        ("{{ number < 3 }}", "template-failed", "1:1"),
    ],
)
def test_a_value_that_no_page_has_is_reported_at_its_place(text: str, code: str, place: str) -> None:
    assert mistakes(text) == [(code, f"{INVOICE_TEMPLATE}:{place}")]


@pytest.mark.parametrize(
    "text",
    [
        "{% set title = words.invoice ~ number %}{{ title | upper }}",
        "{% for line in lines %}{{ loop.index }} {{ line.net }}{% for each in line.discounts %}{{ each.amount }}{% endfor %}{% endfor %}",
        "{% if note is defined %}{{ note }}{% else %}{{ number }}{% endif %}",
        "{{ number }}{% if note is defined and note %}{{ note }}{% endif %}",
        '{{ note | default("") }}{{ orders | join(", ") }}{{ lines | length }}',
        "{{ due_on if tax_point else issued_on }}{{ purchase_order or number }}",
        "{% if orders %}{{ orders | first }}{% endif %}",
        "{% with each = customer %}{{ each.name }}{% endwith %}",
    ],
)
def test_what_a_page_has_may_be_shown(text: str) -> None:
    assert mistakes(text) == []


def test_a_part_is_checked_with_the_values_of_each_template_that_includes_it() -> None:
    text = '{% set note = number %}{% include "templates/part.j2" %}'
    assert mistakes(text, part="{{ note }}") == []
    assert mistakes(text, part="{{ nota }}") == [("unknown-template-value", "templates/part.j2:1:4")]
    assert mistakes(text, part='{% include "templates/invoice.html.j2" %}') == [("template-circle", "templates/part.j2:1:13")]


def test_a_template_of_a_rulebook_is_checked_together_with_the_shipped_ones() -> None:
    templates = {**SHIPPED, "templates/parts/sums.html.j2": "{{ total_word }} {{ grosss }}"}
    found = [(problem.code, str(problem.where)) for problem in check_templates(templates, WORDS)]
    assert found == [("unknown-template-value", "templates/parts/sums.html.j2:1:21")]


@pytest.mark.parametrize(
    "text",
    [
        "{% set a = number ~ number %}" + "{% set a = a ~ a %}" * 40,
        "{% set a = [number, number] | join %}" + "{% set a = [a, a] | join %}" * 40,
    ],
)
def test_a_text_that_doubles_is_never_written(text: str) -> None:
    assert mistakes(text) == [("template-too-long", f"{INVOICE_TEMPLATE}:1:1")]


def test_parts_that_include_each_other_many_times_are_never_written() -> None:
    parts = {f"p{at}": f'{{% include "templates/p{at + 1}.j2" %}}' * 2 for at in range(40)} | {"p40": "x"}
    assert [code for code, _ in mistakes('{% include "templates/p0.j2" %}', **parts)] == ["template-too-long"]
