"""One invocation of the program: its options and settings, the rulebook and the desk when needed, and its output."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from api.languages import FALLBACK
from api.settings import Settings, read_settings
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Problem, Refusal
from engine.text.sources import Sources, excerpt

if TYPE_CHECKING:
    from api.desk.desk import Desk
    from api.desk.version_in_force import InForce
    from engine.rulebook.book import Rulebook


@dataclass
class Invocation:
    """The context of one command. Data goes to stdout, everything else to stderr."""

    options: dict[str, str | bool] = field(default_factory=dict)
    is_batch: bool = False
    """Whether the command rather waits for others than fails; to be set before the desk is opened."""

    @cached_property
    def settings(self) -> Settings:
        """The settings; the options of this invocation take precedence."""
        names = {"RULEBOOK": "rulebook", "DATABASE_URL": "database", "TODAY": "today", "LANGUAGE": "language"}
        options = {name: self._text(option) for name, option in names.items()}
        return read_settings(options, os.environ, Path(".env"))

    @cached_property
    def sources(self) -> Sources:
        """The texts of the rulebook: of a folder, or of a published version such as `v3`."""
        from api.rulebook_folder import read_folder
        from api.workbench.published_versions import texts_of_version

        texts = texts_of_version(self.settings.database_url, self.settings.rulebook, self.lock_timeout)
        return read_folder(self.settings.rulebook) if texts is None else texts

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook, read and checked; refuses one with problems."""
        from engine.rulebook.reader import read_rulebook

        return read_rulebook(self.sources)

    @cached_property
    def today(self) -> date:
        """The business date: as given, else today in the seller's time zone."""
        return self.settings.today or datetime.now(tz=ZoneInfo(self.rulebook.company.time_zone)).date()

    def choose_rulebook(self, name: str | None) -> None:
        """Chooses a folder or a version such as `v3` as with --rulebook (None: the one of the settings); before anything is read of it."""
        self.options["rulebook"] = str(self.settings.rulebook) if name is None else name
        self.__dict__.pop("settings", None)

    def set_today(self, day: date) -> None:
        """Sets the business date where none was given; to be called before the desk is opened."""
        self.options["today"] = day.isoformat()
        self.__dict__.pop("settings", None)
        self.__dict__["today"] = day

    @cached_property
    def desk(self) -> Desk:
        """The desk over the database, which is created or migrated first, at which this person acts: histories name it.

        Its rulebook is the version in force, unless --rulebook names another: with that one the desk only reads.
        """
        from api.cli.audit_entry import audit_entry
        from api.desk.desk import Desk
        from api.desk.link_signing import LinkSettings
        from api.desk.version_in_force import read_in_force
        from api.store.database import open_store

        store, is_chosen = (
            open_store(self.settings.database_url, now=_now, lock_timeout=self.lock_timeout),
            self.settings.by_name["RULEBOOK"].origin == "option",
        )
        try:
            in_force = None if is_chosen else read_in_force(store, today=self.settings.today, now=_now)
            if in_force is not None:
                self._write_unpublished(in_force)
                self.__dict__["today"] = in_force.today
            rulebook, sources = (self.rulebook, self.sources) if in_force is None else (in_force.rulebook, in_force.sources)
            return Desk(
                store=store,
                rulebook=rulebook,
                sources=sources,
                today=self.today,
                now=_now,
                author=self.person,
                installation=store.installation(),
                validation_workers=self.settings.validation_workers,
                links=LinkSettings.of(self.settings),
                entry=audit_entry(self.person),
            )
        except BaseException:
            store.close()
            raise

    @property
    def lock_timeout(self) -> int:
        """Seconds for which this command waits for a lock on the database."""
        return self.settings.batch_lock_timeout if self.is_batch else self.settings.lock_timeout

    @property
    def person(self) -> str:
        """The name of who gives commands on this machine."""
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):  # a process may have a number that is nobody's
            return str(os.getuid())

    @property
    def language(self) -> Language:
        """The language of messages."""
        return self.settings.language

    @property
    def language_or_english(self) -> Language:
        """The language of help and of error messages, even where the language setting itself is wrong."""
        try:
            return self.language
        except Refusal:
            return FALLBACK

    @property
    def as_json(self) -> bool:
        """Whether data is to be written as JSON."""
        return bool(self.options.get("as_json"))

    @property
    def quiet(self) -> bool:
        """Whether only data and problems are to be written."""
        return bool(self.options.get("quiet"))

    @property
    def coloured(self) -> bool:
        """Whether messages may have colours: on a terminal, unless an option or the environment forbids it."""
        return not self.options.get("no_color") and not os.environ.get("NO_COLOR") and sys.stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """Whether progress is shown: on a terminal only."""
        return sys.stderr.isatty() and not self.quiet

    def write(self, text: str) -> None:
        """Writes data to stdout."""
        click.echo(text)

    def write_json(self, tree: object) -> None:
        """Writes data to stdout as JSON; amounts and days as text."""
        click.echo(json.dumps(tree, ensure_ascii=False, indent=2, default=str))

    def write_fields(self, fields: Mapping[str, object]) -> None:
        """Writes the fields of one record: as JSON, or one per line."""
        if self.as_json:
            self.write_json(fields)
            return
        from api.output.sheets import head

        heads = {head(name, self.language): text for name, text in fields.items()}
        width = max((len(name) for name in heads), default=0)
        for name, text in heads.items():
            yes_or_no = say(phrase("yes") if text else phrase("no"), self.language)
            shown = "" if text is None else yes_or_no if isinstance(text, bool) else text
            self.write(f"{name:<{width}}  {shown}".rstrip())

    def write_message(self, text: str) -> None:
        """Writes a message to stderr, unless quiet."""
        if not self.quiet:
            click.echo(text, err=True)

    def write_error_problems(self, problems: Iterable[Problem], sources: Sources | None = None) -> None:
        """Writes problems to stderr: position, message, excerpt and remedy."""
        texts = self._loaded_sources() if sources is None else sources
        for problem in problems:
            for line in self._problem_lines(problem, texts, self.language_or_english):
                click.echo(line, err=True)

    def write_how_lists_were_read(self, advice: Iterable[Problem]) -> None:
        """Writes advice on the files of an import to stderr, unless quiet."""
        if not self.quiet:
            self.write_error_problems(advice, {})

    def write_error_line(self, line: Phrase) -> None:
        """Writes one line to stderr, even when quiet."""
        click.echo(say(line, self.language_or_english), err=True)

    def write_problems(self, problems: Iterable[Problem], sources: Sources) -> None:
        """Writes problems to stdout, for commands whose data they are."""
        for problem in problems:
            for line in self._problem_lines(problem, sources, self.language):
                click.echo(line)

    def show_progress(self, text: str) -> None:
        """Shows the progress of a long task on one line of a terminal."""
        if self.shows_progress:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)

    def close(self) -> None:
        """Closes the database, where it was opened."""
        if "desk" in self.__dict__:
            self.desk.close()

    def _write_unpublished(self, in_force: InForce) -> None:
        """Says on stderr that the folder of the rulebook has texts that were not published, where somebody edits it."""
        from api.installation import IS_CHECKOUT
        from api.rulebook_folder import read_folder
        from api.store.rulebooks import texts_hash

        folder = self.settings.by_name["RULEBOOK"]
        if folder.origin == "default" and not IS_CHECKOUT:
            return
        try:
            is_published = texts_hash(read_folder(self.settings.rulebook)) == in_force.version.texts_hash
        except Refusal:
            is_published = False
        if not is_published:
            note = phrase(
                "the files in {folder} are not those of {version}, which is in force: this command works with {version}. "
                "`publish` puts them in force; with `--rulebook {folder}` commands read with them",
                folder=folder.text,
                version=in_force.version.name,
            )
            self.write_message(say(note, self.language))

    def _problem_lines(self, problem: Problem, sources: Sources, language: Language) -> Iterator[str]:
        place = " ".join(each for each in (str(problem.where or ""), pointer_in_words(problem.pointer or "")) if each)
        head = self._styled(problem.code, "red" if problem.stops else "yellow")
        message = problem.message_in(language)
        is_named = place.rpartition(", ")[2] == problem.code  # its place says it: `line 1, unit price, amount: no number`
        yield ": ".join(each for each in (place, "" if is_named else head, message) if each)
        for line in excerpt(sources, problem.where).splitlines() if problem.where else ():
            yield f"    {line}"
        remedy = phrase("= help: {remedy}", remedy=problem.help_in(language))
        yield f"    {say(remedy, language)}"

    def _loaded_sources(self) -> Sources:
        return self.sources if "sources" in self.__dict__ else {}

    def _styled(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour, bold=True) if self.coloured else text

    def _text(self, option: str) -> str | None:
        value = self.options.get(option)
        return value if isinstance(value, str) else None


def pointer_in_words(pointer: str) -> str:
    """A JSON pointer as people read it on the command line: `/lines/0/billing_type` is `line 1, billing type`.

    An address of another kind, such as that of a cell in a sheet, stays as it is.
    """
    if not pointer.startswith("/"):
        return pointer
    words: list[str] = []
    for step in pointer.split("/")[1:]:
        if step.isdigit() and words:
            words[-1] = f"{words[-1].removesuffix('s')} {int(step) + 1}"
        else:
            words.append(step.replace("~1", "/").replace("~0", "~").replace("_", " "))
    return ", ".join(words)


def _now() -> datetime:
    return datetime.now(tz=UTC)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)
