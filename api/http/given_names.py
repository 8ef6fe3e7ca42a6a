"""Where a request gave a name that is not stored: the field of its body, or its parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from api.http.request_parsing import pointer_step
from api.refusals import Unknown
from engine.problems import Problem


def with_pointers(refusal: Unknown, names: Mapping[str, str], parameters: tuple[tuple[str, str], ...], body: bytes) -> Unknown:
    """The refusal of unknown names, each with the place in the request that gave it; a name of the path has none."""
    places: dict[str, str] = {}
    given: object = None
    with suppress(ValueError):
        given = json.loads(body) if body else None
    for text, pointer in (*((text, f"/{pointer_step(name)}") for name, text in parameters), *_texts(given, "")):
        places.setdefault(text, pointer)
    own = set(names.values())
    return Unknown(tuple(_placed(problem, places, own) for problem in refusal.problems), refusal.state, refusal.possible)


def _placed(problem: Problem, places: Mapping[str, str], own: set[str]) -> Problem:
    name = dict(problem.words).get("name")
    return problem if problem.pointer or name is None or name in own or name not in places else replace(problem, pointer=places[name])


def _texts(given: object, pointer: str) -> Iterator[tuple[str, str]]:
    match given:
        case str():
            yield given, pointer
        case dict():
            for key, part in given.items():
                yield from _texts(part, f"{pointer}/{pointer_step(key)}")
        case list():
            for at, part in enumerate(given):
                yield from _texts(part, f"{pointer}/{at}")
        case _:
            return
