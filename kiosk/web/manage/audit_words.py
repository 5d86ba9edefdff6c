"""The audit in words: kinds of entries, who acted, fields, and values for people."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.holds import RULE_WORDS
from kiosk.domain.policy import Role
from kiosk.queries.audit import RATING, Act
from kiosk.queries.audit_names import Names, mentioned, reference
from kiosk.web.language import language
from kiosk.web.manage.audit_campaign_words import CAMPAIGN_FIELDS, CAMPAIGN_KINDS
from kiosk.web.manage.audit_case_words import (
    CASE_FIELDS,
    CASE_KINDS,
    case_value_words,
)
from kiosk.web.manage.call_pages import OUTCOME_WORDS
from kiosk.web.manage.shift_pages import SOURCES
from kiosk.web.role_words import ROLE_WORDS

KIND_WORDS = {
    "account": sentence("Account"),
    "account-security": sentence("Security of an account"),
    "appeal": sentence("Appeal"),
    "appeal-rejected": sentence("Proposed ruling taken back"),
    "attribution": sentence("Rating given to another clerk"),
    "backup": sentence("Backup made"),
    "backup-removed": sentence("Backup removed"),
    "begin": sentence("Beginning of the ledger"),
    "calendar": sentence("Day of the calendar"),
    "centre": sentence("Centre"),
    "checkpoint": sentence("Checkpoint"),
    "clerk": sentence("Clerk"),
    "contact": sentence("Wish to be called"),
    "device": sentence("Screen"),
    "erase": sentence("Erased on request"),
    "exclude": sentence("Held rating excluded"),
    "export": sentence("Export"),
    "hold": sentence("Rating held"),
    "hold-decision": sentence("Hold decided"),
    "hold-proposal": sentence("Decision on a hold proposed"),
    "hold-rejected": sentence("Proposal about a hold taken back"),
    "hours": sentence("Opening hours"),
    "integration": sentence("Other system"),
    "invitation": sentence("Invitation"),
    "key": sentence("Signing key"),
    "mail-address": sentence("E-mail address of an account"),
    "organisation": sentence("Name of the organisation"),
    "pairing-link": sentence("Link to pair a screen"),
    "placement": sentence("Unit and type of a window"),
    "posting": sentence("Unit of a clerk"),
    "proposal": sentence("Proposed correction of a shift"),
    RATING: sentence("Rating"),
    "retention": sentence("Erased as its time was over"),
    "release": sentence("Held rating released"),
    "reply": sentence("Reply template"),
    "restore": sentence("Restored from a backup"),
    "role": sentence("Role"),
    "served": sentence("People served"),
    "service-type": sentence("Service type"),
    "shift": sentence("Shift"),
    "signed-out": sentence("Signed out by somebody else"),
    "unit": sentence("Unit"),
    "webhook": sentence("Address for news"),
    "window": sentence("Window"),
    **CAMPAIGN_KINDS,
    **CASE_KINDS,
}
"""Every kind of entry that there is so far; docs/rules.md tells what each holds."""
ACTORS = {
    "citizen": sentence("A citizen"),
    "terminal": sentence("Command on the server"),
    "system": sentence("The system itself"),
    "setup-link": sentence("Holder of the set-up link"),
}
_MAKERS = {
    "device": sentence("Screen at %(name)s"),
    "invitation": sentence("Invitation no. %(name)s"),
    "pairing-link": sentence("Pairing link no. %(name)s"),
}
FIELD_WORDS = {
    "accept_days": sentence("Days to accept a case"),
    "accepted": sentence("Accepted"),
    "account": sentence("Account"),
    "account_id": sentence("Account"),
    "answer_days": sentence("Days to answer a case"),
    "badge": sentence("Badge number"),
    "bytes": sentence("Bytes"),
    "centre_id": sentence("Centre"),
    "clerk_id": sentence("Clerk"),
    "closed_on": sentence("Closed from"),
    "closes": sentence("Closes"),
    "code": sentence("Code"),
    "code_only": sentence("Shows its code only"),
    "created_at": sentence("Made"),
    "day": sentence("Day"),
    "decided_at": sentence("Decided"),
    "decided_by_id": sentence("Decided by"),
    "deciders": sentence("People who decided"),
    "disabled_at": sentence("Disabled"),
    "documents": sentence("What to bring"),
    "ended_at": sentence("Ended"),
    "ended_on": sentence("Ends"),
    "ends_at": sentence("Ends"),
    "ends_on": sentence("Ends"),
    "factor_required": sentence("Second factor required"),
    "file": sentence("File"),
    "former_until": sentence("Key before opens until"),
    "from": sentence("Before"),
    "granted_at": sentence("Granted"),
    "handles": sentence("What is handled here"),
    "hold": sentence("Hold no."),
    "integration_id": sentence("Other system"),
    "kind": sentence("Kind"),
    "location": sentence("Location"),
    "login": sentence("Sign-in name"),
    "made_at": sentence("Made"),
    "n": sentence("How many"),
    "name": sentence("Called"),
    "named": sentence("May be named"),
    "notice": sentence("Version of the notice"),
    "number": sentence("Number"),
    "opened_on": sentence("Open from"),
    "opens": sentence("Opens"),
    "origin": sentence("Name of the ledger"),
    "outcome": sentence("Result"),
    "paired_at": sentence("Paired"),
    "parent_id": sentence("Belongs to"),
    "phone": sentence("Phone"),
    "predecessor_id": sentence("In place of"),
    "promises": sentence("Promises"),
    "proposed_at": sentence("Proposed"),
    "proposed_by_id": sentence("Proposed by"),
    "public": sentence("Public key"),
    "rating": sentence("Rating"),
    "reason": sentence("Reason"),
    "rectify_days": sentence("Days to put right"),
    "region": sentence("Region"),
    "result": sentence("Result"),
    "revoked_at": sentence("Withdrawn"),
    "road": sentence("By which way"),
    "role": sentence("Role"),
    "rows": sentence("Rows"),
    "rule": sentence("Why they need a look"),
    "served": sentence("People served"),
    "scopes": sentence("What it may do"),
    "service_type_id": sentence("Service type"),
    "shift_id": sentence("Shift no."),
    "size": sentence("Entries"),
    "source": sentence("Source"),
    "started_on": sentence("Begins"),
    "starts_at": sentence("Begins"),
    "starts_on": sentence("Begins"),
    "state": sentence("State"),
    "stopped_at": sentence("Stopped"),
    "successor_id": sentence("Successor"),
    "superseded_at": sentence("Replaced"),
    "superseded_by_id": sentence("Replaced by shift no."),
    "takes": sentence("How long it takes"),
    "time_zone": sentence("Time zone"),
    "tip": sentence("Last hash"),
    "to": sentence("After"),
    "unit": sentence("Unit"),
    "unit_id": sentence("Unit"),
    "url": sentence("Address"),
    "was": sentence("Before"),
    "weekday": sentence("Day of the week"),
    "what": sentence("What"),
    "window_id": sentence("Window"),
    "working": sentence("Working day"),
    **CAMPAIGN_FIELDS,
    **CASE_FIELDS,
}
"""Columns and parts of bodies; one without a word is shown as it is written."""
PLAIN_WORDS = {
    ("what", "given"): sentence("Contact given"),
    ("what", "changed"): sentence("Contact changed"),
    ("what", "withdrawn"): sentence("Contact withdrawn by its owner"),
    ("what", "opened"): sentence("Contact opened"),
    ("what", "settled"): sentence("Call settled"),
    ("what", "erased"): sentence("Contact erased"),
    ("what", "address-given"): sentence("E-mail address given or changed"),
    ("what", "address-erased"): sentence("E-mail address taken out"),
    ("what", "contact"): sentence("Contacts"),
    ("what", "comment"): sentence("Words of ratings"),
    ("what", "text"): sentence("Texts of cases"),
    ("what", "backup"): sentence("Backups"),
    ("road", "phone"): sentence("On the own phone"),
    ("road", "desk"): sentence("At the desk"),
    ("result", "release"): sentence("They count"),
    ("result", "exclude"): sentence("They do not count"),
    **{("rule", str(rule)): words for rule, words in RULE_WORDS.items()},
    **{("outcome", str(outcome)): words for outcome, words in OUTCOME_WORDS.items()},
}
"""Values of ours that entries hold, by field."""
_NOTHING = "–"


def kind_words(kind: str) -> str:
    """Return a kind of entry in the language of the request."""
    return str(gettext(KIND_WORDS[kind])) if kind in KIND_WORDS else kind


def field_words(name: str) -> str:
    """Return a field in the language of the request."""
    return str(gettext(FIELD_WORDS[name])) if name in FIELD_WORDS else name


def actor_words(by: str, names: Names) -> str:
    """Return who acted."""
    if by in ACTORS:
        return str(gettext(ACTORS[by]))
    who, _, key = by.partition(":")
    name = names.of(who, int(key)) if key.isdecimal() else key
    if who in _MAKERS:
        return str(gettext(_MAKERS[who])) % {"name": name}
    return name or by or _NOTHING


def about_words(act: Act, names: Names) -> str:
    """Return what an act is about, by the name that it had then."""
    row = act.row
    own = [f"{row[part]}" for part in ("number", "name", "day") if row.get(part)]
    if own and act.kind != "erase":
        return " ".join(own)
    named = [names.of(kind, key) for kind, key in mentioned(act)]
    if "weekday" in row:
        named.append(_weekday(row["weekday"]))
    return " · ".join(named)


def value_words(
    act: Act, field: str, value: object, names: Names, zone: ZoneInfo
) -> str:
    """Return a value as people write it: names for keys, the chain's own time."""
    if value is None or value == "":
        return _NOTHING
    kind = reference(act.kind, field)
    if kind:
        return names.of(kind, value)
    code = case_value_words(act.kind, field, value)
    return _plain(field, value, zone) if code is None else code


def _plain(field: str, value: object, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, int):
        return _weekday(value) if field == "weekday" else f"{value}"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _text(field, value, zone)


def _text(field: str, value: str, zone: ZoneInfo) -> str:
    if field == "role" and value in ROLE_WORDS:
        return str(gettext(ROLE_WORDS[Role(value)]))
    if field == "source" and value in SOURCES:
        return str(gettext(SOURCES[value]))
    if (field, value) in PLAIN_WORDS:
        return str(gettext(PLAIN_WORDS[(field, value)]))
    if field == "kind":
        return kind_words(value)
    if field.endswith(("_at", "_due")):
        moment = datetime.fromisoformat(value).astimezone(zone)
        return moment.strftime("%Y-%m-%d %H:%M")
    return value


def _weekday(number: int) -> str:
    return str(get_day_names("wide", locale=language())[number])
