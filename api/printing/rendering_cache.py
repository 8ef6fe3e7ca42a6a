"""What the PDF library would work out anew for each document, worked out once in a worker: lines, styles, fonts, and written objects.

The library keeps none of it between documents, and draws the same with it: a test compares the bytes. It has no interface for that, so
functions of its own are replaced, of the releases named here only; with any other release it draws as it comes, and takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from operator import itemgetter
from typing import Final, Protocol
from weakref import WeakKeyDictionary

import weasyprint
from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.layout import inline, preferred
from weasyprint.pdf import pydyf
from weasyprint.pdf.fonts import Font
from weasyprint.text import line_break


class _Style(Protocol):
    """The values of the properties of an element, calculated when they are read."""

    font_config: object
    cascaded: Mapping[str, object]
    parent_style: _Style | None

    def __getitem__(self, name: str) -> object: ...

    def __setitem__(self, name: str, value: object) -> None: ...


class _Font(Protocol):
    """A font of a PDF, and its bytes."""

    file_content: bytes
    index: int
    missing: object


class _Numbered(Protocol):
    """A part of a PDF; one that stands within others has no number."""

    number: int | None


class _Layout(Protocol):
    """A line of text as Pango lays it out."""

    max_width: float | None


_Line = tuple[_Layout, int, int | None, float, float, float]
"""A line, its length, where the next one begins if there is one, and its width, height and baseline."""
KNOWN_RELEASES: Final = frozenset({("70.0", "0.13.0")})
"""The releases of WeasyPrint and pydyf whose functions are known."""
RELEASES: Final[tuple[str, str]] = (weasyprint.__version__, pydyf.__version__)
TEXT_PROPERTIES: Final = (
    *("white_space", "word_break", "overflow_wrap", "tab_size", "letter_spacing", "word_spacing", "text_decoration_line"),
    *("font_size", "font_style", "font_stretch", "font_weight", "font_kerning", "font_language_override"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates"),
    *("font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("lang", "direction", "hyphens", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphenate_character"),
)
"""What the lines of a text depend on besides its fonts (`font_family`, a list)."""
_MOST_LINES: Final = 20_000
_SPECIAL: Final = {"page", "position", "float", "display"} | {name for name in INITIAL_VALUES if name.startswith("text_decoration_")}
_INITIAL: Final = INITIAL_VALUES.keys() - INHERITED - INITIAL_NOT_COMPUTED - _SPECIAL
"""The properties that have their initial value where no rule gives them one."""
_INHERITED: Final = INHERITED - _SPECIAL
_LOGICAL: Final = {name: function(block="ttb", inline="ltr") for name, function in PHYSICAL_FUNCTIONS.items()}
"""The other name of `margin_left` and its like where text runs from left to right."""
_text_style: Final[Callable[[_Style], tuple[object, ...]]] = itemgetter(*TEXT_PROPERTIES)
_first_line: Final[Callable[..., _Line]] = line_break.split_first_line
_compute: Final[Callable[[_Style, str], object]] = ComputedStyle.__missing__
_anonymous: Final[Callable[[_Style, str], object]] = AnonymousStyle.__missing__
_subset: Final = Font._harfbuzz_subset
_bytes_of: Final[Callable[[object], bytes]] = pydyf._to_bytes
_write: Final = pydyf.PDF.write
_lines: Final[WeakKeyDictionary[object, dict[object, _Line]]] = WeakKeyDictionary()
"""The first lines of texts by font configuration."""
_written: Final[dict[int, bytes]] = {}
"""The bytes of the objects of the PDF that is being written."""
_fonts: Final[dict[bytes, bytes]] = {}
"""The bytes of each font once: the library copies them for each document."""
_subsets: Final[dict[object, bytes]] = {}
"""Fonts with the glyphs of a document, by font and glyphs: many documents have the same."""
_MOST_SUBSETS: Final = 100
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
"""The types of values that hold no calculation."""


def install() -> Callable[[], None]:
    """Replaces the functions, where the library is of a known release; gives what puts its own back."""
    replaced: list[tuple[object, str, object]] = []
    if RELEASES in KNOWN_RELEASES:
        replaced = [(owner, name, vars(owner)[name]) for owner, name, _ in _REPLACEMENTS]
        for owner, name, replacement in _REPLACEMENTS:
            setattr(owner, name, replacement)

    def put_back() -> None:
        for owner, name, own in replaced:
            setattr(owner, name, own)

    return put_back


def _known_first_line(
    text: str, style: _Style, context: object, max_width: float | None, spacing: float, is_line_start: bool = True, minimum: bool = False
) -> _Line:
    """The first line of a text in a width; a text that fits on one line is the same in every width in which it fits."""
    lines = _lines.setdefault(style.font_config, {})
    whole = (text, spacing, str(style["font_family"]), _text_style(style))
    try:
        line = lines.get(whole)
    except TypeError:  # a value that cannot be hashed
        return _first_line(text, style, context, max_width, spacing, is_line_start, minimum)
    if line is None or (max_width is not None and line[3] > max_width):
        part = (*whole, max_width, is_line_start, minimum)
        line = lines.get(part)
        if line is None:
            line = _first_line(text, style, context, max_width, spacing, is_line_start, minimum)
            if len(lines) >= _MOST_LINES:
                lines.clear()
            is_whole = line[2] is None and (max_width is None or line[3] <= max_width)
            lines[whole if is_whole else part] = line
    layout = copy(line[0])  # drawing changes it
    layout.max_width = max_width
    return (layout, *line[1:])


def _simple_value(style: _Style, name: str) -> object:
    """The value of a property that no rule gives a value: the initial one or the parent's, without further work where it has none."""
    cascaded, parent = style.cascaded, style.parent_style
    if name not in cascaded:
        if name in _INITIAL and (name not in _LOGICAL or _is_unset(style, _LOGICAL[name])):
            initial: object = INITIAL_VALUES[name]
            style[name] = initial
            return initial
        if name in _INHERITED and parent is not None and (type(inherited := parent[name]) in _PLAIN or not check_math(inherited)):
            style[name] = inherited
            return inherited
    return _compute(style, name)


