"""What of a campaign is open on a day. Stages go from before to open to over only."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Rules, Stage
from kiosk.domain.errors import RuleBroken, sentence


class StageState(StrEnum):
    """Where a stage stands."""

    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"


class NotOpenYet(RuleBroken):
    """Something is done before its stage."""

    code = "stage_ahead"
    text = sentence("This opens on %(day)s.")


class OverAlready(RuleBroken):
    """Something is done after its stage."""

    code = "stage_over"
    text = sentence(
        "This ended with %(day)s. What came in until then stands; nothing was changed."
    )


class NoSuchStage(RuleBroken):
    """Something is done that this campaign does not have."""

    code = "stage_none"
    text = sentence("This campaign has no such stage.")


class RulesFrozen(RuleBroken):
    """Somebody would change rules that hold already."""

    code = "rules_frozen"
    text = sentence(
        "The rules hold since %(day)s and nobody can change them. An amendment is a "
        "new version with its reason, which everybody can read."
    )


def state_of(stage: Stage, today: date) -> StageState:
    """Return where a stage stands on the centre's day."""
    if today < stage.begins:
        return StageState.AHEAD
    return StageState.OPEN if today <= stage.ends else StageState.OVER


def is_open(rules: Rules, kind: StageKind, today: date) -> bool:
    """Whether a stage of a kind is open."""
    states = {state_of(stage, today) for stage in rules.of_kind(kind)}
    return StageState.OPEN in states


def is_over(rules: Rules, kind: StageKind, today: date) -> bool:
    """Whether all stages of a kind are over; a campaign without one: yes."""
    stages = rules.of_kind(kind)
    return all(state_of(stage, today) is StageState.OVER for stage in stages)


def check_open(rules: Rules, kind: StageKind, today: date) -> None:
    """Refuse what belongs to a stage that is not open.

    Raises NotOpenYet, OverAlready, NoSuchStage.
    """
    stages = rules.of_kind(kind)
    if not stages:
        raise NoSuchStage
    if is_open(rules, kind, today):
        return
    ahead = [stage.begins for stage in stages if today < stage.begins]
    if ahead:
        raise NotOpenYet(day=min(ahead))
    raise OverAlready(day=_last(stages))


def check_changeable(rules: Rules, today: date, *, announced: bool) -> None:
    """Refuse to change rules that hold. Raises RulesFrozen."""
    if announced and today >= rules.first_day:
        raise RulesFrozen(day=rules.first_day)


def _last(stages: Iterable[Stage]) -> date:
    return max(stage.ends for stage in stages)
