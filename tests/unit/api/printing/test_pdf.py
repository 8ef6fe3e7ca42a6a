"""PDFs are valid and reproducible; their templates can neither read outside their folder nor exceed their limits."""

import multiprocessing
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from lxml import etree
from pypdf import PdfReader

from api.desk.renditions import job_of
from api.printing import pdf, pdf_process
from api.printing.pdf import PdfPool, TemplateSet, read_templates
from api.printing.pdf_process import ADDRESS, ASSET_TYPES, IDLE_SECONDS
from api.printing.pdf_worker import AssetFetcher
from api.printing.print_job import PrintJob
from engine.problems import Refusal
from engine.writing.account_html import reminder_page
from engine.writing.e_invoices.syntaxes import write
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE, MAILS, QUOTE_TEMPLATE, REMINDER_TEMPLATE, FigureName, LineRow
from engine.writing.template_values import PAGES, page_values, sample
from tests.conftest import FULL
from tests.unit.writing.sample_documents import FOLDER, euros, invoice, shipped_words
from tests.unit.writing.test_account_html import reminder

TODAY = date(2027, 1, 31)
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
LINES = 500 if FULL else 50
FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    with PdfPool(read_templates(FOLDER), seconds=120) as one:
        yield one


def printed(texts: Mapping[str, str], assets: Mapping[str, bytes] | None = None, seconds: float = 60.0) -> bytes:
    with PdfPool(TemplateSet(texts, assets or {}), seconds=seconds) as pool:
        return pool.print_one(PrintJob("t", {"n": "1"}, TODAY))


def test_an_invoice_is_printed_in_every_language_and_always_the_same(pool: PdfPool) -> None:
    for language, word in (("fr", "Facture 2027-00001"), ("nl", "Factuur 2027-00001"), ("en", "Invoice 2027-00001")):
        page = invoice_page(invoice(language), shipped_words())  # type: ignore[arg-type]  # one of the three
        job = PrintJob(INVOICE_TEMPLATE, page, TODAY)
        pdf = pool.print_one(job)
        reader = PdfReader(BytesIO(pdf))
        assert word in reader.pages[0].extract_text()
        assert {str(font).partition("+")[2] for font in _fonts(reader)} <= {"Paper", "Paper-Semi-Bold", "Paper-Italic", "Paper-Bold"}
        assert pdf == pool.print_one(job)


def test_sample_pages_of_each_kind_are_drawn(pool: PdfPool) -> None:
    for path in (each for each in PAGES if not each.startswith(MAILS)):
        for is_full in (True, False):
            page = sample(page_values(path, frozenset(shipped_words())), is_full=is_full)
            assert isinstance(page, dict)
            assert PdfReader(BytesIO(pool.print_one(PrintJob(path, page, TODAY)))).pages


