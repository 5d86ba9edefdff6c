"""What browsers call themselves, in words."""

import pytest

from kiosk.domain.agents import agent_words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            (
                f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/142.0.0.0 "
                "Safari/537.36"
            ),
            "Chrome · Windows",
        ),
        (
            (
                f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/142.0.0.0 "
                "Safari/537.36 Edg/142.0.0.0"
            ),
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) "
                "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 "
                "Safari/604.1"
            ),
            "Safari · iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.5 Safari/605.1.15"
            ),
            "Safari · macOS",
        ),
        (
            (
                f"Mozilla/5.0 (Linux; Android 14; M2102K1C) {_WEBKIT} Version/4.0 "
                "Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47"
            ),
            "微信 WeChat · Android",
        ),
        (
            (
                f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {_WEBKIT} Chrome/114.0.0.0 "
                "Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300"
            ),
            "Huawei Browser · HarmonyOS",
        ),
        (
            (
                f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/142.0.0.0 "
                "Safari/537.36"
            ),
            "Chrome · Linux",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
        ("Werkzeug on Linux", "Linux"),
        ("<script>alert(1)</script> Firefox/1\r\nx: y", "Firefox"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, words):
    assert agent_words(agent) == words


def test_whatever_is_sent_fits_where_it_is_kept():
    every = "MicroMessenger QQBrowser DingTalk HuaweiBrowser HarmonyOS Android " * 900
    assert 0 < len(agent_words(every)) <= 60
