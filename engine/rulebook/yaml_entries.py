"""The entries of all YAML files of a rulebook, by kind and name, with their positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError

from engine.code_lists.code_list import WITHDRAWN_CURRENCIES
from engine.money import Currency
from engine.phrases import LANGUAGES, Language, phrase, write_instead
from engine.problems import Kind, Problem, Span
from engine.rulebook.error_recovery import readable_entries
from engine.rulebook.file_kinds import KINDS, RETIRED_KEY, FileKind
from engine.rulebook.written_twice import Twice, written_twice
from engine.rulebook.yaml_model import DEFAULT_LANGUAGES, Written, required_languages
from engine.text.missing_keys import MISSING_KEY
from engine.text.model_reader import UNKNOWN_CHOICE, read_model, validated
from engine.text.nearest import nearest, suggestion
from engine.text.sources import Sources
from engine.text.written_numbers import written_number
from engine.text.yaml_reader import MOST_PROBLEMS, read_yaml
from engine.text.yaml_tree import Block, Listing, Node, Scalar, Spans, Step, YamlTree, child

MISSING_FILE: Final = Kind(
    "missing-file", "no file of the kind `{kind}` ({what})", "write `{path}` with `kind: {kind}`; any file of the folder may hold it"
)
WRONG_FOLDER: Final = Kind("wrong-folder", "a file of the kind `{kind}` does not belong in {folder}", "move it to {right}")
SECOND_FILE: Final = Kind("second-file", "there is a second file of the kind `{kind}`, beside {first}", "keep one of the two")
UNKNOWN_CURRENCY: Final = Kind("unknown-currency", "`{word}` is not a currency of ISO 4217", "{remedy}")

M = TypeVar("M", bound=Written, covariant=True)

_PLACEHOLDERS: Final[list[object]] = ["x", "X", "1", "2000-01-01", [], {}, ["x"], dict.fromkeys(LANGUAGES, "x")]
"""Placeholders for an unreadable required field, so that the rest can be checked; such an entry is never used."""
ReadYaml = Callable[[str, str], tuple[YamlTree | None, tuple[Problem, ...]]]
"""Parses YAML; a caller with many similar rulebooks may cache the trees."""
UNREAD_FOLDERS: Final = ("templates/",)
"""YAML in these folders has its own readers: texts and layouts of documents."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """One entry: its model, its file and node, and the keys of its unreadable fields."""

    name: str
    written: M
    path: str
    node: Block
    named_at: Span
    left_out: frozenset[str] = frozenset()

    def at(self, *steps: Step) -> Span:
        """The position of a path in it; that of its name where the path leads nowhere."""
        return Spans(self.node).at(*steps) if steps and steps[0] in self.node else self.named_at

    def key(self, *steps: Step) -> Span:
        """The position of a key in it."""
        return Spans(self.node).key(*steps) if steps[0] in self.node else self.named_at

    def scalar(self, *steps: Step) -> str | None:
        """The text at a path in it; None where there is none, as for a default."""
        node: Node | None = self.node
        for step in steps:
            node = child(node, step) if node is not None else None
        return str(node) if isinstance(node, Scalar) else None

    def has(self, *fields: str) -> bool:
        """Whether all these fields could be read; otherwise what depends on them is not reported again."""
        return not self.left_out.intersection(fields)


@dataclass(frozen=True, slots=True)
class RulebookFile:
    """One YAML file of a known kind."""

    path: str
    kind: FileKind
    tree: YamlTree


@dataclass(slots=True)
class Gathered:
    """All files of a rulebook, their readable entries, and the problems so far."""

    sources: Sources
    currency: Currency
    languages: tuple[Language, ...] = DEFAULT_LANGUAGES
    files: list[RulebookFile] = field(default_factory=list)
    entries: dict[str, dict[str, Entry[Written]]] = field(default_factory=dict)
    """By kind and name. A kind with a single file has one entry, with the kind's name."""
    named: dict[str, dict[str, Span]] = field(default_factory=dict)
    """Every declared name, by kind, even where its entry could not be read."""
    problems: list[Problem] = field(default_factory=list)
    price_rows: dict[tuple[str, str], Span] = field(default_factory=dict)
    """The positions of the prices of CSV files, by price book and product."""

    def of(self, kind: str, model: type[M]) -> Mapping[str, Entry[M]]:
        """The entries of one kind by name."""
        return {name: entry for name, entry in self.entries.get(kind, {}).items() if isinstance(entry.written, model)}  # type: ignore[misc]  # same model

    def only(self, kind: str, model: type[M]) -> Entry[M] | None:
        """The entry of a kind with a single file; None where it could not be read."""
        return next(iter(self.of(kind, model).values()), None)

    def names(self, kind: str) -> tuple[str, ...]:
        """The names declared in files of one kind, in source order."""
        return tuple(self.named.get(kind, ()))

    def has_all(self, kind: str) -> bool:
        """Whether every declared entry of this kind could be read."""
        return len(self.entries.get(kind, {})) == len(self.named.get(kind, ())) and not any(
            file.tree.broken for file in self.files if kind in (file.kind.name, *(named.kind for named in file.kind.names or ()))
        )


