"""Templates show and never reckon; each mistake in one has its line and remedy."""

import pytest

from engine.problems import Refusal
from engine.writing.templates import check_templates, fill


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("ok\n{{ net * 3 }}", "template-arithmetic", "t:2:8"),
        ("{{ -net }}", "template-arithmetic", "t:1:4"),
        ("{{ net | round }}", "template-filter", "t:1:10"),
        ("{{ net | safe }}", "template-filter", "t:1:10"),
        ("{{ range(3) }}", "template-call", "t:1:9"),
        ("{{ words.vta }}", "unknown-word", "t:1:4"),
        ("{% include 'nowhere' %}", "template-missing", "t:1:13"),
        ("a\nb\n{% for x in %}", "template-syntax", "t:3:1"),
        ("{{ 'a' ", "template-syntax", "t:1:1"),
    ],
)
def test_a_mistake_is_found_before_anything_is_printed(text: str, code: str, place: str) -> None:
    (problem,) = check_templates({"t": text}, frozenset({"vat"}))
    assert (problem.code, str(problem.where)) == (code, place)
    assert problem.message
    assert problem.help


def test_all_mistakes_of_all_templates_are_told() -> None:
    found = check_templates({"a": "{{ 1 + 1 }}", "b": "{{ x | safe }}{{ words.q }}"}, frozenset())
    assert [problem.code for problem in found] == ["template-arithmetic", "template-filter", "unknown-word"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ net.__class__.__mro__ }}",
        "{{ missing }}",
        "{{ net ** 9 }}",
        "{{ net % 9 }}",
        "{{ words.__init__.__globals__ }}",
    ],
)
def test_a_template_reaches_nothing_beyond_its_page(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        fill({"t": text}, "t", {"net": "1", "words": {}})
    assert refusal.value.problems[0].code == "template-failed"


def test_values_are_escaped() -> None:
    assert fill({"t": "{{ name }}"}, "t", {"name": "<script>"}) == "&lt;script&gt;"


def test_a_mail_says_something_in_every_language() -> None:
    mail = "templates/mail/invoice.txt.j2"
    whole = "{% if language == 'fr' %}Facture\n\nEn annexe.{% else %}Invoice {{ number }}\nAttached.{% endif %}"
    for text, languages in ((whole, []), ("{# none yet #}\n", ["fr", "nl"]), (whole.replace("Invoice {{ number }}", ""), ["nl"])):
        found = check_templates({mail: text}, frozenset(), languages=("fr", "nl"))
        assert [(problem.code, dict(problem.words)["language"]) for problem in found] == [("mail-without-text", one) for one in languages]


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("", ["fr", "nl"]),
        ("<html><head><title>Quote</title></head>\n<body>\n<style>p {}</style><!-- p --> <p>&nbsp;</p></body></html>", ["fr", "nl"]),
        ("<body>{% if language == 'fr' %}<p>{{ number }}</p>{% endif %}</body>", ["nl"]),
        ("<body><p>{{ number }}</p></body>", []),
        ("<body><img src='sheet.png' alt=''></body>", []),
    ],
)
def test_a_document_shows_something_in_every_language(text: str, languages: list[str]) -> None:
    found = check_templates({"templates/quote.html.j2": text}, frozenset(), languages=("fr", "nl"))
    assert [(problem.code, dict(problem.words)["language"]) for problem in found] == [("document-without-text", one) for one in languages]


def test_a_sheet_may_be_of_one_language_but_shows_something_in_it() -> None:
    sheets = {"sheets/terms.html.j2": "<p>{% if language == 'fr' %}{{ number }}{% endif %}</p>", "sheets/letter.html.j2": "<p></p>"}
    found = check_templates(sheets, frozenset(), dict.fromkeys(sheets, ("quote",)), languages=("nl", "fr"))
    assert [(problem.code, problem.where.path if problem.where else "") for problem in found] == [
        ("document-without-text", "sheets/letter.html.j2")
    ]
