"""Writes the reference pages from the code itself (`./run docs`): commands, evaluations, problems, the words of rules, and schemas."""

import importlib
import pkgutil
import re
import sys
import textwrap
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import click
from babel import Locale

from api.cli.examples import example_of
from api.cli.main import program
from api.http.limits import Limit, request_limits, time_limits, work_limits
from api.http.route_declarations import Route
from api.http.routes.registry import RESOURCES
from api.importing.column_meanings import meanings
from api.importing.earlier_invoices import EARLIER_INVOICES
from api.importing.import_folder import FILES, columns_of_file
from api.importing.usage_file import COLUMNS as USAGE
from api.rulebook_folder import read_folder
from api.settings import ServiceLimits
from api.store.users import ROLES
from api.workbench.problem_pages import codes_with_page
from api.workbench.schema_files import schema_texts
from engine.documents.order import ORDER_TYPES
from engine.evaluations.registry import EVALUATIONS
from engine.language.types import builtin_names
from engine.language.types.fact_scopes import FACT_SCOPES
from engine.phrases import LANGUAGES, template_in
from engine.problems import Kind
from engine.rulebook.reader import read_rulebook
from engine.rulebook.yaml_model import DEFAULT_LANGUAGES
from engine.text.column_names import UsualNames

NEEDS_PANGO = {"api.printing.pdf_worker"}  # it reports no problem that `api.printing.pdf` does not report too
HERE = Path(__file__).parent


def pages() -> dict[str, str]:
    """Each reference page: its file name, and the text that it should have."""
    return {
        "commands.md": _commands(),
        "evaluations.md": _evaluations(),
        "routes.md": _routes(),
        "limits.md": _limits(),
        "problems.md": _problems(),
        "vocabulary.md": _vocabulary(),
        "facts.md": _facts(),
        "import-columns.md": _import_columns(),
    }


def _page(parts: Iterable[str]) -> str:
    """A page from its paragraphs and tables, wrapped for a reader of the plain text."""
    return "\n\n".join(_wrapped(paragraph) for part in parts for paragraph in part.split("\n\n") if paragraph) + "\n"


def _wrapped(paragraph: str) -> str:
    if paragraph.startswith(("#", "|")):
        return paragraph
    return textwrap.fill(paragraph, 114, break_on_hyphens=False, break_long_words=False)


# ---------------------------------------------------------------- commands


def _commands() -> str:
    parts = [
        "# Commands",
        "`./run centwright COMMAND` in a checkout, `centwright COMMAND` where it is installed. Data goes to stdout, messages to stderr.",
        _options(program, "Everywhere"),
        "Exit codes: 0 done · 1 problems found · 2 wrong usage · 3 `diff` found changes in money · 4 refused by a state or a conflict · "
        "5 an outside system failed · 70 a fault of ours, with a report file.",
    ]
    everywhere = {name for parameter in program.get_params(click.Context(program)) for name in parameter.opts}
    for path, arguments, command in _walk(program, ()):
        title, example = " ".join((*path, *arguments)), f"    centwright {example_of(path)}"
        parts += [f"## {title}", _sentence(command), _options(command, "", without=everywhere), example]
    return _page(parts)


def _walk(group: click.Group, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[str], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _walk(command, (*above, name))
        else:
            given = click.Context(command)
            arguments = [parameter.make_metavar(given) for parameter in command.params if isinstance(parameter, click.Argument)]
            yield (*above, name), arguments, command


def _sentence(command: click.Command) -> str:
    text = (command.help or "").split("\f")[0]
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


def _options(command: click.Command, title: str, without: Collection[str] = ()) -> str:
    rows = []
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option) and not set(parameter.opts).intersection(without) and parameter.name != "help":
            shown = parameter.opts[-1] if parameter.is_flag else f"{parameter.opts[-1]} {parameter.make_metavar(click.Context(command))}"
            rows.append(f"| `{shown.replace('|', '/')}` | {parameter.help or ''} |")
    return "\n".join([f"| {title or 'option'} | |", "|---|---|", *rows]) if rows else ""


# ---------------------------------------------------------------- evaluations


