"""Everything HTTP. A view parses, calls one thing and answers."""

from flask import Flask

from kiosk.config import HTMX_INTEGRITY, HTMX_VERSION
from kiosk.domain.policy import Action
from kiosk.web import (
    access,
    account,
    api,
    assets,
    board,
    campaign,
    current,
    language,
    manage,
    phone,
    public,
    sessions,
    setup,
    tablet,
)
from kiosk.web.errors import register_errors
from kiosk.web.filters import register_filters
from kiosk.web.security import protect


def register(app: Flask) -> None:
    """Give the application its pages, headers, filters and error pages."""
    protect(app)
    register_errors(app)
    register_filters(app)
    assets.register_assets(app)
    language.keep_language(app)
    app.jinja_env.globals.update(
        both=language.both,
        phrases=language.phrases,
        current_language=language.language,
        other_language_url=language.other_language_url,
        page_url=language.page_url,
        file_url=language.file_url,
        LANGUAGES=language.LANGUAGES,
        settings=current.settings,
        allowed=access.allowed,
        Action=Action,
        person=sessions.person,
        form_token=sessions.form_token,
        this_installation=current.this_installation,
        this_centre=current.this_centre,
        HTMX_INTEGRITY=HTMX_INTEGRITY,
        HTMX_VERSION=HTMX_VERSION,
    )
    for audience in (
        public,
        campaign,
        setup,
        account,
        tablet,
        phone,
        board,
        manage,
        api,
    ):
        app.register_blueprint(audience.blueprint)
