"""A client of Centwright's HTTP interface: `Desk` has every route as a method, and `models` what they take and answer."""

from centwright_client.absent import ABSENT
from centwright_client.desk import Desk
from centwright_client.problems import (
    ApiProblem,
    InvalidRequest,
    Mistake,
    NoReply,
    NotAllowed,
    NotFound,
    NotPossible,
    Outdated,
    ServiceFailure,
    TooManyRequests,
)

__all__ = [
    "ABSENT",
    "ApiProblem",
    "Desk",
    "InvalidRequest",
    "Mistake",
    "NoReply",
    "NotAllowed",
    "NotFound",
    "NotPossible",
    "Outdated",
    "ServiceFailure",
    "TooManyRequests",
]
