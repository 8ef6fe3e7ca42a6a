"""What a printing worker does: fill a template and render it as PDF; the only importer of the PDF library."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final, Protocol

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from api.printing.print_job import PrintJob
from engine.writing.templates import TemplateEnvironment, check_document, fill, with_sheets, with_stamp

_ARCHIVAL_STYLE: Final = ":root, img { image-rendering: crisp-edges !important }"
"""PDF/A (ISO 19005-3, 6.2.8) forbids images that a viewer smooths."""
_LOGO: Final = "templates/logo."
_LOGO_TYPES: Final = ("svg", "png", "jpg")
_BETWEEN_COLLECTIONS: Final = 25
"""How many documents are printed before unreachable objects are looked for: looking during each takes a tenth of its time."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Serves the rulebook's own assets and inline images; refuses every other address."""

    def __init__(self, assets: Mapping[str, bytes], base: str, types: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._assets, self._base, self._types = assets, base, types

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset at an address below the base; ValueError for anything else."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = self._stored("templates/" + url.removeprefix(self._base))
        if not url.startswith(self._base) or path not in self._assets:
            raise ValueError(f"not an asset of this rulebook: {url}")
        content_type = self._types[PurePosixPath(path).suffix]
        return URLFetcherResponse(url, self._assets[path], {"Content-Type": content_type})

    def _stored(self, path: str) -> str:
        """The path of an asset; a logo may have any of its types, whichever one the page names."""
        if path in self._assets or not path.startswith(_LOGO):
            return path
        return next((_LOGO + each for each in _LOGO_TYPES if _LOGO + each in self._assets), path)


class _Pdf(Protocol):
    """A PDF before it is written: its catalog by name."""

    catalog: dict[str, list[object]]


class Printer:
    """Fills templates and renders them as PDFs, always the same bytes for the same page.

    Compiled templates, fonts, parsed styles and images of the rulebook are read once and reused.
    """

    def __init__(self, texts: Mapping[str, str], assets: Mapping[str, bytes], base: str, types: Mapping[str, str]) -> None:
        self._texts, self._assets, self._base = texts, assets, base
        self._environment = TemplateEnvironment(texts)
        self._fetcher = AssetFetcher(assets, base, types)
        self._fonts = FontConfiguration()
        self._archival = CSS(string=_ARCHIVAL_STYLE)
        self._styles: dict[str, CSS] = {}
        self._images: dict[str, object] = {}
        self._printed = 0

    def print_page(self, job: PrintJob) -> bytes:
        """The PDF of one page; a Refusal with the template's line where it fails."""
        day = datetime(job.printed_on.year, job.printed_on.month, job.printed_on.day, tzinfo=UTC)
        os.environ["SOURCE_DATE_EPOCH"] = str(int(day.timestamp()))
        text, *sheets = (self._filled(name, job) for name in (job.template, *job.before, *job.after))
        check_document(self._texts, job.template, str(job.page.get("language", "")), text)
        text = with_sheets(text, sheets[: len(job.before)], sheets[len(job.before) :])
        text = with_stamp(text, job.stamp) if job.stamp else text
        html = HTML(string=text, base_url=self._base, url_fetcher=self._fetcher)
        target = BytesIO()
        has_own_styles = html.etree_element.find(".//style") is not None
        options = {
            "stylesheets": [self._archival, *(() if has_own_styles else self._linked_styles(html))],
            "cache": self._images,
            "pdf_variant": job.variant,
            "pdf_tags": True,
            "optimize_images": True,
            "attachments": [_attachment(name, content, day) for name, content in job.attachments],
        }
        document = html.render(font_config=FontConfiguration() if has_own_styles else self._fonts, **options)
        if job.metadata:
            document.metadata.generate_rdf_metadata = partial(_with_metadata, document.metadata.generate_rdf_metadata, job.metadata)
        document.write_pdf(target, finisher=_with_each_file_once, **options)
        self._forget_document()
        return target.getvalue()

    def _filled(self, template: str, job: PrintJob) -> str:
        return fill(self._texts, template, job.page, self._environment)

    def _linked_styles(self, html: HTML) -> Iterator[CSS]:
        """The stylesheets to which a page links, parsed once; they leave the page, where they would be parsed again.

        A page with styles of its own keeps its links, because their order decides, and has fonts of its own, which no other page may get.
        """
        return (self._style(path) for path in _linked(html, self._base, self._assets))

    def _style(self, path: str) -> CSS:
        if path not in self._styles:
            css = self._assets[path].decode()
            self._styles[path] = CSS(string=css, base_url=self._base, url_fetcher=self._fetcher, font_config=self._fonts)
        return self._styles[path]

    def _forget_document(self) -> None:
        """Lets the images of one document go, and now and then its unreachable objects."""
        for address in [each for each in self._images if "data:" in str(each)]:
            del self._images[address]
        if self._printed == 0:
            gc.disable()
        if self._printed % _BETWEEN_COLLECTIONS == 0:
            gc.collect()
            gc.freeze()
        self._printed += 1


def _linked(html: HTML, base: str, assets: Mapping[str, bytes]) -> Iterator[str]:
    """Takes the links to stylesheets of the rulebook out of a page, and gives their paths."""
    for parent in list(html.etree_element.iter()):
        for link in list(parent):
            path = f"templates/{link.get('href', '').removeprefix(base)}"
            is_plain = link.tag == "link" and link.get("rel") == "stylesheet" and not link.get("media")
            if is_plain and path in assets and "/" not in path.removeprefix("templates/"):
                parent.remove(link)
                yield path


def _with_metadata(own: Callable[..., bytes], others: bytes, *arguments: object) -> bytes:
    """The descriptions of a document in RDF, and others after them: metadata have one such list."""
    before, end, after = own(*arguments).rpartition(b"</rdf:RDF>")
    if not end:
        raise RuntimeError("the PDF library writes its metadata in another form: see its new version")
    return before + others + end + after


def _with_each_file_once(_document: object, pdf: _Pdf) -> None:
    """Names each file inside once, where the library names it twice."""
    files = pdf.catalog.get("AF")
    if files:
        files[:] = dict.fromkeys(files)


def _attachment(name: str, content: bytes, day: datetime) -> Attachment:
    return Attachment(file_obj=BytesIO(content), name=name, description=name, created=day, modified=day, relationship="Alternative")