def test_an_invoice_can_be_archived_and_holds_its_e_invoice(pool: PdfPool) -> None:
    page, xml = invoice_page(invoice("fr"), shipped_words()), b"<?xml version='1.0'?><Invoice/>"
    pdf = pool.print_one(PrintJob(INVOICE_TEMPLATE, page, TODAY, "pdf/a-3a", (("2027-00001.xml", xml),)))
    reader = PdfReader(BytesIO(pdf))
    catalog: Any = reader.trailer["/Root"]
    assert reader.attachments == {"2027-00001.xml": [xml]}
    assert {str(file.get_object()["/AFRelationship"]) for file in catalog["/AF"]} == {"/Alternative"}
    assert catalog["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    described = catalog["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in described or "<pdfaid:part>3<" in described
    assert 'pdfaid:conformance="A"' in described or "<pdfaid:conformance>A<" in described
    assert (reader.metadata.title, reader.metadata.author) == ("Facture 2027-00001", "Lens SRL") if reader.metadata else False


def test_a_factur_x_holds_its_invoice_by_the_name_that_its_metadata_give(pool: PdfPool) -> None:
    document = invoice("fr").replace(channel="email")
    document = document.replace(customer=document.customer.replace(e_invoice_format="factur-x"))
    xml = write(document)
    pdf = pool.print_one(job_of(document, xml, read_templates(FOLDER)))
    reader = PdfReader(BytesIO(pdf))
    catalog: Any = reader.trailer["/Root"]
    assert reader.attachments == {"factur-x.xml": [xml]}
    (file,) = (each.get_object() for each in catalog["/AF"])
    assert (file["/AFRelationship"], file["/EF"]["/F"].get_object()["/Subtype"]) == ("/Alternative", "/text/xml")
    described = etree.fromstring(catalog["/Metadata"].get_object().get_data())
    assert len(described.findall(".//{*}RDF")) == 1
    assert [
        described.findtext(f".//{{{FACTUR_X}}}{name}") for name in ("DocumentType", "DocumentFileName", "Version", "ConformanceLevel")
    ] == [
        *("INVOICE", "factur-x.xml", "1.0", "EN 16931"),
    ]
    assert described.findtext(".//{http://www.aiim.org/pdfa/ns/schema#}namespaceURI") == FACTUR_X
    assert pdf == pool.print_one(job_of(document, xml, read_templates(FOLDER)))


def test_other_documents_can_be_read_by_everybody(pool: PdfPool) -> None:
    reader = PdfReader(BytesIO(pool.print_one(PrintJob(INVOICE_TEMPLATE, invoice_page(invoice("nl"), shipped_words()), TODAY))))
    catalog: Any = reader.trailer["/Root"]
    described = catalog["/Metadata"].get_object().get_data().decode()
    assert 'pdfuaid:part="1"' in described or "<pdfuaid:part>1<" in described
    assert (catalog["/MarkInfo"]["/Marked"], catalog["/Lang"], catalog["/ViewerPreferences"]["/DisplayDocTitle"]) == (True, "nl", True)
    kinds = set(_kinds_of_structure(catalog["/StructTreeRoot"].get_object()))
    assert {"/Document", "/H1", "/Table", "/TR", "/TH", "/TD", "/Figure", "/P"} <= kinds


def test_a_worker_prints_what_a_new_one_prints(pool: PdfPool) -> None:
    jobs = [
        PrintJob(INVOICE_TEMPLATE, invoice_page(invoice(language, lines), shipped_words()), TODAY)
        for language, lines in (("nl", 30), ("fr", 2))
    ]
    first, second = map(pool.print_one, jobs)
    assert [pool.print_one(job) for job in jobs] == [first, second]
    with PdfPool(read_templates(FOLDER)) as new:
        assert new.print_one(jobs[1]) == second


@pytest.mark.proof
def test_each_page_of_a_long_invoice_names_it_and_carries_its_total_over(pool: PdfPool) -> None:
    page = invoice_page(invoice("en", LINES), shipped_words())
    reader = PdfReader(BytesIO(pool.print_one(PrintJob(INVOICE_TEMPLATE, page, TODAY))))
    texts = [each.extract_text() for each in reader.pages]
    so_far = list(accumulate(len(re.findall(r"^\d+ Lens ordering", text, re.MULTILINE)) for text in texts))
    for at, text in enumerate(texts, start=1):
        assert f"Page {at} of {len(texts)}" in text
        assert ("Invoice 2027-00001 · Brillen & Zoon (C1)" in text) is (at > 1)
    carried = [page["lines"][count - 1]["carried"] for count in so_far if count < LINES]
    assert [re.findall(r"Carried forward +(\S+)", text) for text in texts] == [*([each] for each in carried), []]
    assert [re.findall(r"Brought forward +(\S+)", text) for text in texts] == [[], *([each] for each in carried)]
    assert so_far[-1] == LINES
    assert all("Description" in text for text in texts)


def test_long_names_and_words_stay_within_the_page(pool: PdfPool) -> None:
    word = "Gesellschaft" * 20
    long = invoice("fr", 2)
    line = replace(long.lines[0], description=word, detail=word, unit_word=word)
    named = {"seller": long.seller.replace(name=f"Lens {word} SRL"), "customer": long.customer.replace(name=word)}
    page = invoice_page(long.replace(**named, lines=(line, *long.lines[1:])), shipped_words())
    reader = PdfReader(BytesIO(pool.print_one(PrintJob(INVOICE_TEMPLATE, page, TODAY))))
    ends = list[float]()
    for sheet in reader.pages:
        sheet.extract_text(visitor_text=lambda text, _, matrix, __, size: ends.append(matrix[4] + len(text.strip()) * size * 0.42))
    right_margin = (210 - 16) / 25.4 * 96
    assert max(ends) < right_margin + 5


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (8, 1), *((lines, 2) for lines in range(14, 19)), (30, 2), (34, 3)])
def test_totals_and_how_to_pay_stand_together_with_the_last_two_lines(pool: PdfPool, lines: int, pages: int) -> None:
    page = invoice_page(invoice("en", lines), shipped_words())
    texts = [each.extract_text() for each in PdfReader(BytesIO(pool.print_one(PrintJob(INVOICE_TEMPLATE, page, TODAY)))).pages]
    assert len(texts) == pages
    assert all(text.count("Lens ordering") >= min(lines, 2) for text in texts)
    assert all(word in texts[-1] for word in ("Total net", "Payee", "+++010/8068/17183+++", "By law.", "Readable copy"))
    assert not any(word in text for text in texts[:-1] for word in ("Total net", "Payee"))


