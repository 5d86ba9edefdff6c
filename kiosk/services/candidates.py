"""Candidates: put forward, withdrawn, replaced, cancelled; each in the ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.campaign_rules import Award
from kiosk.domain.candidates import CandidateState
from kiosk.domain.nominations import (
    AgreementMissing,
    NamedAlready,
    NobodyChosen,
    OtherUnit,
    check_nominating,
    check_quota,
    check_replacing,
    parse_brand,
    parse_reason,
    parse_statement,
)
from kiosk.domain.policy import NotOpen, Scope
from kiosk.models import ORGANISATION, Candidate
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.queries.nominations import Nominee, nominees
from kiosk.services.candidate_locks import (
    Running,
    end_candidate,
    locked_campaign,
    running_campaign,
    standing,
)
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Nomination:
    """Who is put forward for what, as it was typed."""

    campaign_id: int
    award: str
    """Key of the award."""
    subject: str
    """Key of the window, person or unit that was chosen."""
    scope: Scope
    """Units that whoever nominates may nominate for."""
    name: str = ""
    """Of a brand; others are called as they are called today."""
    agreed: bool = False
    """Whether the person agrees to stand on a public list."""
    statement: Mapping[str, str] = field(default_factory=dict)
    """Words by criterion."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A candidate as its unit calls it."""

    campaign_id: int
    award: str
    number: int
    """Within the award."""
    scope: Scope
    """Units whose candidates whoever asks may change."""


def nominate(records: Book, draft: Nomination, today: date) -> int:
    """Put a candidate forward; return its number within the award.

    Raises NotOpen, CampaignClosed, EntersByItself, NotOpenYet, OverAlready,
    NobodyChosen, AgreementMissing, BrandNameMissing, StatementTooLong, NamedAlready
    and QuotaFull.
    """
    running = running_campaign(records.session, draft.campaign_id)
    award = running.award(draft.award)
    check_nominating(running.rules, award, today)
    chosen = _chosen(records.session, award, draft, today)
    row = _row(award, draft, chosen)
    _check_new(running, award, row)
    states = [
        each.state
        for each in running.among
        if each.award == award.key and each.unit_id == chosen.unit_id
    ]
    check_quota(award, chosen.unit_name, states)
    return _put(records, running, row)


def replace_candidate(
    records: Book, number: int, draft: Nomination, today: date
) -> int:
    """Let another one of the same unit take a candidate's place; return its number.

    Raises NotOpen, CampaignClosed, CandidateEnded, NoReplacement, ReplacedTooLate,
    OtherUnit, and what `nominate` raises but OverAlready and QuotaFull.
    """
    running = running_campaign(records.session, draft.campaign_id)
    award = running.award(draft.award)
    former = _of_number(running, award, number, draft.scope)
    check_replacing(running.rules, award, today)
    chosen = _chosen(records.session, award, draft, today)
    if chosen.unit_id != former.unit_id:
        raise OtherUnit(unit=former.unit_name)
    row = _row(award, draft, chosen)
    _check_new(running, award, row)
    end_candidate(records, former, CandidateState.REPLACED, str(row["name"]))
    return _put(records, running, row | {"replaces_id": former.id})


def withdraw_candidate(records: Book, named: Named, reason: str, today: date) -> None:
    """Let a unit take its candidate back while names are taken.

    Raises NotOpen, CampaignClosed, NotOpenYet, OverAlready, CandidateEnded and
    ReasonNeeded.
    """
    running = running_campaign(records.session, named.campaign_id)
    award = running.award(named.award)
    found = _of_number(running, award, named.number, named.scope)
    check_nominating(running.rules, award, today)
    end_candidate(records, found, CandidateState.WITHDRAWN, parse_reason(reason))


def cancel_candidate(
    records: Book, campaign_id: int, candidate_id: int, reason: str
) -> None:
    """Cancel a candidate for fraud, at any time, also after the final list.

    Raises NotOpen, CandidateEnded and ReasonNeeded.
    """
    locked_campaign(records.session, campaign_id)
    among = candidates(records.session, campaign_id)
    found = standing(among, candidate_id)
    end_candidate(records, found, CandidateState.CANCELLED, parse_reason(reason))


def _chosen(session: Session, award: Award, draft: Nomination, today: date) -> Nominee:
    """Return who was chosen among those whom the units may put forward today."""
    among = nominees(session, award.kind, today, draft.scope)
    found = next((each for each in among if str(each.key) == draft.subject), None)
    if found is None:
        raise NobodyChosen
    if award.kind is AwardKind.PERSON and not draft.agreed:
        raise AgreementMissing
    return found


def _row(award: Award, draft: Nomination, chosen: Nominee) -> dict[str, object]:
    brand = award.kind is AwardKind.BRAND
    words = parse_statement(award, draft.statement)
    return {
        "campaign_id": draft.campaign_id,
        "award": award.key,
        "unit_id": chosen.unit_id,
        "window_id": chosen.key if award.kind is AwardKind.WINDOW else None,
        "clerk_id": chosen.key if award.kind is AwardKind.PERSON else None,
        "name": parse_brand(draft.name) if brand else chosen.name,
        "statement": json.dumps(words, ensure_ascii=False, sort_keys=True),
        "state": int(CandidateState.STANDING),
    }


def _check_new(running: Running, award: Award, row: Mapping[str, object]) -> None:
    """Refuse who stands for the award already, or was cancelled."""
    same = ["window_id", "clerk_id"]
    if award.kind in (AwardKind.UNIT, AwardKind.BRAND):
        same = ["unit_id", "name"] if award.kind is AwardKind.BRAND else ["unit_id"]
    for each in running.among:
        alike = all(getattr(each, name) == row[name] for name in same)
        barred = each.standing or each.state is CandidateState.CANCELLED
        if each.award == award.key and alike and barred:
            raise NamedAlready(name=row["name"], award=award.title.zh)


def _put(records: Book, running: Running, row: Mapping[str, object]) -> int:
    number = 1 + sum(each.award == row["award"] for each in running.among)
    records.add(
        Candidate,
        ORGANISATION,
        [{**row, "number": number, "put_at": records.now}],
    )
    return number


def _of_number(
    running: Running, award: Award, number: int, scope: Scope
) -> CandidateView:
    """Return an award's standing candidate of a unit in the scope."""
    for each in running.among:
        if (each.award, each.number) == (award.key, number):
            if scope.holds(each.unit_id):
                return standing([each], each.id)
            break
    raise NotOpen
