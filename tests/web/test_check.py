"""The self-test, its help, and what makes the page an application of a tablet."""

import io
import json
from urllib.parse import urlsplit

import pytest
from PIL import Image

from kiosk.web.tablet.check_lines import CHECKS
from tests.engines import ON_SQLITE
from tests.house.project import TOP
from tests.pages import get
from tests.pictures import address_in_svg

pytestmark = ON_SQLITE
SECTIONS = {line.section for line in CHECKS}


def test_everything_looked_at_has_a_line_and_a_script(client):
    page = get(client, "tablet.check")
    named = [str(line["data-check"]) for line in page.soup.select("[data-check]")]
    assert named == [line.name for line in CHECKS]
    script = (TOP / "static" / "js" / "tablet" / "device-checks.js").read_text("utf-8")
    looks = script.split("export const CHECKS = {")[1]
    for name in named:
        assert f"  {name}" in looks or f'"{name}"' in looks


def test_without_its_script_the_page_says_that_the_device_is_not_fit(client):
    """A browser too old for the module shows the page as it came."""
    page = get(client, "tablet.check")
    shown = [
        one for one in page.soup.select("[data-verdict]") if one.get("hidden") is None
    ]
    assert [one["data-verdict"] for one in shown] == ["unfit"]
    states = {
        str(line["data-check"]): line["data-state"]
        for line in page.soup.select("[data-check]")
    }
    assert states["browser"] == states["storage"] == "missing"
    assert set(states.values()) == {"missing", "unknown"}


def test_each_remedy_leads_to_a_section_that_is_there(client):
    anchors = {
        str(one["id"]) for one in get(client, "tablet.help_page").soup.select("[id]")
    }
    assert anchors >= SECTIONS
    page = get(client, "tablet.check")
    links = [urlsplit(link) for link in page.links()]
    led = {link.fragment for link in links if link.path == "/tablet/help"} - {""}
    assert led == SECTIONS


def test_codes_lead_a_phone_to_the_section(client):
    page = get(client, "tablet.check", _headers={"Host": "10.0.0.5:8000"})
    codes = page.soup.select(".c-code svg")
    assert len(codes) == len(CHECKS)
    read = {address_in_svg(str(code).replace("viewbox", "viewBox")) for code in codes}
    assert read == {f"http://10.0.0.5:8000/tablet/help#{name}" for name in SECTIONS}


def test_where_no_phone_can_come_there_is_no_code(client):
    assert get(client, "tablet.check").soup.select(".c-code") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_manifest_names_what_launchers_ask_for(client, language):
    answer = client.get(f"/tablet/manifest.webmanifest?lang={language}")
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.text)
    assert told["short_name"] == {"zh": "窗评", "en": "Window Kiosk"}[language]
    assert told["lang"] == {"zh": "zh-CN", "en": "en"}[language]
    assert told["start_url"] == f"/tablet?lang={language}"
    assert (told["scope"], told["id"], told["display"]) == (
        "/tablet",
        "/tablet",
        "fullscreen",
    )
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]


def test_icons_have_the_sizes_that_the_manifest_tells(client):
    for icon in client.get("/tablet/manifest.webmanifest").json["icons"]:
        answer = client.get(icon["src"])
        assert answer.mimetype == "image/png"
        assert answer.headers["Cache-Control"] == "no-store"
        width, height = Image.open(io.BytesIO(answer.data)).size
        assert f"{width}x{height}" == icon["sizes"]


def test_an_icon_of_another_name_is_not_there(client):
    assert client.get("/tablet/icon-640.png").status_code == 404


def test_pages_of_the_screen_name_the_manifest_and_may_load_it(client):
    page = get(client, "tablet.check")
    assert page.one('link[rel="manifest"]')["href"] == "/tablet/manifest.webmanifest"
    assert "manifest-src 'self'" in page.answer.headers["Content-Security-Policy"]
