"""Every table of the product, so that none is forgotten when tables are made."""

from kiosk.models.base import Base, table_of
from kiosk.models.devices import Device, PairingLink
from kiosk.models.installation import Installation, OrganiserLink
from kiosk.models.places import (
    Centre,
    CentreHead,
    Placement,
    ServiceType,
    Unit,
    Window,
)
from kiosk.models.ratings import Comment, Rating
from kiosk.models.tallies import TallyBucket, TallyDay, WindowStep

__all__ = [
    "Base",
    "Centre",
    "CentreHead",
    "Comment",
    "Device",
    "Installation",
    "OrganiserLink",
    "PairingLink",
    "Placement",
    "Rating",
    "ServiceType",
    "TallyBucket",
    "TallyDay",
    "Unit",
    "Window",
    "WindowStep",
    "table_of",
]
