"""People of the web tests beside the plain client: the holder of the hall's link."""

import pytest
from flask.testing import FlaskClient

from kiosk.extensions import transaction
from kiosk.services.installation import make_organiser_link, set_up


@pytest.fixture
def link(app, clock) -> str:
    """The secret of a fresh organiser's link."""
    with transaction() as session:
        return make_organiser_link(session, clock())


@pytest.fixture
def holder(app, link) -> FlaskClient:
    """The organiser's browser before anything is set up."""
    client = app.test_client()
    assert client.post("/setup/open", data={"key": link}).status_code == 303
    return client


@pytest.fixture
def organiser(holder, clock) -> FlaskClient:
    """The organiser of a real hall that has a name and no windows yet."""
    with transaction() as session:
        set_up(session, "市政务服务局", "市政务服务中心", "Asia/Shanghai", clock())
    return holder
