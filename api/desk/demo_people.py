"""The people of a demonstration: one for each role, with a new password each time."""

from __future__ import annotations

import secrets
from typing import Final

from api.desk import signing_in, staff
from api.desk.desk import Desk
from api.store import users
from api.store.users import ROLES, User

_BYTES: Final = 9


def people_of_roles(desk: Desk) -> dict[str, str]:
    """The passwords by name of a person for each role, who is named like the role; added where it is missing."""
    with desk.store.reading() as connection:
        known = users.find(connection)
    passwords: dict[str, str] = {}
    for role in ROLES:
        if role not in known:
            staff.add(desk, User(name=role, full_name=role.capitalize(), email=f"{role}@example.com", role=role))
        passwords[role] = secrets.token_urlsafe(_BYTES)
        signing_in.set_password(desk, role, passwords[role])
    return passwords
