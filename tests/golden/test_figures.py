"""Figures of two texts compared: other words are no difference, other figures are."""

from tests.golden.figures import changed


def test_other_words_around_the_same_figures_are_no_difference() -> None:
    assert changed("net 51,283.20, VAT 9,879.80", "VAT of 9,879.80 on 51,283.20 net") == ([], [])


def test_a_figure_that_differs_by_its_sign_or_a_cent_is_told() -> None:
    assert changed("+74.61 net\n−3.00", "-74.61 net\n−3.01") == (["+74.61", "−3.00"], ["-74.61", "−3.01"])


def test_a_figure_that_stands_there_less_often_is_told() -> None:
    assert changed("24.67 and 24.67", "24.67") == (["24.67"], [])
