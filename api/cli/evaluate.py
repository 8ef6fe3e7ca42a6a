"""`centwright evaluate`: an evaluation's JSON request on stdin, its response on stdout; the same evaluations as over HTTP."""

from __future__ import annotations

import json
import sys

import click

from api.cli.invocation import Invocation
from api.cli.options import Command
from api.http.request_parsing import LARGEST_BODY, read_body, read_json
from api.workbench.rulebook_versions import live_or_published
from engine.evaluations.evaluation import answer_tree
from engine.evaluations.registry import EVALUATIONS


@click.command(cls=Command)
@click.argument("question", type=click.Choice(list(EVALUATIONS)))
@click.pass_obj
def evaluate(invocation: Invocation, question: str) -> None:
    """Answer a QUESTION whose request stands as JSON on stdin: `centwright evaluate vat < request.json`."""
    evaluation = EVALUATIONS[question]
    request = read_body(evaluation.versioned_request, read_json(sys.stdin.buffer.read(LARGEST_BODY + 1)))
    response = evaluation.reply(request, live_or_published(invocation.rulebook, invocation.settings.database_url))
    click.echo(json.dumps(answer_tree(response, invocation.language), indent=2, ensure_ascii=False))
