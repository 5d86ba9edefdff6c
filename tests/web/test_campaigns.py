"""The organiser makes a campaign, changes it, makes it known and amends it."""

from dataclasses import replace
from io import BytesIO

import pytest

from kiosk.domain.campaign_parse import parse_preset
from kiosk.domain.campaign_text import preset_text
from kiosk.domain.policy import Role
from kiosk.extensions import reading
from kiosk.queries.campaigns import campaigns, rule_versions
from kiosk.services.presets import FOLDER, shipped_presets
from tests.campaigns import ISSUER, make_campaign, preset_rules, the_campaign
from tests.pages import Page
from tests.people import sign_in_as

LIST = "/manage/campaigns"
FOOT = {
    "issuer.name": ISSUER.name,
    "issuer.address": ISSUER.address,
    "issuer.contact": ISSUER.contact,
    "issuer.telephone": ISSUER.telephone,
    "issuer.hotline": ISSUER.hotline,
}
OWN = "s1-smile-service-star"


def make(client, **typed):
    return client.post(LIST, data={"preset": OWN, "year": "2027"} | typed)


def words(answer) -> str:
    return answer.get_data(as_text=True)


def follow(client, answer) -> str:
    assert answer.status_code == 303, words(answer)
    return words(client.get(answer.location))


def test_the_list_is_empty_and_offers_every_preset(organiser):
    page = words(organiser.get(f"{LIST}?lang=en"))
    assert "There is no campaign yet." in page
    for name in shipped_presets():
        assert f'value="{name}"' in page


@pytest.mark.parametrize("preset", shipped_presets())
def test_every_preset_becomes_a_draft_with_all_its_fields(organiser, preset):
    page = follow(organiser, make(organiser, preset=preset))
    [found] = drafts()
    assert found.slug == f"{found.rules.key}-2027"
    assert found.rules.title.zh in page
    form = organiser.get(f"{LIST}/{found.slug}/rules")
    assert form.status_code == 200
    for n, _ in enumerate(found.rules.stages, 1):
        assert f'name="stages[{n}].begins"' in words(form)
    assert found.rules.title.zh in words(organiser.get(LIST))


def drafts():
    with reading() as session:
        return campaigns(session, drafts=True)


def test_a_year_that_is_not_offered_is_this_year(organiser, clock):
    make(organiser, year="1999")
    assert drafts()[0].rules.first_day.year == clock().year


def test_a_file_of_ones_own_is_taken(organiser):
    text = preset_text(preset_rules())
    file = (BytesIO(text.encode()), "own.toml")
    answer = make(organiser, preset="", slug="Own-1", file=file)
    assert follow(organiser, answer)
    assert drafts()[0].rules == preset_rules()
    assert drafts()[0].slug == "own-1"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"preset": ""}, "Please choose a file."),
        ({"slug": "a b"}, "The address of a campaign has"),
        ({"preset": "../../etc/passwd"}, "Please choose a file."),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_typed_is_lost(organiser, typed, said):
    answer = organiser.post(
        f"{LIST}?lang=en", data={"preset": OWN, "year": "2028", "slug": "mine"} | typed
    )
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'value="{typed.get("slug", "mine")}"' in words(answer)
    assert drafts() == []


def test_every_fault_of_a_file_is_listed(organiser):
    text = (FOLDER / f"{OWN}.toml").read_text("utf-8")
    wrong = text.replace('"top-2"', '"top-9"').replace("seats = 10", "")
    file = (BytesIO(wrong.encode()), "own.toml")
    answer = organiser.post(f"{LIST}?lang=en", data={"preset": "", "file": file})
    assert answer.status_code == 422
    assert "top-9" in words(answer)
    assert "awards[1].seats is missing." in words(answer)


def test_an_address_that_is_taken_is_refused(organiser):
    make(organiser)
    assert make(organiser).status_code == 409


def test_a_draft_is_filled_in_made_known_and_seen_by_everybody(organiser, client):
    make(organiser)
    slug = "smile-service-star-2027"
    where = f"{LIST}/{slug}"
    assert "Still missing:" in words(organiser.get(f"{where}?lang=en"))
    assert organiser.post(f"{where}/announce").status_code == 422
    assert client.get(f"/campaigns/{slug}").status_code == 404
    typed = FOOT | {"based_on": "1", "awards[1].seats": "8"}
    follow(organiser, organiser.post(f"{where}/rules", data=typed))
    rules = the_campaign(slug).rules
    assert (rules.awards[0].seats, rules.issuer) == (8, ISSUER)
    follow(organiser, organiser.post(f"{where}/announce"))
    assert client.get(f"/campaigns/{slug}").status_code == 200
    assert organiser.post(f"{where}/announce").status_code == 409


