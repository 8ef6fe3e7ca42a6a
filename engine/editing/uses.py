"""Where a name of a rulebook stands: in rules, in keys and values of YAML files, and in CSV files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.language import token_places
from engine.problems import Span
from engine.rulebook.reader import Reading
from engine.text.csv_cells import csv_lines
from engine.text.yaml_tree import Block, Listing, Node, Scalar

_WORD: Final = r"(?<![\w.-]){name}(?![\w-]|\.\w)"


def uses_of(reading: Reading, name: str) -> Iterator[Span]:
    """Every place of a name, file by file."""
    for path, text in sorted(reading.gathered.sources.items()):
        if name not in text or path.startswith("templates/"):
            continue
        if path.endswith(".rules"):
            yield from token_places(path, text, name)
        elif path.endswith(".csv"):
            separator = ";" if ";" in text.partition("\n")[0] else ","
            for line in csv_lines(path, text, separator, joins_lines=False):
                yield from (_bare(cell.span, name, text) for cell in line.cells if cell.text == name)
    for file in reading.gathered.files:
        yield from _in_yaml(file.tree.root, name, reading.gathered.sources[file.path])


def _in_yaml(node: Node, name: str, text: str) -> Iterator[Span]:
    if isinstance(node, Scalar):
        if str(node) == name:
            yield _bare(node.span, name, text)
        elif name in node and " " in node and node.span.line == node.span.end_line:
            yield from _in_words(node.span, name, text)
    elif isinstance(node, Block):
        for key, below in node.items():
            if key == name:
                yield _bare(node.keys_at[key], name, text)
            yield from _in_yaml(below, name, text)
    elif isinstance(node, Listing):
        for entry in node:
            yield from _in_yaml(entry, name, text)


def _in_words(span: Span, name: str, text: str) -> Iterator[Span]:
    """The places of a name in a condition, such as `product.code is NAME`; other sentences may hold the same word and mean none."""
    line = text.split("\n")[span.line - 1]
    piece = line[span.column - 1 : span.end_column - 1]
    if not re.search(r"\b(is|at least|at most|known)\b|[<>]", piece):
        return
    for match in re.finditer(_WORD.format(name=re.escape(name)), piece):
        column = span.column + match.start()
        yield Span(span.path, span.line, column, span.line, column + len(name))


def _bare(span: Span, name: str, text: str) -> Span:
    """The place of a name without the quotes and blanks around it."""
    line = text.split("\n")[span.line - 1]
    at = line.find(name, span.column - 1)
    return Span(span.path, span.line, at + 1, span.line, at + 1 + len(name)) if at >= 0 else span
