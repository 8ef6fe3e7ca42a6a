"""The ways out of what is held back."""

from typing import Literal

WayOut = Literal[
    "activate-item",
    "resume-item",
    "report-event",
    "release-customer",
    "change-customer",
    "ask-register",
    "check-vat-number",
    "change-rules",
]
"""What somebody can do so that something is held back no more: mostly the name of a verb of the desk."""
