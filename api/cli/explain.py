"""`centwright explain DOCUMENT [LINE]`: why an amount is what it is, as sentences and step by step, or why a rule did not take part."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
from pydantic import BaseModel

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.http.request_parsing import LARGEST_BODY, read_json, read_request
from api.workbench.rulebook_versions import only_live
from engine.evaluations.registry import EVALUATIONS
from engine.explaining.amount_trace import explanation_of, heard_of_answer, told_why_not
from engine.explaining.explain_evaluation import explain_answer, line_of_answer
from engine.explaining.explanation import Explanation
from engine.explaining.explanation_output import as_json, told
from engine.rulebook.book import Rulebook

_SHORT: Final = 3
"""A document with so few amounts is told with all its steps at once."""


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
        found = shown = _why_not(invocation, document, line, rule, file)
    else:
        found = _explained(invocation, document, file)
        shown = found if line is None else found.only(line)
    if invocation.as_json:
        invocation.answer_json(as_json(shown, invocation.language))
    else:
        with_steps = steps or line is not None or len(shown.parts) <= _SHORT
        for text in told(shown, invocation.language, steps=with_steps):
            invocation.answer(text)
    invocation.tell(found.problems)
    if found.problems:
        sys.exit(1)


def _explained(invocation: Invocation, document: str, file: Path | None) -> Explanation:
    if document not in EVALUATIONS:
        from api.desk.explaining import explain as explain_document

        return explain_document(invocation.desk, document)
    return explain_answer(document, _answered(document, _body(file), invocation.rulebook), invocation.rulebook)


def _why_not(invocation: Invocation, document: str, line: str | None, rule: str, file: Path | None) -> Explanation:
    if document not in EVALUATIONS:
        from api.desk.explaining import explain_why_not

        return explain_why_not(invocation.desk, document, line, rule)
    body, rulebook = _body(file), invocation.rulebook
    found, heard = heard_of_answer(lambda listening: _answered(document, body, listening), rulebook)
    asked = line_of_answer(found, heard)
    return explanation_of(document, rule, rulebook, (told_why_not(rule, asked, rulebook, number="1", title=document),))


def _answered(question: str, body: bytes, rulebook: Rulebook) -> BaseModel:
    evaluation = EVALUATIONS[question]
    return evaluation.reply(read_request(evaluation.versioned_request, read_json(body)), only_live(rulebook))


def _body(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read(LARGEST_BODY + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_BODY + 1)
    except OSError as mistake:
        raise click.UsageError(f"--from: {file}: {mistake.strerror}") from None
