"""`centwright lsp`: the language server of rule files, for editors."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout

import click

from api.cli.invocation import Invocation
from api.cli.options import Command
from api.installation import version_here


@click.command(cls=Command)
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as always; editors pass it.")
@click.pass_obj
def lsp(invocation: Invocation, stdio: bool) -> None:
    """Serve editors by the Language Server Protocol, over standard input and output, until they end it.

    Problems, corrections, completion, meanings, definitions, outline, layout and colours of the files of a rulebook. Messages are in
    the language of --language, else in that of the editor.
    """
    from api.editor_protocol.language_server import create_server

    language = invocation.language
    is_chosen = invocation.settings.by_name["LANGUAGE"].origin == "option"
    server = create_server(version_here(), language if is_chosen else None, language)
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")  # the server closes it at the end
    with redirect_stdout(sys.stderr):  # nothing else may stand in the stream of the protocol
        server.start_io(stdout=protocol)
