"""Every command of the program, with the words of its name."""

from collections.abc import Iterator

import click

from api.cli.main import program


def all_commands(group: click.Group = program, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The groups and the commands in them, in the order in which they are listed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*above, name), command
        if isinstance(command, click.Group):
            yield from all_commands(command, (*above, name))
