"""`centwright serve`: runs the HTTP service until it is stopped."""

from __future__ import annotations

from typing import Final

import click

from api.cli.invocation import Invocation
from api.cli.options import Command
from api.http.app import create_app
from api.http.server import check_host, listen, run
from api.installation import version_here
from api.workbench.comparison_run import golden_files

_HOST: Final = "127.0.0.1"


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port to listen on (default: CENTWRIGHT_PORT, or 8000).")
@click.option("--host", default=_HOST, show_default=True, help="The address of this machine to listen on.")
@click.pass_obj
def serve(invocation: Invocation, port: int | None, host: str) -> None:
    """Serve the HTTP interface; its documentation is at /docs."""
    settings = invocation.settings
    check_host(host)
    limits = settings.limits
    listener = listen(host, settings.port if port is None else port, limits.backlog)
    golden = golden_files(None, [settings.rulebook])
    app = create_app(invocation.sources, golden, limits, hosts=(*settings.hosts, host), version=version_here())
    run(app, listener, limits)