def _anonymous_value(style: _Style, name: str) -> object:
    """The value of a property of a box without an element: the initial one or the parent's."""
    if name in _INITIAL:
        initial: object = INITIAL_VALUES[name]
        style[name] = initial
        return initial
    return _anonymous(style, name)


def _is_unset(style: _Style, logical: str) -> bool:
    return style["direction"] == "ltr" and logical not in style.cascaded


def _known_subset(font: _Font, glyphs: Mapping[int, object], hinting: object) -> None:
    """Leaves only some glyphs in a font, as they were left in it before."""
    if len(_subsets) >= _MOST_SUBSETS:
        _fonts.clear()
        _subsets.clear()
    whole = _fonts.setdefault(font.file_content, font.file_content)
    key = (whole, font.index, bool(font.missing), hinting, *sorted(glyphs))
    if key not in _subsets:
        _subset(font, glyphs, hinting)
        _subsets[key] = font.file_content
    font.file_content = _subsets[key]


def _value_bytes(item: object) -> bytes:
    """What is written for a value; for the usual types without asking for others first."""
    kind = type(item)
    return str(item).encode("ascii") if kind is str or kind is int else _bytes_of(item)


def _once(data: Callable[[_Numbered], bytes]) -> property:
    """The bytes of an object, which are needed twice to write a PDF: as such and for its identifier."""

    def once(item: _Numbered) -> bytes:
        if item.number is None or not _written:  # only what has a number stays as long as the PDF
            return data(item)
        if id(item) not in _written:
            _written[id(item)] = data(item)
        return _written[id(item)]

    return property(once)


def _write_once(pdf: object, *arguments: object, **options: object) -> None:
    _written[0] = b""  # no object has this id: objects are stored from here
    try:
        _write(pdf, *arguments, **options)
    finally:
        _written.clear()


_REPLACEMENTS: Final[tuple[tuple[object, str, object], ...]] = (
    *((owner, "split_first_line", _known_first_line) for owner in (line_break, inline, preferred)),
    (ComputedStyle, "__missing__", _simple_value),
    (AnonymousStyle, "__missing__", _anonymous_value),
    (Font, "_harfbuzz_subset", _known_subset),
    (pydyf, "_to_bytes", _value_bytes),
    *((owner, "data", _once(owner.data.fget)) for owner in (pydyf.Stream, pydyf.Dictionary, pydyf.Array)),
    (pydyf.PDF, "write", _write_once),
)
