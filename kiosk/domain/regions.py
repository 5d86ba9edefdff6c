"""Local rules about bad ratings, as profiles that a centre starts from.

Sources: the national rule asks for an answer in time and leaves the days to the
provinces; Dezhou and Xiangcheng give five working days, Beijing seven days, a city in
Sichuan fifteen working days with every call-back made. A centre may set its own.
"""

from dataclasses import dataclass

from kiosk.domain.errors import RuleBroken, sentence

PERIOD_LEAST, PERIOD_MOST = 1, 60


class PeriodWrong(RuleBroken):
    """A period is no number of days, or one that no rule allows."""

    code = "period_invalid"
    text = sentence("Please give whole working days from %(least)d to %(most)d.")

    def __init__(self) -> None:
        """Say what is possible."""
        super().__init__(least=PERIOD_LEAST, most=PERIOD_MOST)


class PeriodsCrossed(RuleBroken):
    """A later step would be due before an earlier one."""

    code = "periods_crossed"
    text = sentence("A later step cannot be due before an earlier one.")


@dataclass(frozen=True)
class Region:
    """A profile: its name, and periods in working days."""

    code: str
    name: str
    accept_days: int
    answer_days: int
    rectify_days: int


OWN = "own"
"""Code of a centre whose periods follow no profile."""
REGIONS = (
    Region("cn", sentence("National default"), 1, 5, 15),
    Region("cn-beijing", sentence("Beijing"), 1, 7, 15),
    Region("cn-shandong", sentence("Dezhou, Shandong"), 1, 5, 5),
    Region("cn-sichuan", sentence("Sichuan"), 1, 5, 15),
)


def parse_days(typed: str) -> int:
    """Return a period in working days, 1 to 60, or raise PeriodWrong."""
    text = typed.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(PERIOD_MOST)):
        raise PeriodWrong
    days = int(text)
    if not PERIOD_LEAST <= days <= PERIOD_MOST:
        raise PeriodWrong
    return days


def region_of(accept: int, answer: int, rectify: int, wished: str) -> str:
    """Return the profile that periods belong to: the wished one if it is theirs.

    Raises PeriodsCrossed.
    """
    if not accept <= answer <= rectify:
        raise PeriodsCrossed
    for region in REGIONS:
        periods = (region.accept_days, region.answer_days, region.rectify_days)
        if region.code == wished and periods == (accept, answer, rectify):
            return wished
    return OWN
