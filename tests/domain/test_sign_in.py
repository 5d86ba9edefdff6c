"""Where somebody is led after signing in."""

import pytest

from kiosk.domain.sign_in import onward_path


@pytest.mark.parametrize(
    "path", ["/manage", "/", "/manage/windows?q=a&lang=en", "/a//b", "/路径"]
)
def test_a_page_of_this_server_is_gone_on_to(path):
    assert onward_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        "",
        "manage",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x00/evil.example",
        "/\x7f",
        "/manage with a blank",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " /manage",
        "/manage\r\nSet-Cookie: a=b",
        "/" + "a" * 500,
    ],
)
def test_anything_else_leads_home(address):
    assert onward_path(address) == "/manage"


def test_a_long_path_of_ours_is_kept():
    assert onward_path("/" + "a" * 499) == "/" + "a" * 499
