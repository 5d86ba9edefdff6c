"""The installation: made once, opened by one-time links, set up once."""

import threading

import pytest
from sqlalchemy import event, func, select

from kiosk.domain.accounts import LoginTaken
from kiosk.domain.errors import AlreadySetUp, FieldMissing, LinkSpent, UnknownTimeZone
from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import Account, Centre, Chain, Installation, OrganiserLink
from kiosk.queries.installation import (
    centre_version,
    holds_organiser_link,
    installation,
)
from kiosk.queries.people import account_line, has_organiser
from kiosk.queries.places import only_centre
from kiosk.services.installation import (
    begin_demonstration,
    ensure_installation,
    make_first_organiser,
    make_organiser_link,
    open_organiser_link,
    set_up,
)
from tests.conftest import NOON
from tests.engines import ON_POSTGRESQL
from tests.people import make_account
from tests.screens import keep, pair_screen, phone_tap
from tests.services.test_accounts import together

PATIENCE = 30
ZONE = "Asia/Shanghai"


def counts() -> list[int]:
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Installation, Centre, Chain)
        ]


def new_link(now) -> str:
    with transaction() as session:
        return make_organiser_link(session, now)


def open_link(link: str, now) -> str:
    with transaction() as session:
        return open_organiser_link(session, link, now)


# The row itself


def test_it_is_made_once_with_one_nameless_centre(app, clock):
    with reading() as session:
        first = installation(session)
        centre = only_centre(session)
    assert (first.organisation, first.demonstration, first.is_set_up) == (
        "",
        False,
        False,
    )
    assert (centre.code, centre.name, str(centre.zone)) == ("main", "服务中心", ZONE)
    with transaction() as session:
        again = ensure_installation(session, clock.forward(days=1))
        assert again.identity == first.identity
        assert again.created_at == NOON
    # A chain of the organisation and one of its centre.
    assert counts() == [1, 1, 2]


def test_before_it_is_made_there_is_none(unbegun):
    with reading() as session:
        assert installation(session) is None
        assert only_centre(session) is None
        assert centre_version(session, 1) == 0


@ON_POSTGRESQL
def test_two_servers_that_begin_together_make_one(unbegun):
    """Two nodes of a city start on the same empty PostgreSQL and both see nothing."""
    both_looked = threading.Barrier(2, timeout=PATIENCE)
    looked = threading.local()
    made: list[object] = []

    def wait_for_the_other(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("SELECT installation") and not vars(looked):
            looked.once = True
            both_looked.wait()

    def begin() -> None:
        try:
            with unbegun.app_context(), transaction() as session:
                made.append(ensure_installation(session, NOON).identity)
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            made.append(failed)

    event.listen(db.engine, "after_cursor_execute", wait_for_the_other)
    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    event.remove(db.engine, "after_cursor_execute", wait_for_the_other)
    with reading() as session:
        identity = installation(session).identity
    assert made == [identity] * 2
    assert counts() == [1, 1, 2]


# Links


def test_a_link_makes_its_opener_an_organiser(app, clock):
    holder = open_link(new_link(clock()), clock())
    with reading() as session:
        assert holds_organiser_link(session, token_hash(holder))
        assert not holds_organiser_link(session, token_hash("somebody"))
        link = session.scalars(select(OrganiserLink)).one()
    assert link.used_at == NOON
    assert link.holder_hash == token_hash(holder)


def test_holding_the_link_is_not_holding_the_cookie(app, clock):
    link = new_link(clock())
    with reading() as session:
        assert not holds_organiser_link(session, token_hash(link))


def test_a_link_works_once(app, clock):
    link = new_link(clock())
    open_link(link, clock())
    with pytest.raises(LinkSpent):
        open_link(link, clock.forward(days=1))


@pytest.mark.parametrize("token", ["", "x", "\x00"])
def test_an_invented_link_is_refused(app, clock, token):
    with pytest.raises(LinkSpent):
        open_link(token, clock())


def test_a_new_link_withdraws_the_unused_older_ones(app, clock):
    old = new_link(clock())
    new = new_link(clock())
    with pytest.raises(LinkSpent):
        open_link(old, clock())
    assert open_link(new, clock())


def test_a_new_link_leaves_earlier_holders_alone(app, clock):
    holder = open_link(new_link(clock()), clock())
    new_link(clock.forward(days=1))
    with reading() as session:
        assert holds_organiser_link(session, token_hash(holder))


def test_of_eight_who_open_one_link_one_is_the_organiser(app, clock):
    link = new_link(clock())
    together = threading.Barrier(8, timeout=PATIENCE)
    became: list[object] = []

    def try_it() -> None:
        try:
            with app.app_context():
                together.wait()
                became.append(open_link(link, NOON))
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            became.append(type(failed))

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert became.count(LinkSpent) == 7
    assert len({str(one) for one in became}) == 2


# Set-up


def begin(organisation="市政务局", centre="政务服务中心", zone=ZONE) -> None:
    with recording("test", NOON) as records:
        set_up(records, organisation, centre, zone)


def test_setting_up_names_the_organisation_and_its_centre(app):
    begin("  市\u202e政务局 ", "高新区\t分中心", "Asia/Urumqi")
    with reading() as session:
        found = installation(session)
        centre = only_centre(session)
    assert (found.organisation, found.demonstration, found.is_set_up) == (
        "市政务局",
        False,
        True,
    )
    assert (centre.name, str(centre.zone)) == ("高新区 分中心", "Asia/Urumqi")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("organisation", ""),
        ("organisation", " \t\u200b"),
        ("organisation", "局" * 101),
        ("centre", ""),
        ("centre", "\x00"),
        ("centre", "厅" * 101),
    ],
)
def test_a_name_that_is_missing_or_too_long_is_refused(app, part, value):
    with pytest.raises(FieldMissing) as refused:
        begin(**{part: value})
    assert refused.value.values == {"most": 100}
    with reading() as session:
        assert not installation(session).is_set_up


