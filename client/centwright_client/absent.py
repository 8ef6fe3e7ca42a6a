"""What a request leaves out, which is not the same as null: a field that is absent stays as it is, null removes it."""

from enum import Enum
from typing import Final


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""The value of arguments that are not sent."""