def _evaluations() -> str:
    parts = [
        "# Evaluations",
        "Calculations that read and write no stored data. Use them as `POST /v1/evaluations/NAME`, as "
        "`centwright evaluate NAME < request.json`, or by name in a scenario. `/docs` of the HTTP service describes every field, with "
        "an example for your own rulebook. `rulebook` in a request selects a published version; the default is the version in force.",
    ]
    for one in EVALUATIONS.values():
        required = [name for name, field in one.request.model_fields.items() if field.is_required()]
        optional = [name for name in one.request.model_fields if name not in required]
        rows = (("required", required), ("optional", optional), ("answer", one.answer.model_fields))
        lines = [f"| {title} | {', '.join(f'`{name}`' for name in names)} |" for title, names in rows if names]
        parts += [f"## {one.name}", f"{one.summary}. {_cell(one.evaluate.__doc__ or '')}", "\n".join(["| | |", "|---|---|", *lines])]
    return _page(parts)


# ---------------------------------------------------------------- routes


def _routes() -> str:
    parts = [
        "# Routes",
        "What the desk answers over HTTP. Every request needs a key: `Authorization: Bearer KEY` ([how](../how-to/keys-and-roles.md)). "
        "`/docs` of the service describes each field, and has examples. Evaluations have a [page of their own](evaluations.md).",
        "Every list takes `limit` (1 to 1000, 100 where nothing is said), `cursor` (`next` of the page before), `total=true` and "
        "`order_by` (a minus sign before it: backwards), and has the same as `.csv` and `.xlsx`, whole. What creates something answers "
        "201 with `Location`. What changes something takes `Idempotency-Key` and `If-Match`.",
    ]
    for resource in RESOURCES:
        parts.append(f"## {resource.title}")
        rows = ["| route | | who |", "|---|---|---|"]
        rows += [f"| `{one.method} {one.path}` | {_cell(_taken(one))} | {_who(one)} |" for one in resource.routes]
        parts.append("\n".join(rows))
    return _page(parts)


def _taken(route: Route) -> str:
    """The summary of a route, and the fields that it takes."""
    model = route.request or (route.listing.conditions if route.listing else route.query)
    names = (
        ", ".join(f"`{field.alias or name}`" + ("" if field.is_required() else "?") for name, field in model.model_fields.items())
        if model
        else ""
    )
    return f"{route.summary}: {names}" if names else route.summary


def _who(route: Route) -> str:
    return "every role" if set(route.roles) == set(ROLES) else ", ".join(route.roles)


# ---------------------------------------------------------------- limits


def _limits() -> str:
    def table(limits: Iterable[Limit]) -> str:
        return "\n".join(["| limit | at most | |", "|---|---|---|", *(f"| `{one.name}` | {one.most} | {one.meaning} |" for one in limits)])

    return _page(
        [
            "# Limits",
            "What one request to the HTTP service may ask for, and how long it may take. The description of the API shows the same limits "
            "with the settings of the running service.",
            "## What a request may contain",
            "Every text and list has a limit of its own beside these: see its schema at `/docs`.",
            table(request_limits()),
            "## How much work it may ask for",
            "Beyond a bound the request is refused with 422 and the code `over-budget`, which names the bound. The commands of the program "
            "have the same bounds.",
            table(work_limits()),
            "## Time, processes and connections",
            "Each is a setting of the environment or of `.env`; `centwright doctor` shows those in force. The default is shown here for a "
            "machine with two processors.",
            table(time_limits(ServiceLimits())),
            "Requests are answered by processes of their own. One that takes longer than its deadline, or whose client is gone, ends "
            "with its process. `GET /healthz` is answered by the service itself, whatever its processes do. SIGTERM ends the service "
            "within ten seconds: it accepts no further connection, waits four seconds for answers on their way, and ends all work.",
        ]
    )


# ---------------------------------------------------------------- problems


def _problems() -> str:
    known = set(codes_with_page())
    rows = sorted({(kind.code, _cell(kind.what), _cell(kind.remedy)) for kind in _kinds()})
    of_check = [row for row in rows if row[0] in known]
    parts = [
        "# Problems",
        "Every mistake that Centwright reports, by its code. Words in braces are placeholders. A problem in a file is reported with line "
        "and column, a problem in a request with a JSON pointer. A code with several rows has several wordings.",
        "## Reported by check",
        "Each code links to its page: why it matters, an example to avoid and one to prefer. `centwright check --explain CODE` shows the "
        "same page.",
        _table_of((f"[`{code}`](../problems/{code}.md)", what, remedy) for code, what, remedy in of_check),
        "## Reported by the desk and the HTTP service",
        "Mistakes in requests and imports, and actions that the state of the stored data does not allow.",
        _table_of((f"`{code}`", what, remedy) for code, what, remedy in rows if code not in known),
    ]
    return _page(parts)


