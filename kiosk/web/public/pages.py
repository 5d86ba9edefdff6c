"""What the public pages' templates are given."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A receipt: neither level nor window, so that showing it tells nothing."""

    code: str
    received_at: datetime
    zone: ZoneInfo