def test_no_small_table_of_a_quote_begins_on_one_page_and_ends_on_the_next(pool: PdfPool) -> None:
    page = sample(page_values(QUOTE_TEMPLATE, frozenset(shipped_words())), is_full=False)
    assert isinstance(page, dict)
    words = {name: label.in_("en") for name, label in shipped_words().items()}
    line = {**dict.fromkeys(get_type_hints(LineRow), ""), "description": "Licence", "detail": "monthly", "discounts": ()}
    condition = {"label": "Yearly", "term": "12 months", "renewal": "for 12 months", "notice": "3 months"}
    for count in range(1, 25):
        made = {**page, "words": words, "lines": [line] * count, "conditions": [condition] * 2}
        texts = [each.extract_text() for each in PdfReader(BytesIO(pool.print_one(PrintJob(QUOTE_TEMPLATE, made, TODAY)))).pages]
        together = next(text for text in texts if "Term and notice" in text)
        assert (together.count("Yearly"), "Agreed" in together) == (2, True), count


def test_images_can_be_archived() -> None:
    drawn = printed({"t": f'<p>{{{{ n }}}}</p><img src="{DOT}" style="image-rendering: auto">'})
    resources: Any = PdfReader(BytesIO(drawn)).pages[0]["/Resources"]
    (image,) = (each.get_object() for each in resources["/XObject"].values())
    assert str(image["/Interpolate"]) == "False", "PDF/A forbids images that a viewer smooths"


def test_a_logo_may_have_any_type_of_image() -> None:
    for kind, content_type in (("svg", "image/svg+xml"), ("png", "image/png"), ("jpg", "image/jpeg")):
        fetcher = AssetFetcher({f"templates/logo.{kind}": b"image"}, ADDRESS, ASSET_TYPES)
        found = fetcher.fetch(f"{ADDRESS}logo.svg")
        assert (found.content_type, found.read()) == (content_type, b"image")
    with pytest.raises(ValueError, match="not an asset"):
        fetcher.fetch(f"{ADDRESS}sign.svg")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:1/x", "../company.yaml", "https://rulebook.invalid/etc/passwd"]
)
def test_a_template_can_show_nothing_from_outside_its_folder(address: str) -> None:
    plain = printed({"t": "<p>{{ n }}</p>"})
    tried = printed({"t": f'<p>{{{{ n }}}}</p><link rel="attachment" href="{address}"><img src="{address}">'})
    reader = PdfReader(BytesIO(tried))
    assert not reader.attachments
    assert abs(len(tried) - len(plain)) < 500


def test_a_page_that_takes_too_long_is_refused_and_the_pool_goes_on() -> None:
    texts = {"t": "{% if n == '2' %}<table><tr><td colspan=99999999>x</table>{% else %}<p>fine</p>{% endif %}"}
    with PdfPool(TemplateSet(texts, {}), seconds=6) as pool:
        with pytest.raises(Refusal) as refusal:
            pool.print_one(PrintJob("t", {"n": "2"}, TODAY))
        assert refusal.value.problems[0].code in ("template-too-slow", "template-too-large")
        pool.seconds = 120  # a busy machine may need long to start another worker
        assert pool.print_one(PrintJob("t", {"n": "1"}, TODAY)).startswith(b"%PDF")


