"""The numbers of a campaign read back from the JSON they are published as."""

import json
from typing import Any

from kiosk.domain.campaign_kinds import GateKind, PartKind, Reading
from kiosk.domain.campaign_results import (
    AwardOutcome,
    Checked,
    Input,
    Outcome,
    Ranked,
    Weighed,
    Why,
)


def read_outcome(text: str) -> Outcome:
    """Return the numbers out of what was published; {} is an outcome of no award."""
    awards = json.loads(text).get("awards", ())
    return Outcome(awards=tuple(_award(award) for award in awards))


def _award(found: dict[str, Any]) -> AwardOutcome:
    rows = tuple(_ranked(row) for row in found["rows"])
    undecided = tuple(found.get("undecided", ()))
    return AwardOutcome(**{**found, "rows": rows, "undecided": undecided})


def _ranked(found: dict[str, Any]) -> Ranked:
    checks = tuple(_checked(check) for check in found["checks"])
    parts = tuple(_weighed(part) for part in found["parts"])
    return Ranked(**{**found, "checks": checks, "parts": parts})


def _checked(found: dict[str, Any]) -> Checked:
    reading = found.get("reading")
    return Checked(
        **{
            **found,
            "kind": GateKind(found["kind"]),
            "why": Why(found["why"]),
            "reading": None if reading is None else Reading(reading),
        }
    )


def _weighed(found: dict[str, Any]) -> Weighed:
    inputs = tuple(Input(**each) for each in found.get("inputs", ()))
    return Weighed(**{**found, "kind": PartKind(found["kind"]), "inputs": inputs})
