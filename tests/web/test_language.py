"""Chinese or English: as the address asks, else as the browser prefers."""

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import create_app
from kiosk.config import ROOT
from kiosk.web.language import (
    both,
    compile_catalogues,
    in_language,
    other_language_url,
    select_language,
)
from tests.conftest import make_settings
from tests.engines import ON_SQLITE
from tests.pages import Page, get

NO_RECEIPT = {
    "zh": "未找到该编号的回执",
    "en": "There is no receipt with this code",
}
PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Yes"
msgstr "{yes}"

#, fuzzy
msgid "No"
msgstr "guessed"
"""


@pytest.fixture
def bare(tmp_path) -> Flask:
    """An application without a database, with a page that says its language."""
    app = create_app(make_settings(tmp_path))
    _say_language(app)
    return app


def _say_language(app: Flask) -> None:
    def link(name: str) -> str:
        return other_language_url("en" if name else "")

    app.add_url_rule("/which", "which", app.jinja_env.globals["current_language"])
    app.add_url_rule("/link/<name>", "link", link)


@pytest.fixture
def plain(bare) -> FlaskClient:
    return bare.test_client()


def which(client: FlaskClient, accepted: str | None, **asked: str) -> str:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    return client.get("/which", headers=headers, query_string=asked).text


# Which one


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("fr", "zh"),
        ("fr,de;q=0.5,*;q=0.1", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh", "zh"),
        ("zh,en;q=0.8", "zh"),
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW,en;q=0.5", "zh"),
        ("zh-Hans-CN,en-US;q=0.9", "zh"),
        ("ZH-cn", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("en;q=0.5,zh;q=0.9", "zh"),
        ("fr,en;q=0.5", "en"),
        ("fr,en;q=0.4,zh;q=0.5", "zh"),
        ("en;q=0", "zh"),
        ("en;q=0,zh;q=0.1", "zh"),
        ("enough", "zh"),
        (";;;,,=\x7f", "zh"),
        ("en;q=nonsense", "zh"),
        ("a" * 8000, "zh"),
    ],
    ids=lambda part: repr(part)[:30],
)
def test_a_browser_gets_the_language_it_prefers(plain, accepted, language):
    assert which(plain, accepted) == language


def test_who_prefers_neither_gets_the_language_of_the_settings(tmp_path):
    app = create_app(make_settings(tmp_path, default_language="en"))
    _say_language(app)
    found = [which(app.test_client(), accepted) for accepted in ("fr", "", "zh-TW")]
    assert found == ["en", "en", "zh"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("zh", "zh"),
        ("fr", "zh"),
        ("", "zh"),
        ("EN", "zh"),
        ("zh-CN", "zh"),
    ],
)
def test_the_address_decides_before_the_browser(plain, asked, language):
    assert which(plain, "zh-CN", lang=asked) == language
    if asked in {"en", "zh"}:
        assert which(plain, "en", lang=asked) == asked


@ON_SQLITE
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_says_its_language_and_speaks_it(client, language):
    page = get(client, "public.receipt", code="none", status=404, lang=language)
    tags = {"zh": "zh-CN", "en": "en"}
    assert page.soup.html["lang"] == tags[language]
    assert page.soup.html["data-lang"] == language
    assert page.heading == NO_RECEIPT[language]


def test_outside_of_a_request_it_is_chinese(bare):
    """Commands and threads have no browser to ask."""
    with bare.app_context():
        assert select_language() == "zh"


# Carried along


@ON_SQLITE
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chosen_language_goes_along_with_every_link(client, language):
    page = Page(client.get("/r/none", query_string={"lang": language}))
    other = {"zh": "en", "en": "zh"}[language]
    assert page.one(".p-lang")["href"] == f"/r/none?lang={other}"
    assert page.one('form input[name="lang"]')["value"] == language
    assert page.one("form")["action"] == f"/r?lang={language}"


@ON_SQLITE
def test_without_a_choice_addresses_stay_short(client):
    page = Page(client.get("/r/none", headers={"Accept-Language": "en"}))
    assert page.one("form")["action"] == "/r"
    assert page.one(".p-lang")["href"] == "/r/none?lang=zh"
    assert page.soup.select('form input[name="lang"]') == []


@ON_SQLITE
def test_a_redirect_keeps_the_language(client):
    answer = client.get("/r?code=S9DV-W9SC-BNQ8Y&lang=en")
    assert answer.location == "/r/S9DV-W9SC-BNQ8Y?lang=en"


def test_files_have_one_address_in_all_languages(bare):
    with bare.test_request_context("/?lang=en"):
        assert "lang" not in bare.jinja_env.globals["asset"]("css/base.css")


# The other language of the same page


@pytest.mark.parametrize(
    ("asked", "link"),
    [
        ("/link/a", "/link/a?lang=en"),
        ("/link/a?lang=zh", "/link/a?lang=en"),
        ("/link/a?q=1&lang=zh", "/link/a?q=1&lang=en"),
        # Words that url_for would take for its own.
        ("/link/a?endpoint=x", "/link/a?endpoint=x&lang=en"),
        ("/link/a?_method=POST", "/link/a?_method=POST&lang=en"),
        ("/link/a?_external=1", "/link/a?_external=1&lang=en"),
        ("/link/a?_scheme=javascript", "/link/a?_scheme=javascript&lang=en"),
        ("/link/a?_anchor=x", "/link/a?_anchor=x&lang=en"),
        ("/link/a?values=1&self=2", "/link/a?values=1&self=2&lang=en"),
        ("/link/a?name=b", "/link/a?lang=en"),
        ("/link/a%0Aalert(1)", "/link/a%0Aalert(1)?lang=en"),
        ("/link/%22%3E%3Cscript%3E", "/link/%22%3E%3Cscript%3E?lang=en"),
    ],
)
def test_the_other_language_is_the_same_address(plain, asked, link):
    assert plain.get(asked).text == link


def test_a_page_that_only_takes_forms_leads_to_the_front_page(bare):
    with bare.test_request_context("/tablet/ratings", method="POST"):
        assert other_language_url("en") == "/?lang=en"
    with bare.test_request_context("/nowhere"):
        assert other_language_url("zh") == "/?lang=zh"


def test_a_form_that_came_back_leads_to_its_page_without_what_was_sent(bare):
    with bare.test_request_context("/w/abc?level=5", method="POST"):
        assert other_language_url("en") == "/w/abc?lang=en"


# Both at once


def test_both_languages_stand_side_by_side_for_a_screen():
    assert both("Very satisfied") == (
        '<span class="both"><span lang="zh-CN">非常<wbr>满意</span>'
        '<span lang="en">Very satisfied</span></span>'
    )


def test_words_of_people_are_escaped_in_both():
    text = "%(name)s"
    assert both(text, name="<b>&").count("&lt;b&gt;&amp;") == 2
    assert in_language("zh", text, name="x") == "x"


def test_a_sentence_without_a_translation_is_said_as_it_is():
    assert in_language("zh", "never said") == "never said"
    assert in_language("fr", "Very satisfied") == "Very satisfied"


# Catalogues


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text(PO.format(yes="是"), "utf-8")
    return source


def age(path: Path, seconds: int) -> None:
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))


def test_a_catalogue_is_compiled_when_there_is_none(source, tmp_path):
    compile_catalogues(tmp_path)
    compiled = source.with_suffix(".mo")
    assert "是".encode() in compiled.read_bytes()
    assert b"guessed" not in compiled.read_bytes()
    assert oct(compiled.stat().st_mode & 0o777) == "0o644"
    assert sorted(p.name for p in source.parent.iterdir()) == [
        "messages.mo",
        "messages.po",
    ]


def test_a_catalogue_is_compiled_when_it_is_older_than_its_source(source, tmp_path):
    compile_catalogues(tmp_path)
    compiled = source.with_suffix(".mo")
    age(compiled, 60)
    source.write_text(PO.format(yes="对"), "utf-8")
    compile_catalogues(tmp_path)
    assert "对".encode() in compiled.read_bytes()


def test_a_fresh_catalogue_is_left_as_it_is(source, tmp_path):
    """As old as its source is fresh enough: copies keep one moment for all files."""
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"kept")
    moment = source.stat().st_mtime_ns
    os.utime(compiled, ns=(moment, moment))
    compile_catalogues(tmp_path)
    assert compiled.read_bytes() == b"kept"
    os.utime(compiled, ns=(moment - 1, moment - 1))
    compile_catalogues(tmp_path)
    assert "是".encode() in compiled.read_bytes()


def test_our_own_catalogue_is_compiled_when_the_application_starts(bare):
    folder = ROOT / "translations" / "zh" / "LC_MESSAGES"
    compiled, source = folder / "messages.mo", folder / "messages.po"
    assert compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns
