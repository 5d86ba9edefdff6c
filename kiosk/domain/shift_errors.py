"""What may be wrong with a shift, said to whoever keeps the roster."""

from kiosk.domain.errors import RuleBroken, sentence


class DayUnreadable(RuleBroken):
    """A day is in none of the forms that are understood."""

    code = "day_unreadable"
    text = sentence(
        "“%(given)s” is no day we can read. Please write it like 2026-07-16."
    )


class ClockUnreadable(RuleBroken):
    """A time of day is in none of the forms that are understood."""

    code = "clock_unreadable"
    text = sentence("“%(given)s” is no time of day. Please write it like 09:00.")


class TimeLeftOut(RuleBroken):
    """A time of day that the clocks jump over."""

    code = "time_left_out"
    text = sentence(
        "On %(day)s the clocks are put forward and never show %(time)s. "
        "Please choose another time."
    )


class ShiftTooLong(RuleBroken):
    """A shift is longer than anybody sits at a window."""

    code = "shift_too_long"
    text = sentence(
        "A shift lasts at most %(most)d hours. Please check the times: an end at or "
        "before the start means the next day."
    )


class ClerkBusy(RuleBroken):
    """The clerk has another shift at that time."""

    code = "clerk_busy"
    text = sentence(
        "%(name)s is at window %(number)s at that time: %(when)s. "
        "Please correct one of the two."
    )


class WindowTaken(RuleBroken):
    """Somebody else sits at the window at that time."""

    code = "window_taken"
    text = sentence(
        "%(name)s sits at window %(number)s at that time: %(when)s. "
        "Please correct one of the two."
    )


class ClerkNotServing(RuleBroken):
    """The clerk has not begun yet or has left by that day."""

    code = "clerk_not_serving"
    text = sentence("%(name)s is not in service on %(day)s.")


class WindowNotOpen(RuleBroken):
    """The window does not exist yet, or no more, on that day."""

    code = "window_not_open"
    text = sentence("Window %(number)s is not open on %(day)s.")


class WindowNotKnown(RuleBroken):
    """A list names a window that does not exist, or not for who brings it."""

    code = "window_not_known"
    text = sentence("There is no window with the number “%(number)s” for you here.")


class BadgeNotKnown(RuleBroken):
    """A list names a badge that nobody bears, or not for who brings it."""

    code = "badge_not_known"
    text = sentence("There is no clerk with the badge number “%(badge)s” for you here.")


class DayOver(RuleBroken):
    """A roster is to be changed for a day that has closed."""

    code = "day_over"
    text = sentence(
        "%(day)s is over. Shifts of earlier days are corrected one by one on the page "
        "of that day, and a second person confirms it."
    )


class ReasonMissing(RuleBroken):
    """A correction of a closed day needs its reason."""

    code = "reason_missing"
    text = sentence(
        "Please give the reason in at most %(most)d characters; the second person "
        "decides by it."
    )


class NothingChanged(RuleBroken):
    """A correction that corrects nothing."""

    code = "nothing_changed"
    text = sentence("That is how it is already. Please change something first.")


class ShiftGone(RuleBroken):
    """The shift was corrected or struck out by somebody else."""

    code = "shift_gone"
    text = sentence(
        "This shift has been corrected meanwhile. Please look at its day again."
    )


class ProposalDecided(RuleBroken):
    """Somebody decided on the correction before."""

    code = "proposal_decided"
    text = sentence("Somebody has decided on this correction already.")


class ProposedBySelf(RuleBroken):
    """Nobody confirms their own correction."""

    code = "proposed_by_self"
    text = sentence(
        "You proposed this correction yourself. Another person must decide on it."
    )


class NotOnDutyHere(RuleBroken):
    """Somebody signs off who is not on duty at the window."""

    code = "not_on_duty_here"
    text = sentence("You are not on duty at this window, so there is nothing to end.")


class PinNotRight(RuleBroken):
    """Badge number and PIN do not belong together; which is wrong is not said."""

    code = "pin_not_right"
    text = sentence(
        "Badge number and PIN do not match. Whoever keeps the roster can set a new PIN."
    )


class NothingToCopy(RuleBroken):
    """The day whose roster is to be copied has none."""

    code = "nothing_to_copy"
    text = sentence("There is no roster on this day that could be copied.")


class DaysTooMany(RuleBroken):
    """A roster is copied further than anybody plans."""

    code = "days_too_many"
    text = sentence(
        "Please choose a last day after this one, at most %(most)d days ahead."
    )
