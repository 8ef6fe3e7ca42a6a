"""Makes the manual: the pages of docs/ and the READMEs for analysts as a site with search, which loads nothing from elsewhere."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from posixpath import normpath, relpath

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent
SITE = ROOT / ".cache" / "manual"
INDEX = "docs/README.md"
SHELVES = ("docs", "catalog", "rules", "plans", "vat", "templates", "client")
LANGUAGES = {"": "English", ".fr": "Français", ".nl": "Nederlands"}
_PORT = 8001
_STYLE = """
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#1c1c1c;background:#fff;display:grid;grid-template-columns:17rem minmax(0,1fr)}
nav{background:#f4f5f7;padding:1rem;min-height:100vh;box-sizing:border-box;font-size:.9rem}
main{padding:1rem 2rem 4rem;max-width:56rem}
nav input{width:100%;box-sizing:border-box;padding:.4rem;font:inherit}
nav ul,nav ol{list-style:none;margin:.3rem 0;padding:0}nav li{margin:.25rem 0}
a{color:#0b57a4}pre{background:#f4f5f7;padding:.8rem;overflow-x:auto}code{font:.9em ui-monospace,monospace}
table{border-collapse:collapse;display:block;overflow-x:auto}
td,th{border:1px solid #ccd;padding:.3rem .6rem;vertical-align:top;text-align:left}
img{max-width:100%}.languages{float:right}
@media(max-width:50rem){body{display:block}nav{min-height:0}}
@media print{nav,.languages{display:none}body{display:block;font-size:10pt}pre,tr{break-inside:avoid}}
"""
_SCRIPT = """
const field=document.getElementById('search'),list=document.getElementById('found'),root=document.body.dataset.root;
field.addEventListener('input',()=>{
  const words=field.value.toLowerCase().split(/\\s+/).filter(word=>word.length>1);
  const times=(page,word)=>(page.title.toLowerCase().includes(word)?10:0)+Math.min(page.text.split(word).length-1,5);
  const rank=page=>words.reduce((sum,word)=>sum+times(page,word),0);
  const hits=words.length?PAGES.filter(page=>words.every(word=>page.text.includes(word))).sort((a,b)=>rank(b)-rank(a)).slice(0,12):[];
  list.replaceChildren(...hits.map(page=>{const item=document.createElement('li'),link=document.createElement('a');
    link.href=root+page.at;link.textContent=page.title;item.append(link);return item}));
});
"""


def pages() -> dict[str, str]:
    """The text of each page of the manual, by its path from the top of the checkout."""
    files = [path for shelf in SHELVES for path in sorted((ROOT / shelf).rglob("*.md")) if "node_modules" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in [*files, ROOT / "CONTRIBUTING.md"]}


def links_of(path: str, text: str) -> Iterator[str]:
    """The pages to which a page leads."""
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)", text):
        if not re.match(r"[a-z]+:", target):
            to = normpath(f"{path.rpartition('/')[0]}/{target}".lstrip("/"))
            yield f"{to}/README.md" if (ROOT / to).is_dir() else to


def clicks(texts: Mapping[str, str]) -> dict[str, int]:
    """How many clicks each page is away from the index."""
    distance, at = {INDEX: 0}, [INDEX]
    while at:
        path = at.pop(0)
        for to in links_of(path, texts[path]):
            if to in texts and to not in distance:
                distance[to] = distance[path] + 1
                at.append(to)
    return distance


def build(site: Path = SITE) -> int:
    """Writes the site; how many pages it has."""
    texts = pages()
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    titles = {path: _title(path, text) for path, text in texts.items()}
    index: list[dict[str, str]] = []
    for path, text in texts.items():
        file = site / _address(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        tokens = reader.parse(text)
        _connect(path, tokens, texts)
        file.write_text(_page(path, reader.renderer.render(tokens, reader.options, {}), titles), "utf-8")
        index.append({"at": _address(path), "title": titles[path], "text": " ".join(text.lower().split())})
    (site / "pages.js").write_text(f"const PAGES={json.dumps(index, ensure_ascii=False)};{_SCRIPT}", "utf-8")
    (site / "style.css").write_text(_STYLE, "utf-8")
    (site / "index.html").write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={_address(INDEX)}">', "utf-8")
    for picture in (ROOT / "docs" / "pictures").iterdir():
        (site / "docs" / "pictures").mkdir(exist_ok=True)
        (site / "docs" / "pictures" / picture.name).write_bytes(picture.read_bytes())
    return len(texts)


def _title(path: str, text: str) -> str:
    first = re.search(r"^# (.+)$", text, re.M)
    return first[1].replace("`", "") if first else path


def _address(path: str) -> str:
    return f"{path.removesuffix('.md')}.html"


def _connect(path: str, tokens: list[Token], texts: Mapping[str, str]) -> None:
    """Gives headings their ids, and leads links between pages to their HTML; other files of the checkout have no link."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _heading(tokens[at + 1].content))
        for child in token.children or ():
            target = str(child.attrGet("href") or "")
            if child.type == "link_open" and target and not re.match(r"[a-z]+:", target):
                to, _, heading = target.partition("#")
                reached = next(links_of(path, f"[x]({to})"), path) if to else path
                place = relpath(_address(reached), path.rpartition("/")[0] or ".") if reached in texts else ""
                child.attrSet("href", f"{place}#{heading}" if heading else place or "#")


def _heading(text: str) -> str:
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _page(path: str, body: str, titles: Mapping[str, str]) -> str:
    root = "../" * path.count("/")
    sections = re.findall(r"^## (.+)$", (ROOT / INDEX).read_text("utf-8"), re.M)
    links = "".join(f'<li><a href="{root}{_address(INDEX)}#{_heading(each)}">{escape(each)}</a></li>' for each in sections)
    return (
        f'<!doctype html><html lang="{_language(path)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(titles[path])} · Centwright</title><link rel="stylesheet" href="{root}style.css"><body data-root="{root}">'
        f'<nav><p><a href="{root}{_address(INDEX)}"><b>Centwright</b></a></p><label>Search <input id="search" type="search"></label>'
        f'<ol id="found" aria-live="polite"></ol><ul>{links}</ul></nav>'
        f'<main>{_languages(path, titles)}{body}</main><script src="{root}pages.js"></script></body></html>'
    )


def _language(path: str) -> str:
    return next((ending[1:] for ending in LANGUAGES if ending and path.endswith(f"{ending}.md")), "en")


def _languages(path: str, titles: Mapping[str, str]) -> str:
    """Links to the same page in other languages."""
    plain = re.sub(r"(\.fr|\.nl)?\.md$", "", path)
    there = [(name, f"{plain}{ending}.md") for ending, name in LANGUAGES.items() if f"{plain}{ending}.md" in titles]
    links = " · ".join(f'<a href="{_address(other).rpartition("/")[2]}">{name}</a>' for name, other in there if other != path)
    return f'<p class="languages">{links}</p>' if links else ""


def main() -> None:
    """Writes the site, and serves it on this machine alone where that is wanted."""
    options = argparse.ArgumentParser(prog="./run docs", description=main.__doc__)
    options.add_argument("--serve", action="store_true", help="serve the manual on loopback")
    options.add_argument("--port", type=int, default=_PORT)
    given = options.parse_args()
    sys.stderr.write(f"{build()} pages in {SITE.relative_to(ROOT)}/\n")
    if given.serve:
        handler = partial(SimpleHTTPRequestHandler, directory=str(SITE))
        with ThreadingHTTPServer(("127.0.0.1", given.port), handler) as server:
            sys.stderr.write(f"ready on http://127.0.0.1:{server.server_port}\n")
            server.serve_forever()


if __name__ == "__main__":
    main()
