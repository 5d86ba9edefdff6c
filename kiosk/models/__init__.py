"""Every table of the product, so that none is forgotten when tables are made."""

from kiosk.models.accounts import (
    Account,
    Invitation,
    KnownDevice,
    RecoveryCode,
    RoleGrant,
    SignIn,
    SignInTry,
)
from kiosk.models.ballots import Elector, Vote
from kiosk.models.base import Base, table_of
from kiosk.models.calendar import CalendarDay, OpeningHours
from kiosk.models.campaigns import (
    Campaign,
    CampaignVersion,
    Clearance,
    Objection,
    Publication,
)
from kiosk.models.candidates import Candidate, CandidateMark
from kiosk.models.case_people import CaseAppeal, CaseContact, CaseOpening
from kiosk.models.cases import Case, CaseInbox, CaseRating, CaseText
from kiosk.models.contacts import Contact, ContactOpening, OwnKey
from kiosk.models.devices import (
    Device,
    DeviceGap,
    DeviceReport,
    DeviceStay,
    InstallCode,
    PairingLink,
)
from kiosk.models.follow_ups import (
    FollowUp,
    RatingReason,
    ServedDay,
    ServedPress,
    TallyReason,
)
from kiosk.models.holds import Hold
from kiosk.models.inspections import Finding, Inspection
from kiosk.models.installation import Installation, OrganiserLink
from kiosk.models.juries import Juror, JurySheet
from kiosk.models.ledger import (
    ORGANISATION,
    Chain,
    Checkpoint,
    LedgerEntry,
    SigningKey,
)
from kiosk.models.limits import AddressMinute, PhoneDay
from kiosk.models.mail import MailMessage
from kiosk.models.places import Centre, Placement, ServiceType, Unit, Window
from kiosk.models.ratings import Comment, Rating
from kiosk.models.replies import ReplyTemplate
from kiosk.models.staff import Clerk, Posting, Shift, ShiftProposal
from kiosk.models.tallies import TallyBucket, TallyClerk, TallyDay, WindowStep
from kiosk.models.tickets import Integration, SlotUse, Ticket
from kiosk.models.unit_tasks import UnitTask
from kiosk.models.webhooks import Webhook, WebhookMessage

__all__ = [
    "ORGANISATION",
    "Account",
    "AddressMinute",
    "Base",
    "CalendarDay",
    "Campaign",
    "CampaignVersion",
    "Candidate",
    "CandidateMark",
    "Case",
    "CaseAppeal",
    "CaseContact",
    "CaseInbox",
    "CaseOpening",
    "CaseRating",
    "CaseText",
    "Centre",
    "Chain",
    "Checkpoint",
    "Clearance",
    "Clerk",
    "Comment",
    "Contact",
    "ContactOpening",
    "Device",
    "DeviceGap",
    "DeviceReport",
    "DeviceStay",
    "Elector",
    "Finding",
    "FollowUp",
    "Hold",
    "Inspection",
    "InstallCode",
    "Installation",
    "Integration",
    "Invitation",
    "Juror",
    "JurySheet",
    "KnownDevice",
    "LedgerEntry",
    "MailMessage",
    "Objection",
    "OpeningHours",
    "OrganiserLink",
    "OwnKey",
    "PairingLink",
    "PhoneDay",
    "Placement",
    "Posting",
    "Publication",
    "Rating",
    "RatingReason",
    "RecoveryCode",
    "ReplyTemplate",
    "RoleGrant",
    "ServedDay",
    "ServedPress",
    "ServiceType",
    "Shift",
    "ShiftProposal",
    "SignIn",
    "SignInTry",
    "SigningKey",
    "SlotUse",
    "TallyBucket",
    "TallyClerk",
    "TallyDay",
    "TallyReason",
    "Ticket",
    "Unit",
    "UnitTask",
    "Vote",
    "Webhook",
    "WebhookMessage",
    "Window",
    "WindowStep",
    "table_of",
]
