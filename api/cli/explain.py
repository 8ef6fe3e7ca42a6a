"""`centwright explain DOCUMENT [LINE]`: how an amount was calculated, step by step, or why a rule did not apply."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
from pydantic import BaseModel

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.http.request_parsing import LARGEST_BODY, read_body, read_json
from api.workbench.rulebook_versions import live_or_published
from engine.evaluations.registry import EVALUATIONS
from engine.explaining.amount_trace import record_questions
from engine.explaining.explain_evaluation import explain_answer, traced_answer
from engine.explaining.explanation import Explanation
from engine.explaining.explanation_output import as_json, explanation_lines
from engine.explaining.why_not import why_not_explanation, why_not_part
from engine.rulebook.book import Rulebook

_SHORT: Final = 3
"""A document with at most this many amounts is shown with all its steps."""


@click.command(cls=Command)
@click.argument("document")
@click.argument("line", required=False)
@click.option("--from", "file", type=click.Path(path_type=Path), default=None, help="The request of an evaluation, instead of stdin.")
@click.option("--why-not", "rule", default=None, metavar="RULE", help="Why this rule, discount, table row or price book took no part.")
@click.option("--steps", is_flag=True, help="Tell the steps of every amount, not only of the one asked for.")
@pass_invocation
def explain(invocation: Invocation, document: str, line: str | None, file: Path | None, rule: str | None, steps: bool) -> None:
    """Explain the amounts of a DOCUMENT, or of one LINE of it.

    DOCUMENT is the number of an invoice, a credit note or a quote (Q-1/2: its second version), the id of an order item or a transaction,
    `to-invoice` (`to-invoice/3`: its third draft), or a question as of `evaluate` with its request on stdin, such as
    `explain price < request.json`. LINE is the number of a line, or net, vat, gross, due, due-date.
    """
    if rule is not None:
        explanation = shown = _why_not(invocation, document, line, rule, file)
    else:
        explanation = _explained(invocation, document, file)
        shown = explanation if line is None else explanation.only(line)
    if invocation.as_json:
        invocation.write_json(as_json(shown, invocation.language))
    else:
        with_steps = steps or line is not None or len(shown.parts) <= _SHORT
        for text in explanation_lines(shown, invocation.language, steps=with_steps):
            invocation.write(text)
    invocation.write_error_problems(explanation.problems)
    if explanation.problems:
        sys.exit(1)


def _explained(invocation: Invocation, document: str, file: Path | None) -> Explanation:
    if document not in EVALUATIONS:
        from api.desk.explaining import explain as explain_document

        return explain_document(invocation.desk, document)
    request, rulebook = _request(invocation, document, file)
    return explain_answer(document, EVALUATIONS[document].evaluate(request, rulebook), rulebook)


def _why_not(invocation: Invocation, document: str, line: str | None, rule: str, file: Path | None) -> Explanation:
    if document not in EVALUATIONS:
        from api.desk.explaining import explain_why_not

        return explain_why_not(invocation.desk, document, line, rule)
    request, rulebook = _request(invocation, document, file)
    response, questions = record_questions(rulebook, lambda traced: EVALUATIONS[document].evaluate(request, traced))
    explained_line = traced_answer(response, questions)
    return why_not_explanation(document, rule, rulebook, (why_not_part(rule, explained_line, rulebook, number="1", title=document),))


def _request(invocation: Invocation, question: str, file: Path | None) -> tuple[BaseModel, Rulebook]:
    """A request, and the rulebook that it names."""
    request = read_body(EVALUATIONS[question].versioned_request, read_json(_body(file)))
    rulebooks = live_or_published(invocation.rulebook, invocation.settings.database_url)
    return request, rulebooks(getattr(request, "rulebook", None))


def _body(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read(LARGEST_BODY + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_BODY + 1)
    except OSError as mistake:
        raise click.UsageError(f"--from: {file}: {mistake.strerror}") from None
