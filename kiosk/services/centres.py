"""A centre's own settings: name, time zone, local periods."""

from sqlalchemy import exists, select, update

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.time_zones import parse_zone
from kiosk.models import ORGANISATION, Centre, Chain, Rating, Window
from kiosk.queries.calendar import CentreSettings
from kiosk.services.records import Book


class ZoneFixed(RuleBroken):
    """The time zone is to change although days have been counted by it."""

    code = "zone_fixed"
    text = sentence(
        "There are ratings already, and their days were counted in the time zone the "
        "centre has. It cannot be changed any more."
    )


def change_centre(records: Book, centre_id: int, wanted: CentreSettings) -> bool:
    """Make these the centre's settings; return whether anything was different.

    Raises UnknownTimeZone or ZoneFixed.
    """
    parse_zone(wanted.time_zone)
    session = records.session
    old = session.scalar(select(Centre.time_zone).where(Centre.id == centre_id))
    values = {
        "name": wanted.name,
        "time_zone": wanted.time_zone,
        "region": wanted.region,
        "accept_days": wanted.accept_days,
        "answer_days": wanted.answer_days,
        "rectify_days": wanted.rectify_days,
    }
    changed = records.change(Centre, ORGANISATION, centre_id, values)
    if wanted.time_zone != old:
        _change_zone(records, centre_id, wanted.time_zone)
    if changed:
        # The name stands on the board; its version is the centre's own number.
        records.note(centre_id, "settings", {"centre": centre_id})
    return changed


def _change_zone(records: Book, centre_id: int, zone: str) -> None:
    """Let the days of the centre's chain be those of another zone. Raises ZoneFixed."""
    session = records.session
    # Heads come after every row, and in the order of their keys, as everywhere.
    keys = sorted((ORGANISATION, centre_id))
    heads = select(Chain.id).where(Chain.id.in_(keys)).order_by(Chain.id)
    session.execute(heads.with_for_update())
    # Behind the head, which a rating on its way holds until it is there.
    if has_ratings(records, centre_id):
        raise ZoneFixed
    session.execute(update(Chain).where(Chain.id == centre_id).values(time_zone=zone))


def has_ratings(records: Book, centre_id: int) -> bool:
    """Whether anything was ever rated in a centre."""
    rated = exists().where(Rating.window_id == Window.id, Window.centre_id == centre_id)
    return bool(records.session.scalar(select(rated)))
