"""Texts that try to be more than text, each with a mark by which it is known again, and a reader that says where one became more."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

MARK = "zqj"
PRODUCT = "54439zqj"
"""What templates make of `7777*7` before the mark; the digits alone stand in ids by chance."""
INJECTIONS = (
    "<script>zqj=1</script>",
    "<img src=x onerror=zqj=1>",
    '"><svg/onload=zqj=1>',
    "' onfocus='zqj=1' autofocus='",
    '" onmouseover="zqj=1" x="',
    "</textarea><script>zqj=1</script>",
    "</title><script>zqj</script>",
    "</select><option>zqj</option>",
    "</td></tr></table><b>zqj</b>",
    "</style><style>zqj{}</style>",
    "<style>@import'//x.example/zqj';</style>",
    "<link rel=stylesheet href=//x.example/zqj>",
    "<base href=//x.example/zqj>",
    "<meta http-equiv=refresh content='0;zqj'>",
    "<iframe srcdoc='<script>zqj</script>'>",
    "<object data=zqj></object>",
    "<embed src=zqj>",
    "<form action=//x.example/zqj><button>",
    "<input name=csrf value=zqj>",
    "<a href=javascript:zqj>x</a>",
    "<details open ontoggle=zqj=1>",
    "<video><source onerror=zqj=1>",
    "<math><mtext><script>zqj</script>",
    "<svg><animate onbegin=zqj=1 />",
    "<svg><use href='data:zqj'/></svg>",
    "<template><script>zqj</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=zqj>'>",
    "<!--zqj--><b>",
    "<![CDATA[zqj]]>",
    "<?zqj ?>",
    "<%= zqj %>",
    "<x/onclick=zqj>",
    "<b\x0bid=zqj>".replace("\x0b", "/"),
    "<scr<script>ipt>zqj</script>",
    "<SCRIPT SRC=//x.example/zqj></SCRIPT>",
    "&lt;script&gt;zqj&lt;/script&gt;",
    "&#60;script&#62;zqj",
    "&quot; onclick=&quot;zqj",
    "javascript:zqj",
    "JaVaScRiPt:zqj//",
    "data:text/html,zqj",
    "vbscript:zqj",
    "//x.example/zqj",
    "\\\\x.example\\zqj",
    "{{7777*7}}zqj",
    "{% raw %}zqj{% endraw %}",
    "{{ ''.__class__.__mro__ }}zqj",
    "{{ config }}zqj{# x #}",
    "${7777*7}zqj",
    "#{7777*7}zqj",
    "%{7777*7}zqj",
    "[[7777*7]]zqj",
    "%0d%0aX-Zqj: zqj",
    "zqj%s%n{0}{name}",
    '=HYPERLINK("//x.example/zqj")',
    "+zqj()",
    "-2+3+cmd|' /C zqj'!A0",
    "@SUM(zqj)",
    "\u202ezqj\u2066\u00ad",
    "zqj\u0301\u200b\ufeff",
    "';DROP TABLE zqj;--",
    "zqj' OR '1'='1",
    "\uff1cscript\uff1ezqj",
    "url(javascript:zqj)",
)
_PLACES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "hx-get", "hx-post"}
_TEXTS = {"value", "title", "alt", "aria-label", "placeholder", "content", "name", "id", "for", "aria-describedby", "data-text", "list"}


def packed(most: int | None, at: int) -> str:
    """As many of these texts as fit in a field, from one of them on."""
    text = ""
    for step in range(len(INJECTIONS)):
        more = INJECTIONS[(at + step) % len(INJECTIONS)]
        if most is not None and len(text) + len(more) > most:
            break
        text += more
    return text or INJECTIONS[at % len(INJECTIONS)][:most]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: its name and attributes are never of a text; where it leads is here."""
        if MARK in tag or any(MARK in name or name.startswith("on") for name, _ in attrs):
            self.faults.append(f"<{tag} {attrs}>"[:200])
        for name, value in attrs:
            text = (value or "").lower()
            is_place = name in _PLACES
            is_elsewhere = text.startswith("//") or (MARK in text and not text.startswith("/"))
            if (is_place and is_elsewhere) or (MARK in text and not is_place and name not in _TEXTS):
                self.faults.append(f"{name}={value}"[:200])
        if tag in ("script", "style"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The end of an element."""
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """A text: in a script or a style none is of a person."""
        if self._open and MARK in data:
            self.faults.append(f"{self._open[-1]}: {data}"[:200])

    def handle_comment(self, data: str) -> None:
        """A comment: none is of a person."""
        if MARK in data:
            self.faults.append(f"<!--{data}"[:200])

    handle_pi = handle_comment
    unknown_decl = handle_comment


def faults_in(page: str) -> Iterator[str]:
    """Where a hostile text became more than text on a page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from reader.faults
    if PRODUCT in page:
        yield f"a template was filled: {PRODUCT}"
