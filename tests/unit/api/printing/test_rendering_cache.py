"""What is kept between documents changes no byte of them."""

import inspect
import re
from datetime import date

from weasyprint.text import fonts, line_break

from api.printing.pdf import TemplateSet, read_templates
from api.printing.pdf_process import ADDRESS, ASSET_TYPES
from api.printing.pdf_worker import Printer
from api.printing.print_job import PrintJob
from api.printing.rendering_cache import KNOWN_RELEASES, RELEASES, TEXT_PROPERTIES, install
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE, QUOTE_TEMPLATE
from engine.writing.template_values import page_values, sample
from tests.unit.writing.sample_documents import FOLDER, invoice, shipped_words

TODAY = date(2027, 1, 31)
TEXTS = """<html lang="{lang}"><link rel="stylesheet" href="t.css"><body class="{lang}"><div class="narrow">{text}</div>
<div dir="rtl">{text}</div><pre>{text}</pre><p class="justified">{text} {text}</p><p class="cut">{text}</p><p class="wide">{text}</p>
<table><tr><td>{text}</td><td class="breaks">{text}</td></tr></table><ol><li>{text}</li></ol></body></html>"""
STYLE = """.narrow { width: 23mm; hyphens: auto; margin-inline-start: 4mm; padding-left: calc(1mm + 2%) } [dir=rtl] { direction: rtl }
.justified { text-align: justify; word-spacing: 1pt } .cut { width: 20mm; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
.wide { letter-spacing: 2pt; text-decoration: underline; font-variant: small-caps } .breaks { overflow-wrap: anywhere; width: 8mm }
div { border: 1pt solid; border-inline-start: 3pt solid red; color: inherit } .nl { font-size: 8pt } p::first-line { font-weight: bold }"""
WORDS = (
    "Abonnement onderhoudsovereenkomst voor 12 maanden,\n  1.234,56",
    "Aansprakelijkheidswaardevaststellingsveranderingen",
    "  a  b ",
    "Ωμέγα 眼鏡 €",
)


def test_documents_are_those_of_the_library_alone() -> None:
    words = frozenset(shipped_words())
    quote = sample(page_values(QUOTE_TEMPLATE, words), is_full=True)
    assert isinstance(quote, dict)
    jobs = [
        PrintJob(INVOICE_TEMPLATE, invoice_page(invoice("nl", 12), shipped_words()), TODAY),
        PrintJob(INVOICE_TEMPLATE, invoice_page(invoice("fr", 3), shipped_words()), TODAY, "pdf/a-3a"),
        PrintJob(QUOTE_TEMPLATE, quote, TODAY, after=("templates/sheets/terms.html.j2",)),
    ]
    shipped = read_templates(FOLDER)
    assert drawn(shipped, jobs, is_kept=True) == drawn(shipped, jobs, is_kept=False)


def test_texts_are_laid_out_as_the_library_does_alone() -> None:
    texts = {f"{number}{lang}": TEXTS.format(lang=lang, text=text) for number, text in enumerate(WORDS) for lang in ("nl", "fr")}
    templates = TemplateSet(texts, {"templates/t.css": STYLE.encode()})
    jobs = [PrintJob(name, {}, TODAY) for name in texts]
    assert drawn(templates, jobs, is_kept=True) == drawn(templates, jobs, is_kept=False)


def drawn(templates: TemplateSet, jobs: list[PrintJob], *, is_kept: bool) -> list[bytes]:
    """The documents, drawn twice in one process where something is kept of them."""
    put_back = install() if is_kept else lambda: None
    try:
        printer = Printer(templates.texts, templates.assets, ADDRESS, ASSET_TYPES)
        first = [printer.print_page(job) for job in jobs]
        assert not is_kept or first == [printer.print_page(job) for job in jobs]
        return first
    finally:
        put_back()


def test_lines_are_known_by_all_that_they_depend_on() -> None:
    functions = (
        *(line_break.split_first_line, line_break.create_layout, line_break.Layout, line_break.first_line_metrics, line_break.line_size),
        fonts.get_font_description,
    )
    read = {name for each in functions for name in re.findall(r"style\['([a-z_]+)'\]", inspect.getsource(each))}
    assert read - {"font_family"} == set(TEXT_PROPERTIES)


def test_the_library_is_of_a_release_whose_functions_are_known() -> None:
    assert RELEASES in KNOWN_RELEASES, (
        "Compare the functions that api/printing/rendering_cache.py replaces with those of this release, then name it there."
    )
