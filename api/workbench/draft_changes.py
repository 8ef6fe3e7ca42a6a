"""Drafts of the next version: each person has one, which is changed, shared, proposed or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Final

from api.desk.desk import Desk
from api.refusals import Conflict, Unknown
from api.store import drafts, rulebooks
from api.store.drafts import StoredDraft
from api.store.rulebooks import StoredVersion
from api.store.sql import Reading
from api.workbench.merged_texts import merged
from api.workbench.overlay import MOST_FILES, Overlay, Workbench
from engine.problems import Kind
from engine.text.sources import Sources

NO_DRAFT: Final = Kind("no-draft", "{author} shares no draft", "look at your own, or let {author} share it")
OTHERS_DRAFT: Final = Kind("draft-of-another", "this is done with the draft of {author} by {author} alone", "do it with your own draft")
CHANGED_MEANWHILE: Final = Kind(
    "changed-meanwhile",
    "{person} changed the same lines of `{path}` meanwhile",
    "look at the file as it is now, and make your change in it",
)
NOTHING_CHANGED: Final = Kind("nothing-changed", "your draft changes nothing", "change a file first")
TOO_MANY_CHANGED: Final = Kind("too-many-changed", "a draft changes at most {most} files", "propose what you have, then go on")
OVERTAKEN: Final = Kind(
    "draft-overtaken",
    "{version} was published since you began, and changes `{path}` too",
    "undo your change of that file and make it again, or keep yours over {version}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInForce:
    """A draft over the version in force: what it changes, and the files that the version has changed since too."""

    author: str
    version: StoredVersion | None
    """The version in force; None where nothing is published."""
    stored: StoredDraft | None
    """None: it changes nothing."""
    base: Sources
    """The texts of the version in force."""
    overtaken: tuple[str, ...]

    @property
    def files(self) -> Mapping[str, str | None]:
        """Texts by path; None removes one."""
        return self.stored.files if self.stored else {}

    @property
    def is_shared(self) -> bool:
        """Whether others see it."""
        return self.stored is not None and self.stored.is_shared

    @property
    def listed(self) -> frozenset[str]:
        """The paths of its files, also of those that it removes."""
        return frozenset({*self.base, *self.files})

    @property
    def overlay(self) -> Overlay:
        """The draft as a request to the service."""
        return Overlay(files=dict(self.files), rulebook=None if self.version is None else self.version.name)

    @property
    def texts(self) -> Sources:
        """The texts of the rulebook with the draft."""
        return {path: text for path, text in {**self.base, **self.files}.items() if text is not None}


def draft_of(desk: Desk, author: str, reader: str) -> DraftInForce:
    """The draft of a person as somebody sees it; refuses one that is not shared with them."""
    with desk.store.reading() as connection:
        return _draft(connection, desk, author, reader)


def latest_version_of(desk: Desk, author: str) -> StoredVersion | None:
    """The version that a person proposed last, unless it was withdrawn."""
    with desk.store.reading() as connection:
        versions = rulebooks.find_versions(connection)
    own = [one for one in versions if one.steps[0].author == author and one.state != "withdrawn" and one.compared_with is not None]
    return own[-1] if own else None


def has_draft(desk: Desk) -> bool:
    """Whether the desk's author has a draft that changes anything."""
    with desk.store.reading() as connection:
        stored = drafts.find(connection, desk.author).get(desk.author)
    return stored is not None and bool(stored.files)


def shared_drafts(desk: Desk, reader: str) -> tuple[StoredDraft, ...]:
    """One's own draft, and those that others share."""
    with desk.store.reading() as connection:
        return tuple(one for one in drafts.find(connection).values() if one.is_shared or one.author == reader)


def change(
    desk: Desk,
    author: str,
    files: Mapping[str, str | None],
    *,
    seen: Mapping[str, str | None] | None = None,
    is_shared: bool | None = None,
) -> DraftInForce:
    """Lays texts on a draft: one's own, or one that is shared. A text as the version in force has it is no change.

    `seen` are texts as they were before one changed them: what somebody else changed since is merged, or refused where both changed the
    same lines. Nothing is lost.
    """
    with desk.writing() as connection:
        before = _own(connection, desk, author) if is_shared is not None else _draft(connection, desk, author, desk.author)
        wanted = _merged(before, files, seen or {})
        changed = {path: text for path, text in {**before.files, **wanted}.items() if text != before.base.get(path)}
        if len(changed) > MOST_FILES:
            raise Conflict((TOO_MANY_CHANGED.at(None, most=MOST_FILES),), "full", ("propose",))
        Workbench(desk.sources).apply(Overlay(files=changed))  # refuses paths that no rulebook has
        shared = is_shared if is_shared is not None else before.stored is not None and before.stored.is_shared
        base = before.stored.base if before.stored and before.files else _number(before.version)
        stored = StoredDraft(
            author=author, base=base, is_shared=shared, changed_at=desk.now(), files=changed, changed_by=desk.author,
        )  # fmt: skip
        if changed or shared:
            drafts.store(connection, stored)
        else:
            drafts.remove(connection, author)
        return _draft(connection, desk, author, desk.author)


