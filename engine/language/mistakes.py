"""Every kind of mistake that can be made in a rule, with what is said of it and how to mend it."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

BAD_NAME: Final = Kind(
    "bad-name",
    "`{name}` cannot be the name of an attribute",
    "write `customer.NAME`, `product.NAME` or `line.NAME` in small letters, digits and hyphens",
)
NAME_TAKEN: Final = Kind("name-taken", "`{name}` is a name of the vocabulary already", "choose another name")
UNKNOWN_TYPE: Final = Kind("unknown-type", "`{word}` is not a type", "{remedy}")
ENUM_VALUE_BEGINS: Final = Kind(
    "bad-enum-value",
    "the value `{word}` begins with a word that has a meaning in rules",
    "choose a word that does not begin with not-, no-, any- or all-",
)
