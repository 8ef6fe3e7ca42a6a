"""What one editor has open: its rulebooks, their texts, and the problems that it was told."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls import uris

from api.editor_protocol.open_rulebook import Analysis, OpenRulebook, root_of
from api.editor_protocol.positions import Positions
from api.editor_protocol.protocol_answers import diagnostic
from engine.phrases import Language
from engine.problems import Problem

PAUSE: Final = 0.3
"""Seconds without a change after which problems are told."""
Publish = Callable[[types.PublishDiagnosticsParams], None]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of a rulebook, by the address under which the editor knows it."""

    rulebook: OpenRulebook
    path: str
    uri: str


@dataclass
class Session:
    """The state of a server; it runs in one thread, and proofs in another."""

    language: Language
    publish: Publish
    encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
    _rulebooks: dict[Path, OpenRulebook] = field(default_factory=dict)
    _waiting: dict[Path, asyncio.Task[None]] = field(default_factory=dict)
    _uris: dict[Path, str] = field(default_factory=dict)
    """The addresses that the editor gave: it may write them otherwise than we do."""

    # --- Files and texts. ---

    def file(self, uri: str) -> OpenFile | None:
        """The file of an address; None outside of rulebooks."""
        name = uris.to_fs_path(uri) if uri.startswith("file:") else None
        if not name:
            return None
        file = Path(name)
        root = root_of(file)
        path = None if root is None else OpenRulebook(root).path_of(file)
        if root is None or path is None:
            return None
        return OpenFile(self._rulebooks.setdefault(root, OpenRulebook(root)), path, uri)

    def opened(self, uri: str, text: str) -> None:
        """The editor shows a text, or has changed it."""
        file = self.file(uri)
        if file is None:
            return
        self._uris[file.rulebook.root / file.path] = uri
        file.rulebook.open_texts[file.path] = text
        self.changed(file.rulebook)

    def closed(self, uri: str) -> None:
        """The editor has closed a file: that of the disk counts again."""
        file = self.file(uri)
        if file is not None:
            file.rulebook.open_texts.pop(file.path, None)
            self.changed(file.rulebook)

    def on_disk(self, changed: Iterable[str]) -> None:
        """Files of the disk have changed, have appeared or are gone."""
        for rulebook in {file.rulebook.root: file.rulebook for uri in changed if (file := self.file(uri))}.values():
            self.changed(rulebook)

    def uri_of(self, rulebook: OpenRulebook, path: str) -> str:
        """The address of a file, as the editor gave it."""
        file = rulebook.root / path
        return self._uris.get(file) or file.as_uri()

    def positions(self, rulebook: OpenRulebook, path: str) -> Positions:
        """The positions of the text of a file."""
        return Positions(rulebook.text(path), self.encoding)

    # --- Problems. ---

    def changed(self, rulebook: OpenRulebook) -> None:
        """Tells the problems of a rulebook once nothing changes for a while."""
        rulebook.changes += 1
        waiting = self._waiting.pop(rulebook.root, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[rulebook.root] = asyncio.get_running_loop().create_task(self._report_later(rulebook))

    async def _report_later(self, rulebook: OpenRulebook) -> None:
        await asyncio.sleep(PAUSE)
        rulebook.read_disk()
        analysis, changes = rulebook.analysis(), rulebook.changes
        self._report(rulebook, analysis, analysis.problems)
        if analysis.is_provable:
            proved = await asyncio.to_thread(analysis.proved)
            if rulebook.changes == changes:
                self._report(rulebook, analysis, proved)

    def _report(self, rulebook: OpenRulebook, analysis: Analysis, problems: Iterable[Problem]) -> None:
        """Publishes the problems of each file that has any, and those of files that had some as none."""
        texts = analysis.reading.gathered.sources
        by_file: dict[str, list[types.Diagnostic]] = defaultdict(list)
        for problem in sorted(problems, key=lambda one: (one.where is None, str(one.where), one.code)):
            path = problem.where.path if problem.where and problem.where.path in texts else "company.yaml"
            by_file[path].append(diagnostic(problem, Positions(texts.get(path, ""), self.encoding), self.language))
        for path in sorted({*by_file, *rulebook.published, *rulebook.open_texts}):
            self.publish(types.PublishDiagnosticsParams(self.uri_of(rulebook, path), by_file.get(path, [])))
        rulebook.published = set(by_file)

    def stop(self) -> None:
        """Nothing is told any more."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
