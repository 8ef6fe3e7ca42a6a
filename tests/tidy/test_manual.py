"""The manual: its links and anchors are whole, every page is two clicks from the index, and the site loads nothing from elsewhere."""

import importlib.util
import json
import re
from pathlib import Path
from posixpath import normpath

import pytest
from lxml import html

from tests.tidy.checkout import ROOT

INDEX = "docs/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. MkDocs refuses to build one with a link or an anchor that leads nowhere."""
    spec = importlib.util.spec_from_file_location("manual", ROOT / "docs" / "manual.py")
    assert spec is not None
    assert spec.loader is not None
    manual = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(manual)
    folder = tmp_path_factory.mktemp("manual")
    manual.build(folder)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    """Each page of the site, by its address."""
    files = [file for file in site.rglob("*.html") if file.name != "404.html"]
    return {file.relative_to(site).as_posix(): html.fromstring(file.read_bytes()) for file in files}


def test_every_page_is_two_clicks_from_the_index(pages: dict[str, html.HtmlElement]) -> None:
    distance, at = {INDEX: 0}, [INDEX]
    while at:
        path = at.pop(0)
        for target in pages[path].xpath("//article//a/@href"):
            to = normpath(f"{path.rpartition('/')[0]}/{target.partition('#')[0]}".lstrip("/"))
            if to in pages and to not in distance:
                distance[to] = distance[path] + 1
                at.append(to)
    assert len(pages) > 300
    assert sorted(path for path in pages if distance.get(path, 9) > 2) == []


def test_the_site_loads_nothing_from_elsewhere(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    loaded = {
        (path, address)
        for path, page in pages.items()
        for address in page.xpath("//@src | //link/@href | //object/@data | //form/@action")
        if re.match(r"([a-z]+:)?//", address)
    }
    assert loaded == set()
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:[a-z]+:)?//", sheet.read_text("utf-8")) == []


def test_a_page_is_in_its_language_and_leads_to_the_others(pages: dict[str, html.HtmlElement]) -> None:
    page = pages["docs/tutorials/first-rulebook.nl.html"]
    assert page.get("lang") == "nl"
    assert page.xpath("//input[@name='query']/@placeholder") == ["Zoeken"]
    there = [(link.get("hreflang"), link.get("href")) for link in page.find_class("md-select__link")]
    assert there == [("en", "first-rulebook.html"), ("fr", "first-rulebook.fr.html"), ("nl", "first-rulebook.nl.html")]
    assert pages["docs/how-to/format.html"].find_class("md-select__link") == []


def test_the_navigation_is_that_of_the_index(pages: dict[str, html.HtmlElement]) -> None:
    sections = [" ".join(title.text_content().split()) for title in pages[INDEX].xpath("//article//h2")]
    shown = {" ".join(each.text_content().split()) for each in pages[INDEX].find_class("md-nav__item--section")}
    assert len(sections) >= 5
    assert [title for title in (section.rstrip("¶") for section in sections) if not any(each.startswith(title) for each in shown)] == []


def test_blocks_of_code_are_blocks(pages: dict[str, html.HtmlElement]) -> None:
    assert [path for path, page in pages.items() if any("```" in article.text_content() for article in page.xpath("//article"))] == []
    named = [each.text for each in pages["docs/cheat-sheet.nl.html"].find_class("filename")]
    assert "rules/pricing.rules" in named


def test_search_reads_every_page_in_three_languages(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert index["config"]["lang"] == ["en", "fr", "nl"]
    assert {entry["location"].partition("#")[0] for entry in index["docs"]} == set(pages)
    split = re.compile(index["config"]["separator"])
    assert split.split("plan 30-30-40: 12.5% (e-invoice)") == ["plan", "30", "30", "40", "", "12.5%", "", "e", "invoice", ""]
