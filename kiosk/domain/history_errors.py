"""What may be wrong with a file of past ratings, said to whoever must correct it."""

from kiosk.domain.errors import RuleBroken, sentence


class ColumnsMissing(RuleBroken):
    """The first line lacks columns without which no row can be read."""

    code = "columns_missing"
    text = sentence(
        "The first line must name the columns. Missing: %(names)s. Please add them."
    )


class CellsTooMany(RuleBroken):
    """A row has more cells than there are columns."""

    code = "cells_too_many"
    text = sentence(
        "This row has more cells than there are columns. "
        "Please put text that holds a comma in quotation marks."
    )


class WindowNotThere(RuleBroken):
    """No window bore this number on that day."""

    code = "window_not_there"
    text = sentence(
        "No window has the number “%(number)s” on that day. "
        "Please correct the number or take in the list of windows first."
    )


class TimeUnreadable(RuleBroken):
    """A time is in none of the forms that are understood."""

    code = "time_unreadable"
    text = sentence(
        "“%(given)s” is no time we can read. Please write it like 2026-07-16 14:26."
    )


class TimeNotPast(RuleBroken):
    """A past rating is dated in the future."""

    code = "time_not_past"
    text = sentence("The time “%(given)s” lies in the future. Please correct it.")


class TimeTooOld(RuleBroken):
    """A past rating is older than any that can be meant."""

    code = "time_too_old"
    text = sentence(
        "The time “%(given)s” lies before the year 2000. Please correct it."
    )


class ChannelUnknown(RuleBroken):
    """A channel is neither of the two."""

    code = "channel_unknown"
    text = sentence(
        "“%(given)s” is no channel. Please write tablet or phone (终端 or 手机)."
    )


class LevelUnknown(RuleBroken):
    """A level is none of the five."""

    code = "level_unknown"
    text = sentence("“%(given)s” is no level. Please write 1 to 5 or the level's name.")


class IdTwice(RuleBroken):
    """One id stands in two rows that say different things."""

    code = "id_twice"
    text = sentence(
        "This row has the id of line %(first)d but says something else. "
        "Please correct one of them."
    )


class RowsWrong(RuleBroken):
    """A file has rows that cannot be taken, and leaving them out was not asked for."""

    code = "rows_wrong"
    text = sentence(
        "%(count)d rows are wrong, so nothing was taken. Please correct them."
    )
