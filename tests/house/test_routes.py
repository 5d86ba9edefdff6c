"""Every route wears exactly one mark of who may call it; silence fails."""

import pytest
from flask import Flask

from kiosk.app import create_app
from kiosk.domain.integrations import ApiScope
from kiosk.domain.policy import Action
from kiosk.web.access import (
    device_only,
    holder_only,
    holder_streams,
    integration,
    may,
    public,
    signed_in,
)
from tests.conftest import make_settings

MARKS = (
    {"public", "device", "holder", "signed-in", "integration:any"}
    | {f"may:{one}" for one in Action}
    | {f"integration:{one}" for one in ApiScope}
)
OPEN_FILES = {"static"}
"""Flask's own route for files that everybody gets."""
ALL_MARKS = [
    public,
    device_only,
    holder_only,
    holder_streams,
    signed_in,
    may(Action.START),
    integration(ApiScope.READ_BOARD),
]


def wrongly_marked(app: Flask) -> list[str]:
    """Return the endpoints whose view has no mark, or one that does not exist."""
    return sorted(
        name
        for name, view in app.view_functions.items()
        if name not in OPEN_FILES and getattr(view, "access", None) not in MARKS
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Flask:
    return create_app(make_settings(tmp_path_factory.mktemp("routes")))


def test_every_route_wears_one_mark(real):
    assert len(real.view_functions) > 10
    assert wrongly_marked(real) == []


def view() -> str:
    return ""


def test_the_check_sees_what_is_wrong():
    def misspelt() -> str:
        return ""

    misspelt.access = "pubic"

    def imagined() -> str:
        return ""

    imagined.access = "may:everything"
    app = Flask("wrong")
    views = {
        "open": public(lambda: ""),
        "guarded": holder_only(lambda: ""),
        "for-screens": device_only(lambda: ""),
        "own": signed_in(lambda: ""),
        "allowed": may(Action.SEE_AUDIT)(lambda: ""),
        "unmarked": view,
        "misspelt": misspelt,
        "imagined": imagined,
    }
    for name, one in views.items():
        app.add_url_rule(f"/{name}", name, one)
    assert wrongly_marked(app) == ["imagined", "misspelt", "unmarked"]


@pytest.mark.parametrize("outer", ALL_MARKS, ids=range(len(ALL_MARKS)))
@pytest.mark.parametrize("inner", ALL_MARKS, ids=range(len(ALL_MARKS)))
def test_a_second_mark_is_refused_where_it_is_put_on(inner, outer):
    marked = inner(lambda: "")
    with pytest.raises(TypeError, match="wears a mark already"):
        outer(marked)


def test_no_route_was_lost_unnoticed(real):
    """A change here is a change of what people have bookmarked or printed."""
    rules = {str(rule) for rule in real.url_map.iter_rules()}
    assert rules >= {
        "/",
        "/setup",
        "/tablet",
        "/tablet/ratings",
        "/w/<code>",
        "/r/<code>",
        "/board",
        "/manage",
        "/sign-in",
        "/account",
        "/healthz",
    }
