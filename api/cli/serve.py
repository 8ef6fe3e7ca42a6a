"""`centwright serve`: runs the HTTP service until it is stopped."""

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
from api.workbench.overlay import Workbench
from api.workbench.rulebook_versions import only_live
from engine.problems import Kind

PORT_IN_USE = Kind("port-taken", "nothing can listen on {host}:{port}: {fault}", "give another with --port, or stop what listens there")
_HOST: Final = "127.0.0.1"


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port to listen on (default: CENTWRIGHT_PORT, or 8000).")
@click.option("--host", default=_HOST, show_default=True, help="The address to listen on.")
@click.pass_obj
def serve(invocation: Invocation, port: int | None, host: str) -> None:
    """Serve the HTTP interface; its documentation is at /docs."""
    workbench = Workbench(invocation.sources, golden_files(None, [invocation.settings.rulebook]))
    app = create_app(only_live(invocation.rulebook), workbench=workbench)
    listener = _bind(host, invocation.settings.port if port is None else port)
    bound_port = listener.getsockname()[1]
    click.echo(f"ready on http://{host}:{bound_port}", err=False)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


def _bind(host: str, port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY on the connections of a listener that names its protocol; without it each reply waits for an acknowledgement
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as fault:
        listener.close()
        raise OutsideFailure((PORT_IN_USE.at(None, host=host, port=port, fault=getattr(fault, "strerror", None) or fault),)) from None
    return listener
