"""templates/words.yaml: the words of documents, by language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from engine.rulebook.yaml_model import Label, Written

WordName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Words(Written):
    """A file of words; templates show them as `words.due_date`."""

    kind: Literal["words"]
    words: dict[WordName, Label]
