"""The outsider's program finds what was published, and needs nothing of ours."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from kiosk.domain.campaign_archive import archive_text, outcome_text
from kiosk.domain.campaign_inputs import PersonRatings
from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.campaign_outcome import compute
from kiosk.extensions import reading
from kiosk.models import Publication
from tests.house.project import TOP
from tests.outcomes import (
    a_candidate,
    an_award,
    campaigns,
    close_calls,
    some_inputs,
    some_rules,
    window_days,
)
from tests.published import posted, ready_campaign
from tools import recompute_campaign
from tools.recompute_campaign import main, recomputed

SOURCE = TOP / "tools" / "recompute_campaign.py"
INPUTS = some_inputs(
    some_rules(),
    *(a_candidate(key, name=f"“{key}” 号窗口") for key in (1, 2, 3)),
    windows=tuple(window_days(key, 1, 0, key, 5, 9) for key in (1, 2, 3)),
)


@pytest.fixture
def archive(tmp_path) -> Path:
    path = tmp_path / "archive.json"
    path.write_text(archive_text(INPUTS), "utf-8")
    return path


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(campaigns())
def test_both_programs_find_the_same_bytes(inputs):
    assert recomputed(archive_text(inputs)) == outcome_text(compute(inputs))


@settings(max_examples=100, deadline=None)
@given(close_calls())
def test_also_where_votes_and_jurors_give_the_last_seat(inputs):
    assert recomputed(archive_text(inputs)) == outcome_text(compute(inputs))


@pytest.mark.parametrize("number", [500, 501])
def test_also_on_either_side_of_the_grid(number):
    chosen = np.random.default_rng(number)
    award = an_award(kind=AwardKind.PERSON, seats=10)
    inputs = some_inputs(
        some_rules(award),
        *(a_candidate(key, window=None, person=key) for key in range(1, number)),
        people=tuple(
            PersonRatings(
                key=key,
                service_type=key % 7,
                effective=round(float(chosen.lognormal(4, 1)), 6),
                mean=round(float(chosen.uniform(70, 99)), 6),
                variance=round(float(chosen.lognormal(10, 1)), 6),
            )
            for key in range(1, number + 1)
        ),
    )
    assert recomputed(archive_text(inputs)) == outcome_text(compute(inputs))


def test_people_who_are_all_alike_need_no_grid():
    person = {"service_type": 0, "effective": 40.0, "mean": 90.0, "variance": 0.0}
    people = tuple(PersonRatings(key=key, **person) for key in range(1, 502))
    award = an_award(kind=AwardKind.PERSON)
    who = a_candidate(1, window=None, person=1)
    inputs = some_inputs(some_rules(award), who, people=people)
    assert recomputed(archive_text(inputs)) == outcome_text(compute(inputs))


def test_it_prints_exactly_what_was_published(archive):
    words = [sys.executable, "-I", SOURCE, archive]
    ran = subprocess.run(words, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode("utf-8") == outcome_text(compute(INPUTS))


def test_it_finds_what_was_posted_and_kept(app):
    """From the tables of either engine: the sheet holds what its archive gives."""
    ready_campaign()
    posted()
    with reading() as session:
        [(archive, outcome)] = session.execute(
            select(Publication.archive, Publication.outcome)
        )
    assert recomputed(archive) == outcome
    assert '"elected":true' in outcome


def test_it_needs_nothing_but_the_standard_library():
    names = set()
    for node in ast.walk(ast.parse(SOURCE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add(node.module.partition(".")[0])
    assert names
    assert names <= sys.stdlib_module_names


def test_it_compares(archive, tmp_path, capsys):
    published = tmp_path / "outcome.json"
    published.write_text(outcome_text(compute(INPUTS)), "utf-8")
    assert main([str(archive), "--outcome", str(published)]) == 0
    assert capsys.readouterr().out == "The same, byte for byte.\n"
    text = published.read_text("utf-8")
    published.write_text(text.replace('"elected":true', '"elected":false', 1), "utf-8")
    assert main([str(archive), "--outcome", str(published)]) == 1
    told = capsys.readouterr().out
    assert "They differ." in told
    assert '"elected":true' in told
    assert '"elected":false' in told


def test_what_was_cut_off_differs(archive, tmp_path, capsys):
    published = tmp_path / "outcome.json"
    published.write_text(outcome_text(compute(INPUTS))[:-1], "utf-8")
    assert main([str(archive), "--outcome", str(published)]) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"windows": 3}', "[" * 100_000])
def test_what_is_no_archive(text, tmp_path, capsys):
    path = tmp_path / "archive.json"
    path.write_text(text, "utf-8")
    assert main([str(path)]) == 2
    assert "is no archive of a campaign" in capsys.readouterr().err
    assert main([str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["seats", "weight"])
def test_a_changed_rule_is_found_out(part):
    """The comparison is not blind: other rules give another text."""
    text = archive_text(INPUTS)
    changed = text.replace('"seats":2', '"seats":1')
    if part == "weight":
        changed = text.replace('"weight":100', '"weight":90')
    assert changed != text
    assert recomputed(changed) != outcome_text(compute(INPUTS))


def test_one_rating_more_is_found_out():
    more = replace(INPUTS, windows=(window_days(1, 0, 0, 0, 0, 1), *INPUTS.windows[1:]))
    assert recomputed(archive_text(more)) != outcome_text(compute(INPUTS))
    assert json.loads(recomputed(archive_text(more)))["awards"][0]["key"] == "best"


def test_the_same_way_to_round():
    assert recompute_campaign.six(40.42968749999999) == 40.429688
    assert str(recompute_campaign.six(-0.0)) == "0.0"
