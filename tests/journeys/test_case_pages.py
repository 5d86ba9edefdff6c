"""Every page of cases in both languages and at both sizes: sound, never too wide."""

from collections.abc import Iterator

import pytest

from kiosk.domain.policy import Role
from kiosk.web.sessions import SESSION_COOKIE
from tests.case_hall import SECRET
from tests.case_pages import Opened, fill_hall
from tests.journeys.conftest import a_copy
from tests.journeys.test_axe import look_at
from tests.server import RealServer

pytestmark = pytest.mark.journey

PHONE = [f"/r/mine/{SECRET}", f"/r/mine/{SECRET}?view=elder"]


@pytest.fixture(scope="module")
def filled(with_windows, tmp_path_factory) -> Iterator[tuple[RealServer, Opened]]:
    """A hall with a case of each sort."""
    with a_copy(with_windows, tmp_path_factory.mktemp("cases")) as server:
        yield server, fill_hall(server)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_pages_of_cases(filled, visitors, size, language):
    server, opened = filled
    citizen = visitors(size, language).page
    for path in PHONE:
        look_at(citizen, server.url, path)
    for role, paths in opened.paths.items():
        visitor = visitors(size, language)
        unit = opened.unit_id if role is Role.MANAGER else None
        cookie = {"name": SESSION_COOKIE, "value": server.sign_in(role, unit)}
        visitor.context.add_cookies([cookie | {"url": server.url}])
        for path in paths:
            look_at(visitor.page, server.url, path)
            # A page that is not there would pass as an error page.
            header = visitor.page.locator("header.m-top, .p-top")
            assert (path, header.count()) == (path, 1)
