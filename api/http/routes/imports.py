"""`/v1/imports`: customers, orders, opportunities, contacts, quotes and open invoices of files, all or none; and a trial before."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pydantic import BaseModel, Field

from api.desk.document_trees import Tree
from api.desk.folder_import import import_contents, try_contents
from api.desk.import_result import KINDS, ImportResult
from api.http.request_parsing import LONGEST_BASE64
from api.http.route_declarations import ADMIN, FILE, Call, Resource
from api.http.routes.bank_statements import NOT_BASE_64
from api.importing.csv_files import decode
from api.importing.import_folder import SAME_LIST, Folder, folder_of_contents
from api.importing.problem_cells import cells_of
from api.refusals import Positioned
from engine.documents.document import Document
from engine.phrases import Language
from engine.problems import Kind, Problem, refuse
from engine.rulebook.book import Rulebook

imports: Final = Resource("imports", "Files of customers, orders, opportunities and more, imported whole")
MOST_LINES: Final = 50_000
TOO_MANY_LINES: Final = Kind(
    "too-many-lines", "the files have {count} lines; at most {most} are imported by one request", "give their folder to `centwright import`"
)
_MOST_SHOWN: Final = 200
_CUSTOMERS: Final = (
    "id,name,street,postcode,town,country,language,vat_number,email,segment\nK7,Example 7,Rue 7,1000,Brussels,BE,fr,,seven@example.com,\n"
)


class ImportedFile(Document):
    """A file of an import: its name says what it holds, such as `customers.csv` or `subscriptions.xlsx`."""

    name: str = Field(min_length=1, max_length=60)
    content: str = Field(max_length=LONGEST_BASE64, json_schema_extra={FILE: "base64"})
    """Its bytes in base64."""


class ImportRequest(Document):
    """The files of an import, which belong together."""

    files: tuple[ImportedFile, ...] = Field(min_length=1, max_length=20)


class ImportCountsAnswer(BaseModel):
    """How many records of a kind are new, changed, and as they were imported before."""

    kind: str
    fresh: int = Field(alias="new")
    changed: int
    unchanged: int


class ImportProblemAnswer(BaseModel):
    """What is wrong with a row, or advice on it: its file, line and column, what stands there, and what to do."""

    file: str
    line: int | None
    column: str
    text: str
    severity: str
    code: str
    message: str
    help: str


class ImportAnswer(BaseModel):
    """What an import did, or would do. Its first 200 problems are listed; where one of them is no advice, nothing is imported."""

    is_possible: bool
    changes_nothing: bool
    kinds: list[ImportCountsAnswer]
    transactions: int
    problem_count: int
    problems: list[ImportProblemAnswer]


_EXAMPLE: Final[Mapping[str, object]] = {"files": [{"name": "customers.csv", "content": b64encode(_CUSTOMERS.encode()).decode()}]}


@imports.verb("/v1/imports/trial", ImportAnswer, roles=ADMIN, request=ImportRequest, example=_EXAMPLE, is_one_transaction=False)
def try_import(call: Call, body: ImportRequest) -> Tree:
    """Try an import: what it would make, and each problem with its row and column. Nothing is stored."""
    files = _files(body)
    try:
        result = try_contents(call.desk, files)
    except Positioned as refusal:
        return refused_import(refusal, call.desk.rulebook, call.language)
    return _done(call, result, files)


@imports.verb("/v1/imports", ImportAnswer, roles=ADMIN, request=ImportRequest, example=_EXAMPLE)
def import_records(call: Call, body: ImportRequest) -> Tree:
    """Import files as `centwright import` does: all of them or, where one row has a problem, none. The same files again change nothing."""
    files = _files(body)
    try:
        result = import_contents(call.desk, files)
    except Positioned as refusal:
        raise Positioned(tuple(replace(each, pointer="/files") for each in refusal.problems), refusal.texts) from None
    return _done(call, result, files)


def refused_import(refusal: Positioned, rulebook: Rulebook, language: Language) -> Tree:
    """What a trial answers to files of which nothing can be imported: each problem with its row and column."""
    return _tree(None, list(_problem_trees(refusal.problems, refusal.texts, rulebook, language)), len(refusal.problems))


def _files(body: ImportRequest) -> Folder:
    contents: dict[str, bytes] = {}
    for at, file in enumerate(body.files):
        if file.name in contents:
            raise refuse(SAME_LIST, None, f"/files/{at}/name", name=file.name, other=file.name)
        try:
            contents[file.name] = b64decode("".join(file.content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise refuse(NOT_BASE_64, None, f"/files/{at}/content", file=file.name) from None
    files = folder_of_contents(contents)
    lines = sum(content.count(b"\n") for content in files.files.values())
    if lines > MOST_LINES:
        raise refuse(TOO_MANY_LINES, None, "/files", count=lines, most=MOST_LINES)
    return files


def _done(call: Call, result: ImportResult, files: Folder) -> Tree:
    texts = {name: decode(name, content)[0] for name, content in files.files.items()}
    return _tree(result, list(_problem_trees(result.advice, texts, call.desk.rulebook, call.language)), len(result.advice))


def _tree(result: ImportResult | None, problems: list[Tree], count: int) -> Tree:
    counts = () if result is None else result.kinds
    return {
        "is_possible": result is not None,
        "changes_nothing": result is not None and result.changes_nothing,
        "kinds": [{"kind": KINDS[each.kind], "new": each.fresh, "changed": each.changed, "unchanged": each.unchanged} for each in counts],
        "transactions": 0 if result is None else result.transactions,
        "problem_count": count,
        "problems": problems,
    }


def _problem_trees(problems: Sequence[Problem], texts: Mapping[str, str], rulebook: Rulebook, language: Language) -> Iterator[Tree]:
    for problem, column, text in cells_of(problems[:_MOST_SHOWN], texts, rulebook):
        yield {
            "file": problem.where.path if problem.where is not None else "",
            "line": problem.where.line if problem.where is not None else None,
            "column": column,
            "text": text[:200],
            "severity": problem.kind.severity,
            "code": problem.code,
            "message": problem.message_in(language),
            "help": problem.help_in(language),
        }
