"""Answers of the editing service in the words of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from lsprotocol import types

from api.editor_protocol.positions import Positions
from api.workbench.problem_pages import FOLDER
from engine.editing.colours import TOKEN_KINDS, Coloured
from engine.editing.completion_items import Completion, CompletionItem
from engine.editing.meanings import Meaning
from engine.editing.outline import Outlined
from engine.phrases import Language, phrase, say
from engine.problems import Fix, Problem, Span

SOURCE: Final = "centwright"
_LONGEST_TITLE: Final = 60
_KINDS: Final = {
    "word": types.CompletionItemKind.Keyword,
    "block": types.CompletionItemKind.Keyword,
    "key": types.CompletionItemKind.Property,
    "fact": types.CompletionItemKind.Variable,
    "answer": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.EnumMember,
    "product": types.CompletionItemKind.Constant,
    "unit": types.CompletionItemKind.Unit,
    "table": types.CompletionItemKind.Struct,
    "function": types.CompletionItemKind.Function,
    "module": types.CompletionItemKind.Module,
    "group": types.CompletionItemKind.Class,
    "rule": types.CompletionItemKind.Reference,
    "file": types.CompletionItemKind.File,
    "type": types.CompletionItemKind.TypeParameter,
    "column": types.CompletionItemKind.Property,
}
_SYMBOLS: Final = {
    "module": types.SymbolKind.Module,
    "table": types.SymbolKind.Struct,
    "column": types.SymbolKind.Field,
    "rule": types.SymbolKind.Method,
    "group": types.SymbolKind.Class,
    "define": types.SymbolKind.Variable,
    "key": types.SymbolKind.Key,
    "entry": types.SymbolKind.Object,
}


def diagnostic(problem: Problem, positions: Positions, language: Language) -> types.Diagnostic:
    """A problem with its code, its remedy, and a link to its page."""
    where = problem.where or Span("", 1, 1, 1, 1)
    page = FOLDER / f"{problem.code}.md"
    return types.Diagnostic(
        range=positions.range(where),
        severity=types.DiagnosticSeverity.Error if problem.stops else types.DiagnosticSeverity.Information,
        code=problem.code,
        code_description=types.CodeDescription(href=page.resolve().as_uri()) if page.is_file() else None,
        source=SOURCE,
        message=f"{problem.message_in(language)}\n{problem.help_in(language)}",
    )


def quick_fix(problem: Problem, fix: Fix, shown: types.Diagnostic, place: tuple[str, types.Range], language: Language) -> types.CodeAction:
    """The action that writes a fix, in the file of an address and a range."""
    uri, range_ = place
    written = fix.text.strip()
    shown_text = written if len(written) <= _LONGEST_TITLE else f"{written[:_LONGEST_TITLE]}…"
    edit = types.WorkspaceEdit(changes={uri: [types.TextEdit(range_, fix.text)]})
    return types.CodeAction(
        title=say(phrase("write {text}", text=f"`{shown_text}`"), language),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=len(problem.fixes) == 1,
        edit=edit,
    )


def completion_list(completion: Completion, range_: types.Range, language: Language, root: Path) -> types.CompletionList:
    """What may be written in a range, in the order of the service."""
    items = [_item(one, at, range_, language, root) for at, one in enumerate(completion.items)]
    return types.CompletionList(is_incomplete=False, items=items)


def _item(one: CompletionItem, at: int, range_: types.Range, language: Language, root: Path) -> types.CompletionItem:
    meaning = one.meaning
    return types.CompletionItem(
        label=one.text,
        kind=_KINDS.get(one.kind),
        detail=say(meaning.what, language) if meaning else None,
        documentation=_markdown(explained((meaning,), language, root, with_name=False)) if meaning else None,
        sort_text=f"{at:05}",
        filter_text=one.text,
        text_edit=types.TextEdit(range_, one.text + one.behind),
    )


def hover(meanings: Sequence[Meaning], range_: types.Range, language: Language, root: Path) -> types.Hover:
    """What a word means."""
    return types.Hover(_markdown(explained(meanings, language, root)), range_)


def explained(meanings: Iterable[Meaning], language: Language, root: Path, *, with_name: bool = True) -> str:
    """Meanings as Markdown, each with the place where the word is declared."""
    parts = []
    for one in meanings:
        head = f"**{one.name}**: {say(one.what, language)}" if with_name else ""
        place = ""
        if one.where is not None:
            address = f"{(root / one.where.path).as_uri()}#L{one.where.line}"
            place = say(phrase("declared in {place}", place=f"[{one.where.place}]({address})"), language)
        lines = [head, say(one.about, language), *(say(detail, language) for detail in one.details), place]
        parts.append("\n\n".join(line for line in lines if line))
    return "\n\n---\n\n".join(part for part in parts if part)


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def symbols(pieces: Sequence[Outlined], positions: Positions) -> list[types.DocumentSymbol]:
    """The outline of a file as a tree."""
    made: list[types.DocumentSymbol] = []
    blocks: dict[str, list[types.DocumentSymbol]] = {}
    for piece in pieces:
        whole, named = positions.range(piece.span), positions.range(piece.where)
        inside: list[types.DocumentSymbol] = []
        symbol = types.DocumentSymbol(
            name=piece.name or "-",
            kind=_SYMBOLS.get(piece.kind, types.SymbolKind.Object),
            range=_around(whole, named),
            selection_range=named,
            detail=piece.title or piece.kind,
            children=inside,
        )
        (blocks.get(piece.within, made) if piece.within else made).append(symbol)
        if not piece.within:
            blocks[piece.name] = inside
    return made


def _around(whole: types.Range, named: types.Range) -> types.Range:
    """A range that holds another, as the protocol demands."""
    start, end = min(_key(whole.start), _key(named.start)), max(_key(whole.end), _key(named.end))
    return types.Range(types.Position(*start), types.Position(*end))


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def tokens(pieces: Iterable[Coloured], positions: Positions, lines: Sequence[str]) -> types.SemanticTokens:
    """Colours as the protocol counts them: each from the one before."""
    data: list[int] = []
    line, start = 0, 0
    for piece in pieces:
        position = positions.position(piece.line, piece.column)
        text = lines[piece.line - 1][piece.column - 1 : piece.column - 1 + piece.length]
        behind = position.character - start if position.line == line else position.character
        data += [position.line - line, behind, positions.units(text), TOKEN_KINDS.index(piece.kind), 0]
        line, start = position.line, position.character
    return types.SemanticTokens(data)
