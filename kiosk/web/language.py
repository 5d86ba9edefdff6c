"""Chinese and English: which one a request gets, and both at once for screens.

No cookie keeps the choice: it stays in the address (`?lang=en`) and every link
of the page carries it on.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, url_for
from flask.globals import request_ctx
from flask_babel import get_locale
from markupsafe import Markup, escape

from kiosk.config import ROOT
from kiosk.web import current

_PHRASE_HEADS = ("非常", "基本")

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""Catalogue to language tag. The folder must be `zh`: `zh_CN` is ignored."""


def select_language() -> str:
    """Return `zh` or `en`: as the address asks, else as the browser prefers."""
    if not has_request_context():
        return "zh"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    # Not best_match: to it "zh-HK, zh, en" prefers English, because only "en" is
    # written exactly like one of our tags.
    for tag, quality in request.accept_languages:
        name = tag.partition("-")[0].lower()
        if quality > 0 and name in LANGUAGES:
            return name
    return current.settings().default_language


def language() -> str:
    """Return the catalogue name of the current request."""
    return str(get_locale() or "zh")[:2]


@cache
def _catalogue(name: str) -> NullTranslations:
    return Translations.load(str(ROOT / "translations"), [name])


def in_language(name: str, text: str, /, **values: Any) -> str:
    """Return `text` in the named language, whatever the request's own is."""
    translated: str = _catalogue(name).gettext(text)
    return translated % values if values else translated


def phrases(text: str) -> Markup:
    """Return `text` with the places where a level's word may break.

    非常不满意 breaks after 非常, never inside 不满意; the style sheet forbids
    every other break in it.
    """
    safe = escape(text)
    for head in _PHRASE_HEADS:
        safe = safe.replace(head, Markup("{}<wbr>").format(head))
    return safe


def both(text: str, /, **values: Any) -> Markup:
    """Return `text` in both languages; the style sheet shows one of them.

    For screens that change language at a touch, without asking the server.
    """
    spans = (
        Markup('<span lang="{}">{}</span>').format(
            tag, phrases(in_language(name, text, **values))
        )
        for name, tag in LANGUAGES.items()
    )
    return Markup('<span class="both">{}</span>').format(
        Markup("").join(escape(span) for span in spans)
    )


def other_language_url(name: str) -> str:
    """Return the address of the current page in another language.

    A form that came back with errors has the address of its page; an address
    that only takes forms leads to the front page instead.
    """
    adapter = request_ctx.url_adapter
    if adapter is None or not adapter.test(request.path, "GET"):
        return url_for("public.home", lang=name)
    endpoint, values = adapter.match(request.path, "GET")
    asked = request.args.to_dict(flat=False) if request.method == "GET" else {}
    # Not url_for: words of the address could name its own parameters.
    return adapter.build(endpoint, {**asked, **values, "lang": name})


def page_url(number: int) -> str:
    """Return the address of another page of the list that is shown."""
    asked = request.args.to_dict()
    asked.pop("page", None)
    return f"{request.path}?{urlencode(asked | {'page': str(number)})}"


def file_url(endpoint: str, kind: str) -> str:
    """Return the address that keeps the list shown here as a file of a kind."""
    asked = request.args.to_dict()
    asked.pop("page", None)
    # Not url_for with these: words of the address could name its own parameters.
    return f"{url_for(endpoint)}?{urlencode(asked | {'format': kind})}"


def keep_language(app: Flask) -> None:
    """Let every address made for a page carry the page's chosen language on."""

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if not has_request_context() or endpoint == "static":
            return
        asked = request.args.get("lang", "")
        if asked in LANGUAGES and "lang" not in values:
            values["lang"] = asked


def compile_catalogues(folder: Path) -> None:
    """Compile each catalogue that is older than its source.

    Written whole under another name first: several workers may start at once.
    """
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        fresh = compiled.exists() and (
            compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns
        )
        if fresh:
            continue
        with source.open("rb") as words:
            catalogue = read_po(words, locale=source.parent.parent.name)
        with tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as draft:
            write_mo(draft, catalogue)
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(compiled)
