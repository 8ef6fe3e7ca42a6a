"""The rulebooks of the golden cases: the shipped one, and a small one of another company under the same VAT law."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from api.rulebook_folder import read_folder
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading, read_all, read_rulebook
from engine.text.sources import Sources
from engine.text.yaml_reader import read_yaml

CHECKOUT = Path(__file__).parents[2]
SMALL = Path(__file__).parent / "rulebook"
OF_A_COMPANY = ("vat/accounts.yaml", "vat/codes.yaml")


@cache
def rulebook_of(name: str) -> Rulebook:
    """`shipped` or `small`. The small one takes the law (vat/ without its accounts and VAT codes) from the shipped one."""
    shipped = read_folder(CHECKOUT)
    if name == "shipped":
        return read_rulebook(shipped)
    law = {path: text for path, text in shipped.items() if path.startswith("vat/") and path not in OF_A_COMPANY}
    return read_rulebook({**law, **read_folder(SMALL)})


def read_changed(sources: Sources, before: Reading) -> Reading:
    """The reading of texts of which most are those of another reading; those are not parsed again."""
    return read_all(sources, _read_once, before.checked)


_read_once = lru_cache(maxsize=400)(read_yaml)


def with_seller(rulebook: Rulebook, **changed: bool) -> Rulebook:
    """The rulebook of the same company, but registered for the one-stop shop, or a small business."""
    seller = rulebook.company.seller.model_copy(update=changed)
    return replace(rulebook, company=rulebook.company.model_copy(update={"seller": seller}))
