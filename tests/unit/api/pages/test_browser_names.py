"""The names of browsers: of what they write, in plain words; what is not recognised stays."""

import pytest

from api.pages.account.browser_names import browser_name

BEGIN = "Mozilla/5.0 "
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (f"{BEGIN}(Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Windows"),
        (f"{BEGIN}(Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"{BEGIN}(Windows NT 10.0; Win64; x64) {CHROME} Edg/130.0.2849.68", "Edge on Windows"),
        (f"{BEGIN}(Linux; Android 14; Pixel 8) {CHROME}", "Chrome on Android"),
        (f"{BEGIN}(Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari on macOS"),
        (f"{BEGIN}(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.9.1", "curl/8.9.1"),
        ("", "–"),
    ],
)
def test_a_browser_is_named_in_plain_words(written: str, name: str) -> None:
    assert browser_name(written, "en") == name
    assert browser_name(written, "fr") == name.replace(" on ", " sur ")