def gather(sources: Sources, read: ReadYaml = read_yaml) -> Gathered:
    """Reads every YAML file of a rulebook. Readable parts of files with problems are stored too, so that the rest can be checked."""
    files: list[RulebookFile] = []
    problems: list[Problem] = []
    for path in sorted(sources):
        if path.endswith((".yaml", ".yml")) and not path.startswith(UNREAD_FOLDERS):
            tree, unreadable = read(path, sources[path])
            problems.extend(unreadable)
            if tree is not None:
                kind = _kind_of(tree, problems)
                files += [RulebookFile(path, kind, tree)] if kind else []
    gathered = Gathered(sources, _currency(files, problems), _languages(files), files=files, problems=problems)
    before = required_languages.set(gathered.languages)
    try:
        for file in files:
            _read_file(gathered, file)
    finally:
        required_languages.reset(before)
    _report_missing(gathered)
    return gathered


def company_languages(sources: Sources) -> tuple[Language, ...]:
    """The languages of a rulebook's texts, whatever else is wrong with it."""
    trees = (read_yaml(path, text)[0] for path, text in sources.items() if path == KINDS["company"].path)
    return _languages([RulebookFile(tree.path, KINDS["company"], tree) for tree in trees if tree is not None])


def _languages(files: list[RulebookFile]) -> tuple[Language, ...]:
    listed = next((file.tree.root.get("languages") for file in files if file.kind.name == "company"), None)
    known = tuple(str(word) for word in listed if word in LANGUAGES) if isinstance(listed, Listing) else ()
    return known or DEFAULT_LANGUAGES


def _kind_of(tree: YamlTree, problems: list[Problem]) -> FileKind | None:
    word = tree.root.get("kind")
    if word is None:
        guessed = next((kind for kind in KINDS.values() if kind.path == tree.path), None) or _guessed(tree.root)
        if guessed is None:
            first = next(iter(tree.root.keys_at.values()), tree.root.span)
            problems.append(MISSING_KEY.at(first, key="kind"))
        return guessed
    kind = KINDS.get(word) if isinstance(word, Scalar) else None
    if kind is None:
        known = suggestion(str(word)[:60], KINDS)
        problems.append(UNKNOWN_CHOICE.at(word.span, word=str(word)[:60], key="kind", remedy=known))
        kind = KINDS.get(nearest(str(word), KINDS) or "")
    if kind is None:
        return None
    folder = tree.path.rpartition("/")[0]
    if kind.folder and folder.split("/")[0] != kind.folder:
        problems.append(WRONG_FOLDER.at(word.span, kind=kind.name, folder=folder or phrase("the top folder"), right=f"{kind.folder}/"))
    return kind


def _guessed(root: Block) -> FileKind | None:
    """The kind of a file without one, by a misspelt key or by its keys, so that its names are not reported as unknown."""
    word = _meant(root, "kind")
    if isinstance(word, Scalar) and word in KINDS:
        return KINDS[str(word)]
    return next((kind for kind in KINDS.values() for named in kind.names or () if named.key in root and named.key != RETIRED_KEY), None)


def _meant(block: Block, key: str | None) -> Node | None:
    """The value of a key, or of the one that was probably meant."""
    if key is None or key in block:
        problems: Node | None = block.get(key or "")
        return problems
    return block.get(nearest(key, block) or "")


def _currency(files: list[RulebookFile], problems: list[Problem]) -> Currency:
    """The currency of the rulebook; where the company has none, any serves to read the rest."""
    for file in files:
        word = file.tree.root.get("currency")
        if file.kind.name == "company" and isinstance(word, Scalar):
            try:
                return Currency.of(str(word))
            except ValueError:
                problems.append(unknown_currency(str(word), word.span))
                return _meant_currency(str(word)) or Currency.of("EUR")
    return Currency.of("EUR")


def unknown_currency(word: str, where: Span) -> Problem:
    """The problem of a code that is no currency, with the code to write instead, where that is known."""
    meant, withdrawn = _meant_currency(word), WITHDRAWN_CURRENCIES.get(word.strip().upper())
    code = withdrawn.instead if withdrawn else meant.code if meant else None
    remedy = write_instead(code) if code else phrase("write its three letters, such as `EUR`")
    return UNKNOWN_CURRENCY.at(where, word=word[:20], remedy=remedy)


def _meant_currency(word: str) -> Currency | None:
    """The currency in small letters, with blanks, or by its sign or word, so that amounts in it are not reported as foreign."""
    number = written_number(f"1 {word.strip()}")
    try:
        return Currency.of(number.unit if number and number.unit else word.strip().upper())
    except ValueError:
        return None