def test_names_of_one_and_of_a_hundred_characters_fit(app):
    begin("局", "厅" * 100)
    with reading() as session:
        assert only_centre(session).name == "厅" * 100


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Mars/Olympus",
        "CST",
        "asia",
        "Asia",
        "../../etc/localtime",
        "/etc/localtime",
        "Asia/Shanghai\x00",
        "A" * 300,
    ],
    ids=ascii,
)
def test_a_zone_that_does_not_exist_is_refused(app, zone):
    with pytest.raises(UnknownTimeZone):
        begin(zone=zone)
    with reading() as session:
        assert not installation(session).is_set_up
        assert str(only_centre(session).zone) == ZONE


def test_it_is_set_up_once(app):
    begin("First")
    with pytest.raises(AlreadySetUp):
        begin("Second")
    with pytest.raises(AlreadySetUp), transaction() as session:
        begin_demonstration(session, NOON)
    with reading() as session:
        assert installation(session).organisation == "First"
        assert not installation(session).demonstration


# The first organiser


def first(login: str) -> int:
    with recording("setup-link", NOON) as records:
        return make_first_organiser(records, login, "王芳", "hash")


def test_the_first_organiser_is_made_once(app):
    with reading() as session:
        assert not has_organiser(session)
    key = first("wang")
    with reading() as session:
        made = account_line(session, key)
        assert has_organiser(session)
    assert (made.login, made.name, made.factor_required) == ("wang", "王芳", True)
    assert [held.role for held in made.roles] == [Role.ORGANISER]
    with pytest.raises(AlreadySetUp):
        first("other")


def test_other_accounts_make_no_organiser(app):
    make_account("wang", Role.ADMINISTRATOR, NOON)
    with pytest.raises(LoginTaken):
        first("wang")
    assert first("other")


def test_where_the_only_organiser_is_switched_off_there_is_room_for_one(app):
    key = first("wang")
    with transaction() as session:
        session.get_one(Account, key).disabled_at = NOON
    assert first("other")


def test_of_two_holders_one_becomes_the_first_organiser(app):
    found = together(app, lambda: first("one"), lambda: first("two"))
    assert sorted(found) == ["AlreadySetUp", "done"]


def test_a_demonstration_can_never_become_real(app, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    with pytest.raises(AlreadySetUp):
        begin()
    with reading() as session:
        found = installation(session)
    assert (found.organisation, found.demonstration, found.is_set_up) == (
        "",
        True,
        True,
    )


def test_the_version_of_a_centre_is_that_of_its_head(app, clock):
    window = pair_screen("A001", clock()).window_id
    with reading() as session:
        before = centre_version(session, 1)
    keep(phone_tap(window, 5), clock())
    with reading() as session:
        assert centre_version(session, 1) == before + 1
        assert centre_version(session, 2) == 0
