"""What a printing worker does: fill a template and render it as PDF; the only importer of the PDF library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import PurePosixPath

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from engine.writing.templates import fill


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Serves the rulebook's own assets and inline images; refuses every other address."""

    def __init__(self, assets: Mapping[str, bytes], base: str, types: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._assets, self._base, self._types = assets, base, types

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset at an address below the base; ValueError for anything else."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = "templates/" + url.removeprefix(self._base)
        if not url.startswith(self._base) or path not in self._assets:
            raise ValueError(f"not an asset of this rulebook: {url}")
        content_type = self._types[PurePosixPath(path).suffix]
        return URLFetcherResponse(url, self._assets[path], {"Content-Type": content_type})


class Printer:
    """Fills templates and renders them as PDFs, always the same bytes for the same page."""

    def __init__(self, texts: Mapping[str, str], assets: Mapping[str, bytes], base: str, types: Mapping[str, str]) -> None:
        self._texts, self._base = texts, base
        self._fetcher = AssetFetcher(assets, base, types)

    def print_page(self, template: str, page: Mapping[str, object], printed_on: date) -> bytes:
        """The PDF of one page; a Refusal with the template's line where it fails."""
        os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime(printed_on.year, printed_on.month, printed_on.day, tzinfo=UTC).timestamp()))
        html = fill(self._texts, template, page)
        target = BytesIO()
        HTML(string=html, base_url=self._base, url_fetcher=self._fetcher).write_pdf(
            target, font_config=FontConfiguration(), pdf_tags=True, optimize_images=True
        )
        return target.getvalue()