def _read_file(gathered: Gathered, file: RulebookFile) -> None:
    _, problems = read_model(file.kind.model, file.tree, gathered.currency)
    gathered.problems.extend(problems[:MOST_PROBLEMS])
    is_read = len(problems) < MOST_PROBLEMS  # else its names are known, and its content is checked once the file is corrected
    kind = file.kind
    if kind.names is None:
        first = next((other for other in gathered.files if other.kind is kind and other.path != file.path), None)
        if first is not None and kind.name in gathered.named:
            gathered.problems.append(SECOND_FILE.at(file.tree.spans.at("kind"), kind=kind.name, first=first.path))
            return
        where = file.tree.spans.at("kind")
        _store(gathered, kind.name, kind.name, where, kind.model, file, file.tree.root)
        return
    twice: list[Twice] = []
    count = 0
    for named in kind.names:
        for name, where, node in _named_in(file.tree.root, named.key, named.by):
            earlier = gathered.named.setdefault(named.kind, {}).get(name)
            count += 1
            if earlier is not None:
                twice.append(Twice(name, where, earlier))
                continue
            gathered.named[named.kind][name] = where
            if named.model is not None and isinstance(node, Block) and is_read:
                _store(gathered, named.kind, name, where, named.model, file, node)
    gathered.problems += written_twice(gathered.named, twice, count)


def _named_in(root: Block, key: str | None, by: str | None) -> Iterator[tuple[str, Span, Block | Listing | Scalar]]:
    """The names in a file with their positions and content: of the file itself, a list of entries with ids, or a mapping."""
    around = root if key is None else _meant(root, key)
    if key is None:
        name = _meant(root, by)
        if isinstance(name, Scalar):
            yield str(name), name.span, root
    elif isinstance(around, Listing):
        for entry in around:
            if by is None and isinstance(entry, Scalar):
                yield str(entry), entry.span, entry
            elif isinstance(entry, Block) and isinstance(name := _meant(entry, by), Scalar):
                yield str(name), name.span, entry
    elif isinstance(around, Block) and key is not None:
        for key_of, entry in around.items():
            yield key_of, around.keys_at[key_of], entry


def _store(gathered: Gathered, kind: str, name: str, where: Span, model: type[Written], file: RulebookFile, node: Block) -> None:
    gathered.named.setdefault(kind, {})[name] = where
    lacking: frozenset[str] = frozenset()
    if file.kind.names is None:
        node, lacking = readable_entries(model, node, gathered.currency)
    written, left_out = _readable(model, node, gathered.currency)
    if written is not None:
        gathered.entries.setdefault(kind, {})[name] = Entry(name, written, file.path, node, where, left_out | lacking)


def _readable(model: type[Written], node: Block, currency: Currency) -> tuple[Written | None, frozenset[str]]:
    """The model of a node without its unreadable fields, or with placeholders; None where even that cannot be read."""
    values: dict[str, object] = dict(node)
    left_out: set[str] = set()
    for _ in range(len(model.written_keys()) * (len(_PLACEHOLDERS) + 2)):
        try:
            return validated(model, values, currency), frozenset(left_out)
        except ValidationError as mistakes:
            bad = next(str(mistake["loc"][0]) for mistake in mistakes.errors(include_url=False))
            left_out.add(bad)
            if not _mend(model, values, bad):
                break
    return None, frozenset(left_out)


def _mend(model: type[Written], values: dict[str, object], key: str) -> bool:
    """Removes a field, or puts the next placeholder in its place where the model needs it; False where none is left."""
    described = next((each for each in model.model_fields.values() if each.alias == key), None)
    if described is None and key in model.written_keys() and key not in values:  # a missing language of a text
        values[key] = "x"
        return True
    if described is None or not described.is_required():
        return values.pop(key, None) is not None
    choices = [*get_args(described.annotation), *_PLACEHOLDERS] if get_origin(described.annotation) is Literal else _PLACEHOLDERS
    tried = choices.index(values[key]) + 1 if key in values and values[key] in choices else 0
    if tried >= len(choices):
        return False
    values[key] = choices[tried]
    return True


def _report_missing(gathered: Gathered) -> None:
    there = {file.kind.name for file in gathered.files}
    broken = {problem.where.path for problem in gathered.problems if problem.where}
    unread = broken - {file.path for file in gathered.files}
    for kind in KINDS.values():
        may_be_unread = kind.path in unread or any(kind.folder and path.startswith(f"{kind.folder}/") for path in unread)
        if kind.is_required and kind.name not in there and not may_be_unread:
            gathered.problems.append(MISSING_FILE.at(Span(kind.path, 1, 1, 1, 1), kind=kind.name, what=kind.what, path=kind.path))