def test_what_is_typed_wrong_is_said_by_its_name_and_stays(organiser):
    make(organiser)
    where = f"{LIST}/smile-service-star-2027/rules"
    typed = {
        "based_on": "1",
        "awards[1].seats": "ten",
        "stages[2].ends": "2027-13-01",
        "issuer.name": "示例局",
    }
    answer = organiser.post(f"{where}?lang=en", data=typed)
    assert answer.status_code == 422
    page = words(answer)
    assert "Smile Service Star · Seats must be a whole number" in page
    assert "Carry out · Last day must be a day such as" in page
    assert 'value="ten"' in page
    assert 'value="示例局"' in page
    assert the_campaign("smile-service-star-2027").version == 1


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("electorates[1].weight", "60", "The weights of"),
        ("stages[4].ends", "2027-08-31", "ends before it begins"),
        ("awards[1].seats", "0", "needs 1 to 200 seats"),
        ("awards[1].seats", "9" * 30, "must be a whole number"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(organiser, place, value, said):
    make(organiser)
    where = f"{LIST}/smile-service-star-2027/rules?lang=en"
    answer = organiser.post(where, data={"based_on": "1", place: value})
    assert answer.status_code == 422
    assert said in words(answer)


@pytest.mark.parametrize("based_on", ["", "7", "x"])
def test_who_looks_at_an_old_version_is_told(organiser, based_on):
    make(organiser)
    where = f"{LIST}/smile-service-star-2027/rules"
    answer = organiser.post(where, data={"based_on": based_on})
    assert answer.status_code == 409


def test_what_somebody_else_changed_stands_in_the_form_afterwards(organiser):
    make(organiser)
    where = f"{LIST}/smile-service-star-2027/rules"
    first = {"based_on": "1", "awards[1].seats": "8"}
    assert organiser.post(where, data=first).status_code == 303
    answer = organiser.post(where, data=first | {"awards[1].seats": "9"})
    assert answer.status_code == 409
    page = Page(answer)
    assert page.one('[name="awards[1].seats"]')["value"] == "8"
    assert page.one("[name=based_on]")["value"] == "2"


def test_a_file_without_stages_is_refused_with_a_sentence(organiser):
    # Spelt out: without a word about stages, the reader refuses earlier.
    bare = "stages = []\n" + preset_text(preset_rules(stages=()))
    answer = make(organiser, preset="", file=(BytesIO(bare.encode()), "own.toml"))
    assert answer.status_code == 422
    assert drafts() == []


def test_rules_that_hold_are_amended_with_a_reason_only(app, hall, clock):
    first = clock().date().replace(month=8, day=1)
    rules = shifted(first)
    found = make_campaign(clock(), rules, "star")
    clock.forward(days=(first - clock().date()).days)
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    where, typed = f"{LIST}/star", {"based_on": "1", "stages[4].ends": end(rules)}
    assert "Amend the rules" in words(organiser.get(f"{where}/rules?lang=en"))
    assert organiser.post(f"{where}/rules", data=typed).status_code == 409
    assert organiser.post(f"{where}/amend", data=typed).status_code == 422
    typed["reason"] = "台风停课"
    follow(organiser, organiser.post(f"{where}/amend", data=typed))
    with reading() as session:
        told = [(each.number, each.reason) for each in rule_versions(session, found.id)]
    assert told == [(2, "台风停课"), (1, "")]
    assert "台风停课" in words(organiser.get("/campaigns/star"))


def shifted(first):
    """Return S1 with its first stage on another day and the rest as much later."""
    rules = parse_preset((FOLDER / f"{OWN}.toml").read_bytes(), first.year)
    by = first - rules.first_day
    moved = [
        replace(stage, begins=stage.begins + by, ends=stage.ends + by)
        for stage in rules.stages
    ]
    return replace(
        rules,
        stages=tuple(moved),
        begins=rules.begins + by,
        ends=rules.ends + by,
        issuer=ISSUER,
    )


def end(rules) -> str:
    """Return the day after the last day of the vote."""
    ends = rules.stages[3].ends
    return ends.replace(day=ends.day + 1).isoformat()


def test_rules_leave_as_the_file_they_can_come_back_as(organiser):
    make(organiser)
    answer = organiser.get(f"{LIST}/smile-service-star-2027/rules.toml")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = the_campaign("smile-service-star-2027").rules
    assert parse_preset(answer.data, 2030) == found


def test_a_campaign_is_given_up_with_a_reason(organiser):
    make(organiser)
    where = f"{LIST}/smile-service-star-2027"
    assert organiser.post(f"{where}/drop").status_code == 422
    page = follow(organiser, organiser.post(f"{where}/drop", data={"reason": "合并"}))
    assert "终止" in page
    assert organiser.post(f"{where}/drop", data={"reason": "又"}).status_code == 409


@pytest.mark.parametrize("act", ["", "/rules", "/rules.toml"])
def test_of_no_campaign_there_is_no_page(organiser, act):
    assert organiser.get(f"{LIST}/none{act}").status_code == 404


@pytest.mark.parametrize("act", ["announce", "drop", "rules", "amend"])
def test_of_no_campaign_nothing_is_done(organiser, act):
    data = {"reason": "无"}
    assert organiser.post(f"{LIST}/none/{act}", data=data).status_code == 404