def _table_of(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"| {code} | {what} | {remedy} |" for code, what, remedy in rows]
    return "\n".join(["| code | what is wrong | remedy |", "|---|---|---|", *lines])


def _kinds() -> Iterator[Kind]:
    for package in ("engine", "api"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "migrations" not in module.name and module.name not in NEEDS_PANGO:
                yield from (thing for thing in vars(importlib.import_module(module.name)).values() if isinstance(thing, Kind))


# ---------------------------------------------------------------- words of rules


def _vocabulary() -> str:
    parts = [
        "# The words of rules",
        "The facts that a rule may use, and the results that it may set. A rulebook adds its own words in `rules/vocabulary.yaml`. The "
        "lists of its catalogue (segments, products, plans …) are the values of the enumerations.",
    ]
    for title, table in (
        ("Facts: given with the case", builtin_names.inputs(ORDER_TYPES, DEFAULT_LANGUAGES)),
        ("Results: set by rules", builtin_names.TARGETS),
    ):
        names = [Locale(language).get_display_name(language) for language in LANGUAGES]
        rows = [f"| name | type | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
        for name, kind, meaning in builtin_names.rows(table):
            said = [_cell(template_in(meaning, language)) for language in LANGUAGES]
            rows.append(f"| `{name}` | {_cell(kind)} | {' | '.join(said)} |")
        parts += [f"## {title}", "\n".join(rows)]
    return _page(parts)


# ---------------------------------------------------------------- facts by question


def _facts() -> str:
    parts = [
        "# The facts of each question",
        "Each question to the rules has its own facts: when a discount is computed, there is no invoice yet. A rule that mentions another "
        "fact is refused by `check`, also where it uses it through a definition or a table. Facts that are known in some cases only are "
        "asked with `is known`, else `check` says so. A discount that depends on `quote.list-total` is agreed with the "
        "item when the quote is priced; it is not computed again. [vocabulary.md](vocabulary.md) has their types and meanings.",
    ]
    for scope in FACT_SCOPES:
        own = " and ".join(f"`{subject}.…`" for subject in scope.attributes)
        rows = [
            ("asked for", _listed(scope.answers)),
            ("always known", _listed(scope.always)),
            ("known in some cases", f"{_listed(scope.sometimes)}, attributes {own} of `rules/vocabulary.yaml`"),
        ]
        table = ["| | |", "|---|---|", *(f"| {title} | {text} |" for title, text in rows)]
        parts += [f"## When {scope.when}", "\n".join(table)]
    known = {name for scope in FACT_SCOPES for name in (*scope.always, *scope.sometimes)}
    inputs = builtin_names.rows(builtin_names.inputs(ORDER_TYPES, DEFAULT_LANGUAGES))
    others = _listed(name for name, _, _ in inputs if name not in known)
    parts += ["## In scenarios and filters only", f"No question of the engine knows {others}."]
    return _page(parts)


# ---------------------------------------------------------------- columns of imported files


def _import_columns() -> str:
    """The page as it is, with each table of columns written anew below its mark."""
    rulebook = read_rulebook(read_folder(HERE.parents[1]))
    files = {name: columns_of_file(name, "amount\n", rulebook) for name in FILES} | {"usage": USAGE, "earlier invoices": EARLIER_INVOICES}
    page = re.split(r"<!-- columns of (.+) -->\n\n?(?:\|.*\n)*\n?", (HERE / "import-columns.md").read_text("utf-8"))
    parts = [page[0]]
    for name, text in zip(page[1::2], page[2::2], strict=True):
        rows = (
            f"| `{column}` |{' **required**' if is_required else ''} | {_cell(contents.meaning)} | {_names(contents.names)} |"
            for column, is_required, contents in meanings(name, files[name].needed, files[name].optional)
        )
        table = "\n".join(["| column | | contents | French and Dutch names |", "|---|---|---|---|", *rows])
        parts += [f"<!-- columns of {name} -->\n\n{table}\n", f"\n{text}" if text else ""]
    return "".join(parts)


def _names(names: UsualNames) -> str:
    return _cell("; ".join(", ".join(f"`{name}`" for name in given) for given in names))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
        sys.stderr.write(f"docs/reference/{name}\n")
    for name, text in schema_texts().items():
        (HERE.parent / "schemas" / name).write_text(text, encoding="utf-8")
    sys.stderr.write("docs/schemas/\n")
