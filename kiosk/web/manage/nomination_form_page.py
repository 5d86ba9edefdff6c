"""What the printed application form is given."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.campaign_rules import Award
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView
from kiosk.web.language import language
from kiosk.web.manage.nomination_pages import criterion_words


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """The application form on paper, filled in as far as it is known."""

    campaign: CampaignView
    award: Award
    candidate: CandidateView
    zone: ZoneInfo

    @property
    def title(self) -> str:
        """Title of campaign and award together, said once where they are the same."""
        campaign = self.campaign.rules.title.read(language())
        award = self.award.title.read(language())
        joint = " " if language() == "en" else ""
        return award if campaign == award else f"{campaign}{joint}{award}"

    @property
    def copies(self) -> range:
        """Numbers of the copies."""
        return range(1, self.award.copies + 1)

    @property
    def day(self) -> date:
        """Day on which it was put forward."""
        return self.candidate.put_at.astimezone(self.zone).date()

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """Rows of labels and values; what is empty is filled in by hand."""
        unit = (gettext("Applying unit"), self.candidate.unit_name)
        name = self.candidate.name
        if self.award.kind is AwardKind.PERSON:
            return [
                [(gettext("Full name"), name), (gettext("Sex"), "")],
                [(gettext("Born in"), ""), (gettext("Political status"), "")],
                [unit, (gettext("Post"), "")],
                [(gettext("Telephone"), ""), (gettext("Years at the window"), "")],
            ]
        return [
            [(gettext("Applicant"), name)],
            [unit, (gettext("Person in charge"), "")],
            [(gettext("People who serve"), ""), (gettext("Telephone"), "")],
        ]

    @property
    def statements(self) -> list[tuple[str, str]]:
        """Title of each criterion with the words about it."""
        said = self.candidate.statement
        return [
            (criterion_words(each), said.get(each.key, ""))
            for each in self.award.criteria
        ] or [(str(gettext("Main deeds")), "")]
