"""`/v1/reports/…`: every report of the desk as JSON, CSV and XLSX, with the parameters of its command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, create_model

from api.desk.document_trees import Tree
from api.desk.report_parameters import MOST_ROWS, Parameter, Report, arguments_of, parameters_of
from api.desk.report_registry import REPORTS
from api.http.lists import CSV, XLSX
from api.http.route_declarations import EVERYONE, FINANCE, Call, Download, Resource, Roles, Route
from api.output.sheets import as_csv, as_tree, as_xlsx
from engine.dates import Day
from engine.documents.document import Document

reports: Final = Resource("reports", "Forecast, pipeline, what is to be invoiced, and more")
_ROLES: Final[Mapping[str, Roles]] = dict.fromkeys(
    ("journal", "open-items", "ageing", "doubtful", "prepaid", "vat", "vat-documents", "ic-listing", "annual-listing", "oss-return"),
    FINANCE,
)
"""Those that not every role may see."""


class ReportAnswer(BaseModel, extra="allow"):
    """A report: rows by column, totals, notes, and perhaps sections of their own; `next` is the row after which more follow."""

    report: str
    rows: list[dict[str, str | int | None]]
    totals: dict[str, str] | None = None
    notes: list[str] | None = None
    next: str | None = None


def _declare(name: str, sheet_of: Report) -> None:
    """Adds the routes of a report."""
    word = name.replace("-", "_")
    about = " ".join((sheet_of.__doc__ or "").split())
    query = _query(name, sheet_of)

    def show(call: Call, query: BaseModel) -> Tree:
        return as_tree(sheet_of(call.desk, **_arguments(sheet_of, query, call)), call.language)

    def export(call: Call, format: str, query: BaseModel) -> Download:
        sheet = sheet_of(call.desk, **_arguments(sheet_of, query, call))
        if format == "csv":
            return Download(as_csv(sheet, call.language).encode(), CSV, f"{name}.csv")
        return Download(as_xlsx(sheet, call.language), XLSX, f"{name}.xlsx")

    shown = Route(
        resource="reports",
        method="GET",
        path=f"/v1/reports/{name}",
        name=f"report_{word}",
        summary=about.partition(".")[0],
        description=about,
        roles=_ROLES.get(name, EVERYONE),
        call=show,
        query=query,
        answer=ReportAnswer,
    )
    exported = replace(
        shown,
        path=f"{shown.path}.{{format}}",
        name=f"export_{word}",
        summary=f"{shown.summary}, as CSV or XLSX",
        call=export,
        answer=None,
        media_types=(CSV.partition(";")[0], XLSX),
    )
    reports.routes += [shown, exported]


def _query(name: str, sheet_of: Report) -> type[BaseModel]:
    """The parameters of a report as a model, named as its options are, with `_` in place of `-` as everywhere over HTTP."""
    fields: dict[str, object] = {}
    for each in parameters_of(sheet_of):
        default = ... if each.is_needed else False if each.kind == "flag" else None
        fields[_field(each)] = (_type(each), Field(default=default, description=each.help))
    title = "".join(word.title() for word in name.split("-"))
    made: type[BaseModel] = create_model(f"{title}Report", __base__=Document, **fields)  # type: ignore[call-overload]  # they are data
    return made


def _field(of: Parameter) -> str:
    return of.name.replace("-", "_")


def _type(of: Parameter) -> object:
    match of.kind:
        case "flag":
            return bool
        case "day":
            return Day | None
        case "choice":
            return Literal[of.choices] | None
        case "number":
            return Annotated[int, Field(ge=1, le=MOST_ROWS)] | None
        case "keys" | "text":
            text = Annotated[str, Field(max_length=200)]
            return text if of.is_needed else text | None


def _arguments(sheet_of: Report, query: BaseModel, call: Call) -> dict[str, object]:
    """The arguments of a report for its parameters."""
    given = query.model_dump()
    values = {each.name: each.default if given[_field(each)] is None else given[_field(each)] for each in parameters_of(sheet_of)}
    numbers = {each.name: int(str(values[each.name])) for each in parameters_of(sheet_of) if each.kind == "number"}
    return arguments_of(sheet_of, values | numbers, today=call.desk.today)


for _name, _report in REPORTS.items():
    _declare(_name, _report)
