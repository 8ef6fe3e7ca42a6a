"""`centwright serve`: the HTTP service, until it is told to stop."""

from __future__ import annotations

import socket
from typing import Final

import click
import uvicorn

from api.cli.invocation import Invocation
from api.cli.options import Command
from api.http.app import create_app
from api.refusals import OutsideFailure
from api.workbench.comparison_run import golden_files
from api.workbench.overlay import Workshop
from api.workbench.rulebook_versions import only_live
from engine.problems import Kind

PORT_TAKEN = Kind("port-taken", "nothing can listen on {host}:{port}: {fault}", "give another with --port, or end what listens there")
_HOST: Final = "127.0.0.1"


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port to listen on (default: CENTWRIGHT_PORT, or 8000).")
@click.option("--host", default=_HOST, show_default=True, help="The address to listen on.")
@click.pass_obj
def serve(invocation: Invocation, port: int | None, host: str) -> None:
    """Serve the HTTP interface; its documentation stands at /docs."""
    workshop = Workshop(invocation.sources, golden_files(None, [invocation.settings.rulebook]))
    app = create_app(only_live(invocation.rulebook), workshop=workshop)
    listening = _listen(host, invocation.settings.port if port is None else port)
    chosen = listening.getsockname()[1]
    click.echo(f"ready on http://{host}:{chosen}", err=False)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as fault:
        listening.close()
        raise OutsideFailure((PORT_TAKEN.at(None, host=host, port=port, fault=getattr(fault, "strerror", None) or fault),)) from None
    return listening
