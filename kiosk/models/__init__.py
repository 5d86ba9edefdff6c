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
from kiosk.models.base import Base, table_of
from kiosk.models.calendar import CalendarDay, OpeningHours
from kiosk.models.devices import Device, PairingLink
from kiosk.models.installation import Installation, OrganiserLink
from kiosk.models.ledger import (
    ORGANISATION,
    Chain,
    Checkpoint,
    LedgerEntry,
    SigningKey,
)
from kiosk.models.places import Centre, Placement, ServiceType, Unit, Window
from kiosk.models.ratings import Comment, Rating
from kiosk.models.staff import Clerk, Posting, Shift, ShiftProposal
from kiosk.models.tallies import TallyBucket, TallyClerk, TallyDay, WindowStep

__all__ = [
    "ORGANISATION",
    "Account",
    "Base",
    "CalendarDay",
    "Centre",
    "Chain",
    "Checkpoint",
    "Clerk",
    "Comment",
    "Device",
    "Installation",
    "Invitation",
    "KnownDevice",
    "LedgerEntry",
    "OpeningHours",
    "OrganiserLink",
    "PairingLink",
    "Placement",
    "Posting",
    "Rating",
    "RecoveryCode",
    "RoleGrant",
    "ServiceType",
    "Shift",
    "ShiftProposal",
    "SignIn",
    "SignInTry",
    "SigningKey",
    "TallyBucket",
    "TallyClerk",
    "TallyDay",
    "Unit",
    "Window",
    "WindowStep",
    "table_of",
]
