"""A golden is one case and one text: `expected/NAME.txt` beside the test, written by `pytest --snapshot-update` and read by everybody."""

from __future__ import annotations

from pathlib import Path

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex


class Golden(SingleFileSnapshotExtension):
    """Text files named for their case: `text == snapshot(name="annual-line")`. What no test owns is reported, and deleted on update."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """The folder beside the test."""
        return str(Path(test_location.filepath).parent / "expected")

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """The name of the case."""
        return str(index) if isinstance(index, str) else super().get_snapshot_name(test_location=test_location, index=index)

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        """All files of the folder belong to the tests beside it."""
        return Path(snapshot_location).parent == Path(cls.dirname(test_location=test_location))


class GoldenXml(Golden):
    """The same for XML."""

    file_extension = "xml"