def test_the_next_pool_prints_with_the_last_worker_unless_it_has_other_templates_or_waited_for_long() -> None:
    def print_with(text: str) -> set[int | None]:
        with PdfPool(TemplateSet({"t": text}, {})) as pool:
            assert pool.print_one(PrintJob("t", {"n": "1"}, TODAY)).startswith(b"%PDF")
        return {each.pid for each in multiprocessing.active_children()}

    first = print_with("<p>one</p>")
    assert print_with("<p>one</p>") == first
    (other,) = print_with("<p>two</p>") - first
    (worker,) = pdf._spare
    assert worker.process.pid == other
    worker.used_at -= IDLE_SECONDS
    last = print_with("<p>two</p>")
    assert other not in last, "it may just be ending"
    assert len(last) == len(first), "one process waits, no more"


def test_a_process_without_jobs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "IDLE_SECONDS", 0.1)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=pdf_process.print_jobs, args=(theirs,))
    process.start()
    assert ours.recv() == "ready"
    ours.send(({}, {}))
    process.join(60)
    assert process.exitcode == 0


def test_a_worker_that_dies_while_it_starts_is_reported(tmp_path: Path) -> None:
    """It imports the program that started it, and this one ends there; so it never reads what it is given."""
    program = tmp_path / "program.py"
    program.write_text("""
if __name__ == "__mp_main__":
    raise SystemExit(3)
from datetime import date
from api.printing.pdf import PdfPool, TemplateSet
from api.printing.print_job import PrintJob
from engine.problems import Refusal
with PdfPool(TemplateSet({"t": "<p>"}, {"templates/a.svg": bytes(2 << 20)})) as pool:
    try:
        pool.print_one(PrintJob("t", {}, date(2027, 1, 31)))
    except Refusal as refusal:
        print(refusal.problems[0].code)
""")
    done = subprocess.run([sys.executable, "-P", program], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == "printing-not-started\n"


def test_all_figures_of_a_quote_stand_in_one_row(pool: PdfPool) -> None:
    page = sample(page_values(QUOTE_TEMPLATE, frozenset(shipped_words())), is_full=False)
    assert isinstance(page, dict)
    figures = [{"word": name, "amount": f"{place}.234.567,89"} for place, name in enumerate(get_args(FigureName), start=1)]
    words = {name: label.in_("nl") for name, label in shipped_words().items()}
    pdf = pool.print_one(PrintJob(QUOTE_TEMPLATE, {**page, "language": "nl", "words": words, "figures": figures}, TODAY))
    (only,) = PdfReader(BytesIO(pdf)).pages
    rows = only.extract_text(extraction_mode="layout").splitlines()
    assert [sum(figure["amount"] in row for figure in figures) for row in rows if "1.234.567,89" in row] == [len(figures)]


def test_no_column_of_a_reminder_breaks_a_date_or_an_amount(pool: PdfPool) -> None:
    one = reminder("nl").invoices[0].replace(gross=euros("12345.67"), open=euros("11111.11"), supply="Software, " * 40)
    page = reminder_page(reminder("nl", invoices=(one.replace(issued_on=date(2027, 9, 29), due_on=date(2027, 9, 30)),)), shipped_words())
    (only,) = PdfReader(BytesIO(pool.print_one(PrintJob(REMINDER_TEMPLATE, page, TODAY)))).pages
    rows = only.extract_text(extraction_mode="layout").splitlines()
    columns = ("2027-00001", "29 september 2027", "30 september 2027", "12.345,67", "11.111,11")
    assert [row for row in rows if all(column in row for column in columns)], rows


def test_a_template_that_fails_names_its_line() -> None:
    with pytest.raises(Refusal) as refusal:
        printed({"t": "<p>\n{{ nothing.at_all }}</p>"})
    assert str(refusal.value.problems[0].where) == "t:2:1"


def _fonts(reader: PdfReader) -> list[object]:
    return [font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def _kinds_of_structure(element: Any) -> Iterator[str]:
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        inner = child.get_object()
        if hasattr(inner, "get") and "/S" in inner:
            yield str(inner["/S"])
            yield from _kinds_of_structure(inner)


def test_the_library_loads_without_another_program() -> None:
    """A compiler that is run for each name of a library takes half of the time until the first page."""
    program = """
import sys
programs = []
sys.addaudithook(lambda event, words: programs.append(words[0]) if event == "subprocess.Popen" else None)
from api.printing.pdf_process import _printer
_printer({}, {})
print(programs)
"""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == "[]\n" or sys.platform != "linux", "elsewhere it has to look for them"
