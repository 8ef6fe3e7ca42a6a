"""Makes the manual as a site by MkDocs, from the pages of docs/ and the READMEs for analysts; also the hooks that MkDocs calls."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from pathlib import Path
from posixpath import normpath
from typing import Any

os.environ["NO_MKDOCS_2_WARNING"] = "true"  # docs/decisions/0111 says what follows Material

from mkdocs.commands.build import build as build_site
from mkdocs.commands.serve import serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

ROOT = Path(__file__).parent.parent
PAGES = ROOT / ".cache" / "manual" / "pages"
INDEX = "docs/README.md"
FOLDERS = ("docs", "catalog", "rules", "plans", "vat", "templates", "client")
SINGLE_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "engine/README.md", "api/README.md", "editors/vscode/README.md")
LANGUAGES = {"en": "English", "fr": "Français", "nl": "Nederlands"}
_TRANSLATED = re.compile(r"(.+?)(?:\.(fr|nl))?\.md")
_PORT = 8001


def build(site: Path | None = None) -> None:
    """Writes the site; refuses one with a broken link or anchor."""
    build_site(_config(**({} if site is None else {"site_dir": str(site)})))


def _config(**options: str) -> MkDocsConfig:
    """The settings of the site. The folders of its pages are linked into one, so that MkDocs reads these and no others."""
    for name in (*FOLDERS, *SINGLE_PAGES):
        link = PAGES / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(ROOT / name)
    return load_config(str(ROOT / "docs" / "mkdocs.yml"), **options)


# ---------------------------------------------------------------- hooks


def on_config(config: MkDocsConfig) -> None:
    """The navigation: a section for each of docs/README.md, with the pages of its table."""
    sections = re.split(r"^## (.+)$", (ROOT / INDEX).read_text("utf-8"), flags=re.M)
    config.nav = [
        INDEX,
        *({title: _linked(table)} for title, table in zip(sections[1::2], sections[2::2], strict=True)),
    ]


def _linked(table: str) -> list[str | dict[str, str]]:
    """The pages that the first column of a table links to, with the words of their links; a mere number gives way to the page's title."""
    links = [link for row in re.findall(r"^\| (\[.+?) \| ", table, re.M) for link in re.findall(r"\[([^]]+)\]\(([^)#]+)", row)]
    there = [(title, normpath(f"docs/{target}")) for title, target in links]
    return [path if title.isdigit() else {title: path} for title, path in there]


def on_page_context(context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Each page has the words of the theme in its own language, and links to itself in the other languages."""
    del nav
    name, language = _name_and_language(page.file.src_uri)
    config.theme["language"] = language
    there = [(each, config.extra["translated"].get((name, each))) for each in LANGUAGES]
    alternates = [{"name": LANGUAGES[each], "link": url, "lang": each} for each, url in there if url]
    config.extra["alternate"] = alternates if len(alternates) > 1 else None


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The text of a page, with the file of a block of code as its title; what was decided in the past is the last that search shows."""
    del config, files
    if page.file.src_uri.startswith(("docs/decisions/", "CHANGELOG.md")):
        page.meta["search"] = {"boost": 0.3}
    return re.sub(r"^```(\w+) (\S+)$", r'```\1 title="\2"', markdown, flags=re.M)


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Notes in which languages there is each page."""
    config.extra["translated"] = {_name_and_language(file.src_uri): file.url for file in files.documentation_pages()}


def _name_and_language(path: str) -> tuple[str, str]:
    match = _TRANSLATED.fullmatch(path)
    assert match is not None
    return match[1], match[2] or "en"


# ---------------------------------------------------------------- the command


def main() -> None:
    """Writes the site, or serves it on this machine alone and follows its pages as they change."""
    options = argparse.ArgumentParser(prog="./run docs", description=main.__doc__)
    options.add_argument("--serve", action="store_true", help="serve the manual on loopback")
    options.add_argument("--port", type=int, default=_PORT)
    given: Any = options.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.INFO if given.serve else logging.WARNING)
    try:
        if given.serve:
            _config()
            serve(
                str(ROOT / "docs" / "mkdocs.yml"),
                dev_addr=f"127.0.0.1:{given.port}",
                watch=[str(ROOT / name) for name in (*FOLDERS, *SINGLE_PAGES)],
            )
        else:
            build()
            sys.stderr.write(f"{ROOT / '.cache' / 'manual' / 'site' / 'index.html'}\n")
    except (Abort, OSError) as reason:  # a broken link, or a port that is taken
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
