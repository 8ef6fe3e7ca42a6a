"""What lives long is set aside: later collections do not look at it, and it can still be used."""

import gc

from api.garbage import set_aside


def test_what_lives_is_set_aside() -> None:
    lives, before = [["a rulebook"]], gc.get_freeze_count()
    set_aside()
    assert gc.get_freeze_count() > before
    assert not any(each is lives for each in gc.get_objects())
