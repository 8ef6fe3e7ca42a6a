"""The server: a listening socket, uvicorn with its time-outs, and an end within seconds."""

from __future__ import annotations

import ipaddress
import logging
import resource
import socket
from typing import Final

import click
import uvicorn
from uvicorn.server import Server

from api.garbage import set_aside
from api.http.connections import Connections
from api.http.middleware import RequestMiddleware
from api.http.request_log import open_log
from api.refusals import Conflict, OutsideFailure
from api.settings import ServiceLimits
from engine.problems import Kind

PORT_IN_USE = Kind("port-taken", "nothing can listen on {host}:{port}: {fault}", "give another with --port, or stop what listens there")
NO_KEYS = Kind(
    "open-to-others",
    "{host} can be reached from other machines, and evaluations are open to everybody",
    "listen on 127.0.0.1, or set CENTWRIGHT_EVALUATIONS=keys; keys and data then need TLS, from a server before this one",
)
RESERVED: Final = 100
"""Descriptors for everything but connections: pipes to the workers, the database, files."""
_GRACE: Final = 4
"""Seconds for answers that are being written when the service is stopped."""


def check_host(host: str, *, evaluations_need_keys: bool) -> None:
    """Refuses an address that other machines can reach, unless everything needs a key."""
    try:
        addresses = {ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in socket.getaddrinfo(host, None)}
    except OSError as fault:
        raise _port_failure(host, 0, fault) from None
    if not evaluations_need_keys and not all(address.is_loopback for address in addresses):
        raise Conflict((NO_KEYS.at(None, host=host),), "without keys", ("listen on 127.0.0.1", "CENTWRIGHT_EVALUATIONS=keys"))


def listen(host: str, port: int, backlog: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    # asyncio sets TCP_NODELAY on the connections of a listener that names its protocol; without it each reply waits for an acknowledgement
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(backlog)
    except (OSError, OverflowError) as fault:
        listener.close()
        raise _port_failure(host, port, fault) from None
    return listener


def descriptors() -> int:
    """How many files and connections this process may have open; raised as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def most_connections(limits: ServiceLimits, files: int) -> int:
    """How many connections may be open: as set, and never so many that the descriptors run out."""
    return max(1, min(limits.connections, files - RESERVED - limits.backlog))


class _Server(Server):
    """Says where it listens once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the workers and the listener."""
        await super().startup(sockets)
        if self.started and sockets:
            set_aside()
            host, port = sockets[0].getsockname()[:2]
            click.echo(f"ready on http://{f'[{host}]' if ':' in host else host}:{port}")


def run(app: RequestMiddleware, listener: socket.socket, limits: ServiceLimits, log_level: str) -> None:
    """Serves until the process is told to stop; writes its log from a level on."""
    open_log(log_level)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it writes a line for every connection that the system refuses
    connections = Connections(most_connections(limits, descriptors()), limits.request_timeout, app.metrics)
    config = uvicorn.Config(
        app,
        http=connections.protocol,  # type: ignore[arg-type]  # uvicorn only calls it
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=limits.backlog,
        timeout_keep_alive=limits.keep_alive,
        timeout_graceful_shutdown=_GRACE,
    )
    _Server(config).run(sockets=[listener])


def _port_failure(host: str, port: int, fault: Exception) -> OutsideFailure:
    return OutsideFailure((PORT_IN_USE.at(None, host=host, port=port, fault=getattr(fault, "strerror", None) or fault),))
