"""No hostile file ends a check, hides where it is wrong, or costs more than a second and 200 MB."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.property.bombs import BOMBS

SECONDS, MEGABYTES = 4.0, 200  # a second on a quiet machine; one that is shared counts several


def test_there_are_bombs_of_every_kind() -> None:
    assert len(BOMBS) >= 200
    assert len({bomb.name for bomb in BOMBS}) == len(BOMBS)
    assert {bomb.path.rpartition(".")[2] for bomb in BOMBS} == {"yaml", "rules", "csv", "j2"}


@pytest.mark.proof
def test_a_hostile_file_is_reported_at_its_position_within_limits(proof_size: Callable[[int], int]) -> None:
    step = max(1, len(BOMBS) // max(1, proof_size(len(BOMBS))))
    names = [bomb.name for bomb in BOMBS[::step]]
    done = subprocess.run(
        [sys.executable, "-m", "tests.property.bomb_runner", *names], capture_output=True, text=True, check=True, timeout=1_200
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["name"] for each in results] == names
    wrong = [each for each in results if each["wrong"] or each["seconds"] > SECONDS or each["megabytes"] > MEGABYTES]
    assert not wrong, "\n".join(map(str, wrong))
