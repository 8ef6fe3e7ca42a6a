"""Entity tags: a digest of each field of an answer, so that who changes what is not any more as it was read learns what changed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from api.refusals import Outdated
from api.store.sql import canonical_json
from engine.problems import Kind, Problem, refuse

CHANGED: Final = Kind("changed-since", "`{field}` is not any more as it was when you read it", "read it again, and decide anew")
OTHER_TAG: Final = Kind("other-tag", "this is not the tag of what stands there now", "read it again, and send its ETag as If-Match")
NO_TAG: Final = Kind("not-a-tag", "If-Match is no list of tags such as ETag gives", "write it as ETag was given, in quotes, or `*`")
_BYTES: Final = 4
_TAG: Final = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e]{0,4000})"\s*(?:,|$)')


def tag_of(tree: Mapping[str, object]) -> str:
    """The tag of an answer."""
    digests = b"".join(hashlib.sha256(canonical_json([name, tree[name]]).encode()).digest()[:_BYTES] for name in sorted(tree))
    return f'"{base64.urlsafe_b64encode(digests).decode().rstrip("=")}"'


def check_match(given: str, tree: Mapping[str, object]) -> None:
    """Refuses a change whose If-Match has no tag of what stands there now, and says which fields differ."""
    now = tag_of(tree)
    if given.strip() == "*":
        return
    tags = list(_tags(given))
    if not tags:
        raise refuse(NO_TAG)
    if now.strip('"') not in tags:
        raise Outdated(tuple(_differences(tags[-1], tree)) or (OTHER_TAG.at(None),))


def is_same(given: str, tree: Mapping[str, object]) -> bool:
    """Whether an If-None-Match names what stands there now."""
    return given.strip() == "*" or tag_of(tree).strip('"') in {match[1] for match in _TAG.finditer(given)}


def _tags(given: str) -> Iterator[str]:
    at = 0
    while at < len(given):
        match = _TAG.match(given, at)
        if match is None:
            raise refuse(NO_TAG)
        yield match[1]
        at = match.end()


def _differences(tag: str, tree: Mapping[str, object]) -> Iterator[Problem]:
    """A problem for each field whose digest is another one; none where the tag is of another kind of answer."""
    names = sorted(tree)
    try:
        then = base64.b64decode(tag + "=" * (-len(tag) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return
    now = base64.urlsafe_b64decode(tag_of(tree).strip('"') + "==")
    if len(then) != _BYTES * len(names):
        return
    for at, name in enumerate(names):
        of_field = slice(at * _BYTES, (at + 1) * _BYTES)
        if then[of_field] != now[of_field]:
            yield CHANGED.at(None, f"/{name}", field=name)
