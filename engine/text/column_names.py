"""The usual French and Dutch names of the columns of lists, and which column each name of a header means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from engine.phrases import listed, phrase
from engine.problems import Kind, Problem
from engine.text.sources import TextCell

COLUMNS_READ: Final = Kind(
    "columns-read",
    "the names of these columns are understood: {columns}",
    "nothing needs to be done if that is right; otherwise write the name of the column that is meant",
    "advice",
)
MEANT_TWICE: Final = Kind(
    "column-meant-twice",
    "`{first}` and `{second}` both mean the column `{column}`",
    "write `{column}` in place of the one that is meant, or delete the other column",
)

ListLanguage = Literal["fr", "nl"]
_LEAST_ALIKE: Final = 82
"""How alike in percent two names are of which one may be the other misspelt."""
_SHORTEST: Final = 5
"""The fewest letters of a usual name that may be misspelt; shorter ones are alike by chance."""
_SMALL_WORDS: Final = frozenset({"de", "du", "des", "d", "l", "van", "het", "der"})
_NUMBERS: Final = re.compile(r"(?:n|no|nr|num|numero|nummer)")
_ENDS_AS_NUMBER: Final = re.compile(r"(?:nummer|nr)$")


class UsualNames(NamedTuple):
    """How lists in French and in Dutch call a column, the usual name first."""

    fr: tuple[str, ...]
    nl: tuple[str, ...]


Names = Mapping[str, UsualNames]


def usual(fr: str, nl: str) -> UsualNames:
    """Names separated by commas."""
    return UsualNames(*(tuple(name.strip() for name in names.split(",") if name.strip()) for names in (fr, nl)))


PRODUCT: Final = usual(
    "Code article, Code produit, Article, Produit, N° article, Réf. article, Référence article",
    "Artikelcode, Productcode, Artikel, Product, Artikelnr.",
)
PRICE_LIST: Final[Names] = {
    "product": UsualNames((*PRODUCT.fr, "Code", "Référence"), (*PRODUCT.nl, "Code", "Referentie")),
    "price": usual(
        "Prix, Prix unitaire, Prix HTVA, Prix HT, Prix unitaire HTVA, Prix unitaire HT, P.U., Tarif",
        "Prijs, Eenheidsprijs, Stukprijs, Prijs excl. btw, Eenheidsprijs excl. btw, Tarief",
    ),
}
"""The columns of a price list."""


class NamedColumns(NamedTuple):
    """The columns of a header: for each cell its column, or its own text where it means none."""

    columns: tuple[str, ...]
    language: ListLanguage | None
    """The language of most of its names; None where none of them is French or Dutch."""
    meant_twice: tuple[tuple[int, int, str], ...]
    """Two cells that mean one column."""

    @property
    def twice(self) -> frozenset[int]:
        """The cells of which an earlier one means the same."""
        return frozenset(second for _, second, _ in self.meant_twice)

    def problems(self, header: Sequence[TextCell]) -> list[Problem]:
        """Which two cells mean one column, or else which names were understood."""
        twice = [
            MEANT_TWICE.at(header[second].span, first=header[first].text, second=header[second].text, column=column)
            for first, second, column in self.meant_twice
        ]
        read = "" if twice else self.as_read([cell.text for cell in header])
        return [COLUMNS_READ.at(header[0].span.through(header[-1].span), columns=read)] if read else twice

    def as_read(self, header: Sequence[str]) -> str:
        """Which names of a header were understood as which columns; empty where all are the columns' own."""
        pairs = [(name, column) for name, column in zip(header, self.columns, strict=True) if name != column]
        return listed([phrase("`{written}` as `{read}`", written=name, read=column) for name, column in pairs])


class KnownColumns:
    """The columns of a file, to be found by the names that people write."""

    def __init__(self, columns: Iterable[str], names: Names) -> None:
        self.columns = frozenset(columns)
        self._names = {column: names[column] for column in sorted(self.columns) if column in names}
        self._by_name = {plain(name): column for column, given in self._names.items() for name in (*given.fr, *given.nl)}
        self._by_name |= {plain(column): column for column in self.columns}

    def meant(self, name: str) -> str | None:
        """The column that a name means, in capitals or not, with accents or without."""
        return name if name in self.columns else self._by_name.get(plain(name))

    def read(self, header: Sequence[str]) -> NamedColumns:
        """The columns of a header. A column's own name takes precedence over the usual ones."""
        columns, first, twice = list(header), dict[str, int](), list[tuple[int, int, str]]()
        for at, name in enumerate(header):
            meant = self.meant(name)
            if meant is None or name == meant or meant in header:
                continue
            if meant in first:
                twice.append((first[meant], at, meant))
            else:
                first[meant], columns[at] = at, meant
        return NamedColumns(tuple(columns), self._language(header), tuple(twice))

    def name_in(self, column: str, language: ListLanguage | None) -> str:
        """How lists in a language call a column."""
        given = self._names.get(column)
        return column if given is None or language is None else (given.fr if language == "fr" else given.nl)[0]

    def near(self, name: str, absent: Collection[str], language: ListLanguage | None) -> tuple[str, str] | None:
        """The absent column of which a name may be misspelt, and its name in a language; None where none is near."""
        written = _letters(name)
        best, most = None, 0
        for column in sorted(absent):
            own = self._names.get(column)
            usual_names = () if own is None else {"fr": own.fr, "nl": own.nl, None: (*own.fr, *own.nl)}[language]
            for known in (column, *usual_names):
                letters = _letters(known)
                alike = int(SequenceMatcher(None, written, letters).ratio() * 100)
                if alike >= _LEAST_ALIKE and alike > most and (known == column or min(len(letters), len(written)) >= _SHORTEST):
                    best, most = (column, known), alike
        return best

    def _language(self, header: Iterable[str]) -> ListLanguage | None:
        names = {plain(name) for name in header}
        french, dutch = (
            sum(1 for given in self._names.values() if names.intersection(map(plain, given[at])) - set(map(plain, given[1 - at])))
            for at in (0, 1)
        )
        return None if french == dutch else "fr" if french > dutch else "nl"


def plain(name: str) -> str:
    """A name without accents, capitals, signs and small words, and with one form of `number`: `N° de client` is `No client`."""
    words = re.findall("[a-z0-9]+", _unaccented(re.sub("[º°]", " ", name)))
    chief = [word for word in words if word not in _SMALL_WORDS] or words
    numbered = ["nr" if _NUMBERS.fullmatch(word) else _ENDS_AS_NUMBER.sub("nr", word) for word in chief]
    return "".join(numbered)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", _unaccented(name))


def _unaccented(name: str) -> str:
    return unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
