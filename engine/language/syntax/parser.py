"""Parses rule files and expressions to an AST with positions, or reports all syntax errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any, Final

from engine.language.syntax import blocks, nodes
from engine.language.syntax.blocks import module_name
from engine.language.syntax.build_blocks import Built, ModuleName, Uses, build_block
from engine.language.syntax.build_expressions import Building, TooDeep, too_deep
from engine.language.syntax.grammar import UnexpectedInput, parser, sign_between_halves, spelling
from engine.language.syntax.large_tables import cut_rows, is_large, with_rows
from engine.language.syntax.rule_problems import EMPTY_EXPRESSION, MISSING_CLAUSE, MODULE_NAME, MODULE_TWICE, NEITHER_PRICE, ONE_LINE
from engine.language.syntax.source_lines import LONGEST_LINE, Piece, Text, cut, masked
from engine.language.syntax.table_blocks import TableBlock
from engine.language.syntax.tokens import RuleToken, row_tokens
from engine.language.syntax.unexpected_token import explain, is_about_the_header
from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span
from engine.text.merge_conflicts import without_conflicts
from engine.text.sources import LARGEST, check_characters, with_plain_blanks, without_mark

_MODULE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)*")
_MISTAKES_A_BLOCK: Final = 20
"""The most syntax errors reported for one block."""
_PROBLEMS_A_FILE: Final = 200
MOST_BLOCKS: Final = 1_000
"""The most blocks of a file."""
MOST_LINES: Final = 8_000
"""The most lines of a block, such as a table."""
TOO_MANY_LINES: Final = Kind(
    "too-many-entries", "more than {most} lines in one block", "split it; prices of so many products stand in the CSV of a price book"
)
TOO_MANY_BLOCKS: Final = Kind("too-many-entries", "more than {most} blocks", "split the file")


def parse_rules(path: str, text: str) -> tuple[blocks.Module, tuple[Problem, ...]]:
    """The blocks of one rule file and all its syntax errors; unreadable parts are left out, so that the rest can be checked."""
    text, conflicts = without_conflicts(path, without_mark(text))
    problems = [*check_characters(path, text), *conflicts]
    if len(text) > LARGEST:
        return _module(path, "", [], ()), tuple(problems)
    spoilt = {problem.where.line for problem in problems if problem.where}
    text, blanks = with_plain_blanks(path, text)
    source = Text(path, _readable(text) if len(problems) > len(conflicts) else text)
    problems += blanks
    pieces, of_blocks = cut(source)
    if len(pieces) > MOST_BLOCKS:
        where = source.span(pieces[MOST_BLOCKS].start, pieces[MOST_BLOCKS].start + 1)
        return _module(path, source.text, [], ()), (*problems, TOO_MANY_BLOCKS.at(where, most=f"{MOST_BLOCKS:_}"))
    for piece in pieces:
        if source.text.count("\n", piece.start, piece.start + len(piece.masked)) > MOST_LINES:
            where = source.span(piece.start, piece.start + 1)
            return _module(path, source.text, [], ()), (*problems, TOO_MANY_LINES.at(where, most=f"{MOST_LINES:_}"))
    built: list[Built] = []
    for piece in pieces:
        if len(of_blocks) > _PROBLEMS_A_FILE:
            break
        block, more = _block(source, piece)
        built.append(block)
        of_blocks += more
    comments = tuple(comment for piece in pieces for comment in piece.comments)
    module = _module(path, source.text, built, comments)
    of_blocks += _module_problems(path, built)
    problems += [problem for problem in of_blocks if problem.where is None or problem.where.line not in spoilt]
    problems.sort(key=lambda problem: problem.where or module.name.span)
    return module, tuple(problems[:_PROBLEMS_A_FILE])


def parse_expression(text: str, at: Span) -> tuple[nodes.Expression | None, tuple[Problem, ...]]:
    """The AST of one expression (a YAML field, a filter) at a position of a file; None where it has syntax errors."""
    problems = list(check_characters(at.path, text))
    if problems:
        return None, tuple(_moved(problem, at) for problem in problems)
    source = Text(at.path, text, at.line, at.column)
    if "\n" in text.strip():
        return None, (ONE_LINE.at(at),)
    if not text.strip():
        return None, (EMPTY_EXPRESSION.at(at),)
    unmatched: list[Problem] = []
    piece = masked(source, 0, len(text), "", unmatched)
    if unmatched:
        return None, tuple(unmatched)
    make = Building(source, 0, piece.masked)
    try:
        tree: Any = parser().parse(piece.masked, start="expression")
        made = make.expression(tree.children[0])
    except UnexpectedInput as mistake:
        return None, (explain(mistake, source, piece, spelling()),)
    except TooDeep as mistake:
        return None, (too_deep(mistake),)
    return (None if make.problems else made), tuple(make.problems)


def rule_tokens(path: str, text: str) -> tuple[tuple[RuleToken, ...], ...]:
    """The tokens of each block of a text without syntax errors, in order."""
    source = Text(path, text)
    pieces, _ = cut(source)
    return tuple(tuple(_tokens(piece)) for piece in pieces)


def _tokens(piece: Piece) -> list[RuleToken]:
    shape = cut_rows(piece) if is_large(piece) else None
    if shape is None:
        return _read_tokens(piece.masked, "block", piece.start)

    @cache
    def of_cell(start: str, text: str) -> tuple[RuleToken, ...]:
        return tuple(_read_tokens(f"{text} |\n", start, 0)[:-2])

    try:
        rows = [token for offset, line in shape[1] for token in row_tokens(line, piece.start + offset, of_cell)]
    except UnexpectedInput:
        return _read_tokens(piece.masked, "block", piece.start)
    return _read_tokens(shape[0], "block", piece.start) + rows


def _read_tokens(text: str, start: str, offset: int) -> list[RuleToken]:
    kinds = {"_NL": "line-end", sign_between_halves(): "SIDES"}
    return [
        RuleToken(kinds.get(token.type, token.type), str(token), offset + (token.start_pos or 0), offset + (token.end_pos or 0))
        for token in parser().parse_interactive(text, start=start).iter_parse()
    ]


def _block(source: Text, piece: Piece) -> tuple[Built, list[Problem]]:
    """Parses one block; lines with syntax errors are reported and left out."""
    where = source.span(piece.start, piece.start + len(piece.keyword))
    broken = blocks.BrokenBlock(piece.keyword, tuple(_names_of(source, piece)), where)
    if not piece.is_readable or not piece.keyword or not piece.masked[: len(piece.keyword)].strip():
        return broken, []
    large = _large_table(source, piece) if is_large(piece) else None
    if large is not None:
        return large, []
    masked_text, problems = piece.masked, list[Problem]()
    while True:
        try:
            tree: Any = parser().parse(masked_text, start="block")
        except UnexpectedInput as mistake:
            problem = explain(mistake, source, piece, spelling())
            problems.append(problem)
            shorter = _without_line(masked_text, mistake, piece)
            if shorter is None or len(problems) >= _MISTAKES_A_BLOCK:
                return broken, problems
            masked_text = shorter
            continue
        return _built(source, piece, tree, broken, problems)


def _large_table(source: Text, piece: Piece) -> Built | None:
    """A large table without syntax errors; None where the whole parser is needed, which is slower and reports every error."""
    shape = cut_rows(piece)
    if shape is None or not shape[1]:
        return None
    known: dict[tuple[str, str], Any] = {}

    def parse(start: str, text: str) -> Any:
        if (start, text) not in known:
            known[start, text] = parser().parse(f"{text} |\n", start=start).children[0]
        return known[start, text]

    make = Building(source, piece.start, shape[0])
    try:
        table = build_block(make, parser().parse(shape[0], start="block").children[0])
        return with_rows(table, source, piece, shape[1], parse) if isinstance(table, TableBlock) and not make.problems else None
    except (UnexpectedInput, TooDeep):
        return None


def _built(source: Text, piece: Piece, tree: Any, broken: blocks.BrokenBlock, problems: list[Problem]) -> tuple[Built, list[Problem]]:
    make = Building(source, piece.start, piece.masked)
    try:
        made = build_block(make, tree.children[0])
    except TooDeep as mistake:
        return broken, [*problems, too_deep(mistake)]
    if not problems and piece.is_whole and not make.problems:
        return made, []
    rest = None if isinstance(made, ModuleName | Uses) else made
    own = [problem for problem in make.problems if (piece.is_whole and not problems) or problem.kind not in (MISSING_CLAUSE, NEITHER_PRICE)]
    return replace(broken, rest=rest), problems + own


def _without_line(text: str, mistake: UnexpectedInput, piece: Piece) -> str | None:
    """A block without the line of a syntax error; None where that line is its first, or the header of a table."""
    at = min(getattr(mistake, "pos_in_stream", None) or 0, len(text) - 1)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start:end]
    if start == 0 or not line.strip() or is_about_the_header(text[:start], line, piece.keyword):
        return None
    return text[:start] + " " * len(line) + text[end:]


def _names_of(source: Text, piece: Piece) -> Iterator[str]:
    """The names that a block with syntax errors seems to declare."""
    words = source.text[piece.start : piece.start + LONGEST_LINE].split("\n", 1)[0].split()
    if len(words) > 1:
        yield words[1].rstrip(":")
    for line in piece.masked.split("\n"):
        if line.lstrip().startswith("|") and "||" in line:
            yield from islice((cell.strip() for cell in line.split("||", 1)[1].split("|") if cell.strip()), 20)
            return


def _module(path: str, text: str, built: list[Built], comments: tuple[blocks.Comment, ...]) -> blocks.Module:
    named = next((block.name for block in built if isinstance(block, ModuleName)), None)
    return blocks.Module(
        path=path,
        text=text,
        name=named or nodes.Word(module_name(path), Span(path, 1, 1, 1, 1)),
        uses=tuple(word for block in built if isinstance(block, Uses) for word in block.names),
        blocks=tuple(block for block in built if not isinstance(block, ModuleName | Uses)),
        comments=comments,
    )


def _module_problems(path: str, built: list[Built]) -> list[Problem]:
    named = [block.name for block in built if isinstance(block, ModuleName)]
    problems = [MODULE_TWICE.at(name.span) for name in named[1:]]
    if named and named[0].name != module_name(path):
        problems.append(MODULE_NAME.at(named[0].span, name=named[0].name, path=path, remedy=_module_remedy(path)))
    return problems


def _module_remedy(path: str) -> str:
    """What to do about a file whose `module` line names another: most often it is a copy."""
    wanted = module_name(path)
    if _MODULE.fullmatch(wanted):
        return phrase("write `{wanted}`, or remove this file if it is a copy of another", wanted=Replacement(wanted))
    folder, _, name = path.rpartition("/")
    plain = re.sub("[^a-z0-9]+", "-", name.removesuffix(".rules").lower()).strip("-") or "rules"
    return phrase("remove this file if it is a copy of another; otherwise name it `{path}`", path=f"{folder}/{plain}.rules")


def _readable(text: str) -> str:
    """A text with blanks in place of forbidden characters, so that the rest can be parsed."""
    return "".join(char if char.isprintable() or char in "\n\r\t\u00a0" else " " for char in text)


def _moved(problem: Problem, at: Span) -> Problem:
    """A problem of an expression, moved to the position of the expression."""
    if problem.where is None:
        return problem
    here = problem.where
    moved = Span(at.path, at.line, at.column + here.column - 1, at.line, at.column + here.end_column - 1)
    return Problem(problem.kind, moved, problem.pointer, problem.words)
