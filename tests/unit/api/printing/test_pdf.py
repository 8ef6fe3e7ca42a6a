"""PDFs are valid and reproducible; their templates can neither read outside their folder nor exceed their limits."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from api.printing.pdf import PdfPool, PrintJob, TemplateSet, read_templates
from engine.problems import Refusal
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE, PAGES
from engine.writing.template_values import page_values, sample
from tests.unit.writing.sample_documents import FOLDER, invoice, shipped_words

TODAY = date(2027, 1, 31)


def printed(texts: Mapping[str, str], assets: Mapping[str, bytes] | None = None, seconds: float = 60.0) -> bytes:
    with PdfPool(TemplateSet(texts, assets or {}), seconds=seconds) as pool:
        return pool.print_one(PrintJob("t", {"n": "1"}, TODAY))


def test_an_invoice_is_printed_in_every_language_and_always_the_same() -> None:
    with PdfPool(read_templates(FOLDER)) as pool:
        for language, word in (("fr", "Facture 2027-00001"), ("nl", "Factuur 2027-00001"), ("en", "Invoice 2027-00001")):
            page = invoice_page(invoice(language), shipped_words())  # type: ignore[arg-type]  # one of the three
            job = PrintJob(INVOICE_TEMPLATE, page, TODAY)
            pdf = pool.print_one(job)
            reader = PdfReader(BytesIO(pdf))
            assert word in reader.pages[0].extract_text()
            assert {str(font).partition("+")[2] for font in _fonts(reader)} <= {"Paper", "Paper-Semi-Bold", "Paper-Italic", "Paper-Bold"}
            assert pdf == pool.print_one(job)


def test_sample_pages_of_each_kind_are_drawn() -> None:
    with PdfPool(read_templates(FOLDER)) as pool:
        for path in PAGES:
            for is_full in (True, False):
                page = sample(page_values(path, frozenset(shipped_words())), is_full=is_full)
                assert isinstance(page, dict)
                assert PdfReader(BytesIO(pool.print_one(PrintJob(path, page, TODAY)))).pages


def test_a_long_invoice_repeats_its_heading_on_each_page() -> None:
    with PdfPool(read_templates(FOLDER)) as pool:
        page = invoice_page(invoice("en", 60), shipped_words())
        reader = PdfReader(BytesIO(pool.print_one(PrintJob(INVOICE_TEMPLATE, page, TODAY))))
    assert len(reader.pages) >= 3
    assert all("Description" in page.extract_text() for page in reader.pages[:-1])


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
        assert pool.print_one(PrintJob("t", {"n": "1"}, TODAY)).startswith(b"%PDF")


def test_a_template_that_fails_names_its_line() -> None:
    with pytest.raises(Refusal) as refusal:
        printed({"t": "<p>\n{{ nothing.at_all }}</p>"})
    assert str(refusal.value.problems[0].where) == "t:2:1"


def _fonts(reader: PdfReader) -> list[object]:
    return [font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()]