def _merged(before: DraftInForce, files: Mapping[str, str | None], seen: Mapping[str, str | None]) -> dict[str, str | None]:
    """The texts that are wanted, each with what somebody else changed since it was seen."""
    wanted = dict(files)
    for path, text in files.items():
        now = before.texts.get(path)
        if path not in seen or seen[path] == now:
            continue
        both = None if text is None or now is None else merged(seen[path] or "", text, now)
        if both is None and text != now:
            person = before.stored.changed_by if before.stored and before.stored.changed_by else before.author
            raise Conflict((CHANGED_MEANWHILE.at(None, f"/files/{path}", person=person, path=path),), "changed", ("get",))
        wanted[path] = both if both is not None else text
    return wanted


def rebase(desk: Desk, author: str) -> DraftInForce:
    """Takes a draft as one of the version in force: where both changed a file, that of the draft stays."""
    with desk.writing() as connection:
        before = _own(connection, desk, author)
        if before.stored is not None:
            drafts.store(connection, replace(before.stored, base=_number(before.version), changed_at=desk.now()))
        return _draft(connection, desk, author, author)


def discard(desk: Desk, author: str) -> None:
    """Deletes the draft of the desk's author."""
    with desk.writing() as connection:
        _own(connection, desk, author)
        drafts.remove(connection, author)


def forget(desk: Desk, author: str) -> None:
    """Deletes the draft of a person once it is proposed; by then its own version may be in force."""
    with desk.store.writing() as connection:
        drafts.remove(connection, author)


def draft_to_publish(desk: Desk, author: str) -> DraftInForce:
    """The draft that is proposed; refused where it changes nothing, or a file that a newer version has changed too."""
    with desk.store.reading() as connection:
        draft = _own(connection, desk, author)
    if not draft.files:
        raise Conflict((NOTHING_CHANGED.at(None),), "empty", ())
    if draft.overtaken:
        assert draft.version is not None, "only a version overtakes"
        problems = (OVERTAKEN.at(None, f"/files/{path}", version=draft.version.name, path=path) for path in draft.overtaken)
        raise Conflict(tuple(problems), "overtaken", ("rebase",))
    return draft


def check_own(desk: Desk, author: str) -> None:
    """Refuses who does not act for themselves."""
    with desk.store.reading() as connection:
        _own(connection, desk, author)


def patch_of(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The difference of texts as a patch that `git apply` takes."""
    parts: list[str] = []
    for path in sorted({*before, *after}):
        earlier, later = before.get(path), after.get(path)
        if earlier == later:
            continue
        names = ("/dev/null" if earlier is None else f"a/{path}", "/dev/null" if later is None else f"b/{path}")
        lines = unified_diff((earlier or "").splitlines(keepends=True), (later or "").splitlines(keepends=True), *names)
        parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(parts)


def _own(connection: Reading, desk: Desk, author: str) -> DraftInForce:
    if author != desk.author:
        drafts_of_others = drafts.find(connection, author)
        if author not in drafts_of_others or not drafts_of_others[author].is_shared:
            raise Unknown((NO_DRAFT.at(None, author=author[:40]),))
        raise Conflict((OTHERS_DRAFT.at(None, author=author),), "shared", ())
    return _draft(connection, desk, author, author)


def _draft(connection: Reading, desk: Desk, author: str, reader: str) -> DraftInForce:
    stored = drafts.find(connection, author).get(author)
    if author != reader and (stored is None or not stored.is_shared):
        raise Unknown((NO_DRAFT.at(None, author=author[:40]),))
    version = rulebooks.version_in_force(connection, desk.today)
    overtaken = _overtaken(connection, stored, version, desk.sources)
    return DraftInForce(author=author, version=version, stored=stored, base=desk.sources, overtaken=overtaken)


def _overtaken(connection: Reading, stored: StoredDraft | None, version: StoredVersion | None, sources: Sources) -> tuple[str, ...]:
    """The files of a draft that were published with another text since it began."""
    if stored is None or stored.base is None or stored.base == _number(version):
        return ()
    base = next(one for one in rulebooks.find_versions(connection) if one.number == stored.base)
    texts = rulebooks.texts_of(connection, base.fingerprint, base.texts_hash) or {}
    return tuple(path for path in stored.files if texts.get(path) != sources.get(path))


def _number(version: StoredVersion | None) -> int | None:
    return None if version is None else version.number
