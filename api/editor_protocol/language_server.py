"""The language server: its life, and an answer for each request of the protocol that it offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from api.editor_protocol import protocol_answers as answers
from api.editor_protocol.positions import Positions
from api.editor_protocol.session import OpenFile, Session
from engine.editing.colours import TOKEN_KINDS, coloured
from engine.editing.edited_rulebook import EditedRulebook
from engine.language import format_text
from engine.phrases import LANGUAGES, Language, phrase, say
from engine.problems import Span

_TRIGGERS: Final = (" ", ":", "|", ".", ",", "[", "{", '"', "-")
_FORMATTED: Final = (".rules", ".yaml", ".yml")
_NAME: Final = re.compile(r"[A-Za-z0-9][\w-]*(\.[\w-]+)*")
_NOT_RENAMED: Final = phrase("this is not declared in the rulebook, or has parts: it gets no other name")


class _Protocol(LanguageServerProtocol):
    """The protocol; a request that cannot be read is refused, so that nobody waits for its answer."""

    def structure_message(self, data: dict[str, object]) -> object:
        """The message of a frame's fields."""
        try:
            return super().structure_message(data)
        except JsonRpcException as mistake:
            if "id" in data and "method" in data:
                self._send_response(cast("int | str", data["id"]), error=mistake.to_response_error())
            raise


class EditorServer(LanguageServer):
    """A language server over the rulebooks of one editor."""

    def __init__(self, version: str, chosen: Language | None, otherwise: Language) -> None:
        super().__init__("centwright", version, protocol_cls=_Protocol)
        self.chosen = chosen
        """The language of messages that was chosen; None: that of the editor."""
        self.session = Session(chosen or otherwise, self.text_document_publish_diagnostics)


def create_server(version: str, chosen: Language | None, otherwise: Language = "en") -> EditorServer:
    """The server with all its answers; without a chosen language it speaks that of the editor, if it is one of the program."""
    server = EditorServer(version, chosen, otherwise)
    _add_life(server)
    _add_answers_of_places(server)
    _add_answers_of_files(server)
    _add_changes(server)
    return server


