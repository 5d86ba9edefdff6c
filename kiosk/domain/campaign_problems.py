"""What can be wrong with the rules of a campaign, each with its sentence."""

from kiosk.domain.errors import RuleBroken, sentence


class StageBackwards(RuleBroken):
    """A stage ends before it begins."""

    code = "stage_backwards"
    text = sentence("The stage “%(stage)s” ends before it begins.")


class PeriodBackwards(RuleBroken):
    """The period of the ratings ends before it begins."""

    code = "period_backwards"
    text = sentence("The period whose ratings count ends before it begins.")


class PeriodTooLate(RuleBroken):
    """Ratings would count that are given while the list is posted."""

    code = "period_too_late"
    text = sentence(
        "Ratings count until %(ends)s, but the list is posted on %(posted)s. The "
        "period must end before the public notice begins."
    )


class KeyTwice(RuleBroken):
    """Two of a list have one key."""

    code = "key_twice"
    text = sentence("“%(key)s” is the key of two entries in %(place)s.")


class StageLacking(RuleBroken):
    """A stage that every campaign needs is not there."""

    code = "stage_lacking"
    text = sentence("A campaign needs at least one stage of the kind “%(kind)s”.")


class AwardLacking(RuleBroken):
    """A campaign without an award."""

    code = "award_lacking"
    text = sentence("A campaign needs at least one award.")


class StageOrder(RuleBroken):
    """Two stages cannot overlap, but do."""

    code = "stage_order"
    text = sentence("“%(later)s” must begin after “%(earlier)s” has ended.")


class WeightsWrong(RuleBroken):
    """The parts of a composite, or the electorates, do not make a whole."""

    code = "weights_wrong"
    text = sentence("The weights of “%(what)s” add up to %(sum)d, not to 100.")


class SeatsWrong(RuleBroken):
    """An award has no seats, or more than any award."""

    code = "seats_wrong"
    text = sentence("“%(award)s” needs 1 to %(most)d seats.")


class CopiesWrong(RuleBroken):
    """An application form is asked for in another number of copies."""

    code = "copies_wrong"
    text = sentence("The form of “%(award)s” is printed once or three times.")


class NoData(RuleBroken):
    """A gate or a part has nothing to take its numbers from."""

    code = "no_data"
    text = sentence(
        "“%(award)s” asks for “%(kind)s”, but there is nothing to take it from: "
        "%(lacking)s is missing."
    )


class NoRatings(RuleBroken):
    """Ratings are asked of something that nobody rates."""

    code = "no_ratings"
    text = sentence(
        "“%(award)s” is for suggestions, and nobody rates these at a window."
    )


class GateUnclear(RuleBroken):
    """A gate lacks its number, or has one that cannot be met."""

    code = "gate_unclear"
    text = sentence(
        "The condition “%(kind)s” of “%(award)s” needs %(needed)s that can be met."
    )


class ChooseTooMany(RuleBroken):
    """Electors may choose more names than there are seats."""

    code = "choose_too_many"
    text = sentence(
        "Electors may choose at most as many names for “%(award)s” as it has seats."
    )


class StartsInThePast(RuleBroken):
    """A campaign would be announced after its first day."""

    code = "starts_in_the_past"
    text = sentence(
        "The first stage began on %(day)s. Rules are made known before they hold: "
        "please move the first stage to a later day."
    )


class IssuerMissing(RuleBroken):
    """The foot of every official paper is not filled in."""

    code = "issuer_missing"
    text = sentence(
        "Issuing office, address, contact person, telephone and supervision hotline "
        "stand on every paper. Please fill in all five."
    )


class PastStage(RuleBroken):
    """An amendment would change what is over or shorten what runs."""

    code = "stage_past"
    text = sentence(
        "“%(stage)s” has begun: it cannot begin another day, and it cannot end "
        "before today or, once over, at any other time."
    )


class NumbersFixed(RuleBroken):
    """An amendment would change by which numbers is ranked, after the first of them."""

    code = "numbers_fixed"
    text = sentence(
        "Awards, conditions, weights and electorates stay as they are once jurors "
        "score or electors vote. Only dates that lie ahead can still change."
    )


class StageTooSoon(RuleBroken):
    """An amendment would let a stage begin before anybody could know."""

    code = "stage_too_soon"
    text = sentence("“%(stage)s” must begin after today, so that it is known before.")
