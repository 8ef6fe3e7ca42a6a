"""Models of answers and requests, made from those of documents: nothing is built from the models of answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo


def answer_of(name: str, about: str, *documents: type[BaseModel], without: tuple[str, ...] = (), **fields: object) -> type[BaseModel]:
    """The model of an answer with all fields of some documents, always there where the JSON always has them, and others; `without` some."""
    own = {label: _written_field(field) for document in documents for label, field in _written(document).items() if label not in without}
    others = {label: (annotation, ...) for label, annotation in fields.items()}
    made: type[BaseModel] = create_model(name, __doc__=about, **(own | others))  # type: ignore[call-overload]  # the fields are in a dict
    return made


def union_of(name: str, about: str, *documents: type[BaseModel], **fields: object) -> type[BaseModel]:
    """The model of an answer that may be any of some documents: what not all of them have may be null or absent."""
    shared = set.intersection(*(set(_written(document)) for document in documents))
    partial = {label: field for document in documents for label, field in _written(document).items() if label not in shared}
    base = answer_of(name, about, documents[0], without=tuple({*partial, *fields}), **fields)
    optional = {label: (field.annotation | None, None) for label, field in partial.items()}  # type: ignore[operator]  # each is a type
    made: type[BaseModel] = create_model(name, __base__=base, __doc__=about, **optional)  # type: ignore[call-overload]  # they are data
    return made


def _written(document: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a document that its JSON has."""
    return {label: field for label, field in document.model_fields.items() if not field.exclude}


def request_of(name: str, document: type[BaseModel], **fields: object) -> type[BaseModel]:
    """The model of a request that is a document with further fields: for each its type and what it is where it is left out."""
    made: type[BaseModel] = create_model(name, __base__=document, __doc__=document.__doc__, **fields)  # type: ignore[call-overload]  # they are data
    return made


def _written_field(field: FieldInfo) -> tuple[object, object]:
    """A field that is there, unless its document leaves it out where it says nothing."""
    if field.exclude_if is not None:
        absent = Field(default=None, exclude_if=field.exclude_if)  # so that what is made of this answer knows it too
        return (field.annotation | None, absent)  # type: ignore[operator]  # each is a type
    parts = (field.annotation, *field.metadata)
    return (Annotated[parts] if field.metadata else field.annotation, ...)