def _add_life(server: EditorServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: EditorServer, params: types.InitializeParams) -> None:
        spoken = (params.locale or "").lower().replace("_", "-").partition("-")[0]
        if ls.chosen is None and spoken in LANGUAGES:
            ls.session.language = spoken

    @server.feature(types.INITIALIZED)
    def initialized(ls: EditorServer, _params: types.InitializedParams) -> None:
        ls.session.encoding = ls.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: EditorServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.session.opened(params.text_document.uri, params.text_document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(ls: EditorServer, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.session.opened(uri, ls.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(ls: EditorServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.session.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(ls: EditorServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.session.on_disk([params.text_document.uri])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(ls: EditorServer, params: types.DidChangeWatchedFilesParams) -> None:
        ls.session.on_disk([change.uri for change in params.changes])

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: EditorServer, *_given: object) -> None:
        ls.session.stop()


class _AtPosition(Protocol):
    """The parameters of a request at a position."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place in a file of a rulebook, by line and column from 1."""

    file: OpenFile
    positions: Positions
    line: int
    column: int

    @property
    def place(self) -> tuple[str, int, int]:
        """The place, as the editing service takes it."""
        return self.file.path, self.line, self.column

    @property
    def edited(self) -> EditedRulebook:
        """The rulebook with the texts of now."""
        return self.file.rulebook.analysis().edited


def _cursor(ls: EditorServer, params: _AtPosition) -> _Cursor | None:
    """The cursor of a request; None outside of rulebooks."""
    file = ls.session.file(params.text_document.uri)
    if file is None:
        return None
    positions = ls.session.positions(file.rulebook, file.path)
    return _Cursor(file, positions, *positions.place(params.position))


def _location(ls: EditorServer, file: OpenFile, span: Span) -> types.Location:
    """The address and range of a span of the same rulebook."""
    rulebook = file.rulebook
    return types.Location(ls.session.uri_of(rulebook, span.path), ls.session.positions(rulebook, span.path).range(span))


def _add_answers_of_places(server: EditorServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=list(_TRIGGERS)))
    def completion(ls: EditorServer, params: types.CompletionParams) -> types.CompletionList | None:
        at = _cursor(ls, params)
        if at is None:
            return None
        result = at.edited.complete(*at.place)
        range_ = at.positions.range(Span(at.file.path, at.line, result.column, at.line, at.column))
        return answers.completion_list(result, range_, ls.session.language, at.file.rulebook.root)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: EditorServer, params: types.HoverParams) -> types.Hover | None:
        at = _cursor(ls, params)
        result = at.edited.meanings(*at.place) if at else None
        if at is None or result is None:
            return None
        return answers.hover(result[1], at.positions.range(result[0]), ls.session.language, at.file.rulebook.root)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: EditorServer, params: types.DefinitionParams) -> list[types.Location]:
        at = _cursor(ls, params)
        return [_location(ls, at.file, span) for span in at.edited.definitions(*at.place)] if at else []

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(ls: EditorServer, params: types.ReferenceParams) -> list[types.Location]:
        at = _cursor(ls, params)
        return [_location(ls, at.file, span) for span in at.edited.uses(*at.place)] if at else []


def _add_answers_of_files(server: EditorServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbol(ls: EditorServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        file = ls.session.file(params.text_document.uri)
        if file is None:
            return []
        outline = file.rulebook.analysis().edited.outline(file.path)
        return answers.symbols(outline, ls.session.positions(file.rulebook, file.path))

    legend = types.SemanticTokensLegend(token_types=list(TOKEN_KINDS), token_modifiers=[])

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def semantic_tokens(ls: EditorServer, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        file = ls.session.file(params.text_document.uri)
        if file is None or not file.path.endswith(".rules"):
            return None
        text = file.rulebook.text(file.path)
        return answers.tokens(coloured(text), Positions(text, ls.session.encoding), text.split("\n"))


def _add_changes(server: EditorServer) -> None:
    """The requests that give the editor changes to make."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]))
    def code_action(ls: EditorServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        file = ls.session.file(params.text_document.uri)
        if file is None:
            return []
        positions = ls.session.positions(file.rulebook, file.path)
        first, last = positions.place(params.range.start), positions.place(params.range.end)
        actions = []
        for problem in file.rulebook.analysis().problems:
            where = problem.where
            if where is None or where.path != file.path or (where.end_line, where.end_column) < first or (where.line, where.column) > last:
                continue
            shown = answers.diagnostic(problem, positions, ls.session.language)
            for fix in problem.fixes:
                location = _location(ls, file, fix.where)
                actions.append(answers.quick_fix(problem, fix, shown, (location.uri, location.range), ls.session.language))
        return actions

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(ls: EditorServer, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        file = ls.session.file(params.text_document.uri)
        if file is None or not file.path.endswith(_FORMATTED) or file.path.startswith("templates/"):
            return []
        before = file.rulebook.text(file.path)
        after, _ = format_text(file.path, before)
        return [] if after == before else [types.TextEdit(Positions(before, ls.session.encoding).whole(), after)]

    @server.feature(types.TEXT_DOCUMENT_RENAME)
    def rename(ls: EditorServer, params: types.RenameParams) -> types.WorkspaceEdit:
        if not _NAME.fullmatch(params.new_name):
            mistake = phrase("`{name}` is no name: write letters, digits and hyphens", name=params.new_name[:60])
            raise JsonRpcInvalidParams(say(mistake, ls.session.language))
        at = _cursor(ls, params)
        spans = at.edited.renamed(*at.place) if at else ()
        if at is None or not spans:
            raise JsonRpcInvalidParams(say(_NOT_RENAMED, ls.session.language))
        changes: dict[str, list[types.TextEdit]] = {}
        for span in spans:
            location = _location(ls, at.file, span)
            changes.setdefault(location.uri, []).append(types.TextEdit(location.range, params.new_name))
        return types.WorkspaceEdit(changes=changes)
