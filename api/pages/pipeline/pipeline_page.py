"""The board of the pipeline: a column for each stage with its count and sums, and a card for each of its next opportunities."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.offered_choices import offers_of
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown
from api.refusals import NoKey, NotAllowed
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Problem, Refusal
from engine.writing.locale_format import percent_text

TEMPLATE: Final = "pipeline/pipeline.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "owner": phrase("Owner"),
    "all": phrase("everybody"),
    "as_of": phrase("As it was on"),
    "show": phrase("Show"),
    "list": phrase("As a list"),
    "new": phrase("New opportunity"),
    "move": phrase("Move"),
    "to": phrase("to the stage"),
    "won": phrase("Won"),
    "lost": phrase("Lost"),
    "weighted": phrase("weighted"),
    "more": phrase("All of this stage"),
    "nothing": phrase("Nothing is in this stage."),
    "past": phrase("Cards show today only: of an earlier day there are the sums."),
    "done": phrase("Done."),
    "late": phrase("late"),
}
_CARDS: Final = "20"
"""How many cards a column shows: those that are expected to close first."""
_NO_SUMS: Final[Mapping[str, object]] = {"count": 0, "plain": "0.00", "weighted": "0.00"}


def pipeline_page(request: PageRequest) -> Values:
    """The values of the board, of the report of the pipeline and the list of opportunities under the same conditions."""
    visit, desk, read, routes = request.visit, request.desk(), request.read, request.routes
    given = {name: text.strip() for name, text in visit.parameters}
    owner, as_of, language = given.get("owner", ""), given.get("as_of", ""), visit.language
    of_owner = {"owner": owner} if owner else {}
    conditions = of_owner | ({"as_of": as_of} if as_of else {})
    report: Mapping[str, object] = {"rows": [], "totals": {}}
    problems: Sequence[Problem] = ()
    try:
        report = read("/reports/pipeline", {}, by="stage", open="true", **conditions) or report
    except (NoKey, NotAllowed):
        raise
    except Refusal as refusal:
        problems = refusal.problems
    sums = {str(row["stage"]): row for row in rows_of(report, "rows")}
    stages = [*desk.rulebook.stages, *(stage for stage in sums if stage not in desk.rulebook.stages)]
    labels = {stage: request.named.text("stage", stage) or stage for stage in stages}
    move = routes["move_opportunity"]
    return {
        **frame_of(visit, say(phrase("Pipeline"), language), routes),
        "own": {name: say(words, language) for name, words in _WORDS.items()},
        "owner": owner,
        "owners": offers_of(desk, language).select("owner", owner),
        "as_of": as_of,
        "problems": [(each.message_in(language), help_on_page(each, language)) for each in problems],
        "is_done": "done" in given,
        "totals": _sums_of(report.get("totals"), language),
        "currency": desk.rulebook.currency.code,
        "columns": [
            {
                "stage": stage,
                "label": labels[stage],
                "chance": percent_text(desk.rulebook.stages[stage].probability, language) if stage in desk.rulebook.stages else "",
                "count": sums.get(stage, _NO_SUMS)["count"],
                **_sums_of(sums.get(stage, _NO_SUMS), language),
                "cards": [] if as_of else list(_cards(request, stage, of_owner)),
                "list": f"/opportunities?{urlencode({'stage': stage, 'state': 'open', **of_owner})}",
            }
            for stage in stages
        ],
        "stages": [(stage, labels[stage]) for stage in desk.rulebook.stages],
        "may_move": visit.key.role in move.roles and not as_of,
        "here": visit.path,
        "back": f"{visit.path}?{urlencode(of_owner)}" if of_owner else visit.path,
        "list": f"/opportunities?{urlencode({'state': 'open', **of_owner})}",
        **request.refusal(),
        "moved": request.refused.names.get("opportunity") if request.refused else None,
        "once": lambda: str(uuid.uuid4()),
    }


def _cards(request: PageRequest, stage: str, of_owner: Mapping[str, str]) -> Iterator[Values]:
    """The open opportunities of a stage that are expected to close first."""
    desk, language, named = request.desk(), request.visit.language, request.named
    answer = request.read("/opportunities", {}, stage=stage, state="open", limit=_CARDS, order_by="expected_close", **of_owner)
    for row in rows_of(answer or {"rows": []}, "rows"):
        yield {
            "id": row["id"],
            "what": row["what"],
            "buyer": row["customer_name"] or row["customer"] or row["prospect"],
            "amount": shown(row["amount"], "amount", language).text,
            "currency": row["currency"],
            "closes": shown(row["expected_close"], "expected_close", language).text,
            "is_late": str(row["expected_close"]) < desk.today.isoformat(),
            "owner": named.text("owner", str(row["owner"])) or row["owner"],
            "next": row["next_step"],
            "next_on": shown(row["next_step_on"], "next_step_on", language).text,
            "is_next_late": row["next_step_on"] is not None and str(row["next_step_on"]) < desk.today.isoformat(),
        }


def _sums_of(row: object, language: Language) -> Values:
    """The plain and the weighted sum as people read them."""
    sums = row if isinstance(row, Mapping) else _NO_SUMS
    return {name: shown(sums.get(name), name, language).text for name in ("plain", "weighted")}


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, pipeline_page(request), language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/pipeline", _answer, shows_refusals=True),)
