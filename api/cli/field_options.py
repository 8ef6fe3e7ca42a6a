"""The options of lists and verbs over the fields that a company declares: `--where CONDITION` and `--set NAME=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click

WHERE = click.option(
    "--where", "condition", metavar="CONDITION", default=None, help="Only those for which a condition of the rule language holds."
)
SET = click.option(
    "--set", "given", metavar="NAME=VALUE", multiple=True, help="A field of rules/vocabulary.yaml; an empty value removes it."
)


def pairs(given: Iterable[str]) -> list[tuple[str, str]]:
    """The names and values of `--set`; a usage error for one without `=`."""
    split = [each.partition("=") for each in given]
    for name, equals, _ in split:
        if not equals:
            raise click.UsageError(f"{name}: write NAME=VALUE")
    return [(name, value.strip()) for name, _, value in split]


def cells(attributes: Mapping[str, str], names: Sequence[str]) -> tuple[str | None, ...]:
    """The values of some fields, for the columns of a list."""
    return tuple(attributes.get(name) for name in names)
