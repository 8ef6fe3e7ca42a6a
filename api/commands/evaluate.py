"""`billwright evaluate`: a question as JSON on stdin, the answer on stdout; the same questions as the service's."""

from __future__ import annotations

import json
import sys

import click

from api.asking import LARGEST_BODY, read_json, read_request
from api.commands.invocation import Invocation
from api.commands.options import Command
from api.evaluations import EVALUATIONS
from api.routes.evaluations import answer
from api.versions import only_live


@click.command(cls=Command)
@click.argument("question", type=click.Choice(list(EVALUATIONS)))
@click.pass_obj
def evaluate(invocation: Invocation, question: str) -> None:
    """Answer a QUESTION whose request stands as JSON on stdin: `billwright evaluate vat < request.json`."""
    evaluation = EVALUATIONS[question]
    request = read_request(evaluation.request, read_json(sys.stdin.buffer.read(LARGEST_BODY + 1)))
    found = answer(evaluation, request, only_live(invocation.rulebook))
    click.echo(json.dumps(found.model_dump(mode="json"), indent=2, ensure_ascii=False))
