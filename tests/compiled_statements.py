"""What SQLAlchemy makes of the statements of a store, shared by all stores of a process.

It compiles each statement once for each open store, which a service opens once. Tests open a new one for each day of a company's life:
to compile them again and again would take them a third of their time.
"""

from functools import wraps
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from api.store import database


class _Compiled(LRUCache[Any, Any]):
    """Compiled statements by kind of database and statement, in place of the one connection pool and the statement."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def share_compiled_statements() -> None:
    """Lets each store that is opened in this process from now on use what was compiled for others."""
    create, compiled = database._create_engine, _Compiled(2000)

    @wraps(create)
    def create_sharing(url: str, lock_timeout: int) -> Engine:
        engine = create(url, lock_timeout)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    database._create_engine = create_sharing
