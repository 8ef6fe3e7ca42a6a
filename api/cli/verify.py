"""`centwright verify`: audits numbers, hash chain and sums of everything stored."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.store.auditor import audit
from api.store.issued_documents import ends_of_series
from engine.phrases import phrase, say


@click.command(cls=Command)
@pass_invocation
def verify(invocation: Invocation) -> int:
    """Verify that numbers have no gap, the chain of hashes holds, no column was changed, and every amount is accounted for."""

    def progress(done: int, of: int) -> None:
        line = phrase("document {done} of {of}", done=done, of=of)
        invocation.show_progress(say(line, invocation.language) if done < of else "")

    with invocation.desk.store.reading() as connection:
        problems = audit(connection, progress)
        ends = ends_of_series(connection)
    count = sum(last for last, _ in ends.values())
    if invocation.as_json:
        language = invocation.language
        fields = [
            {"code": problem.code, "message": problem.message_in(language), "help": problem.help_in(language)} for problem in problems
        ]
        series = {name: {"last": last, "hash": digest} for name, (last, digest) in ends.items()}
        invocation.write_json({"documents": count, "series": series, "problems": fields})
        return 1 if problems else 0
    invocation.write_error_problems(problems, {})
    if problems:
        summary = phrase("{problems} problems in {documents} documents", problems=len(problems), documents=count)
        invocation.write_message(say(summary, invocation.language))
        return 1
    verified = phrase("{count} documents verified: numbers without a gap, hash chain whole, every amount accounted for", count=count)
    invocation.write(say(verified, invocation.language))
    for name, (_, digest) in ends.items():
        invocation.write(f"{name}: {digest}")
    return 0
