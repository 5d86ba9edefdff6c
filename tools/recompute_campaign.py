r"""Compute a campaign's places and seats anew with the standard library alone.

    python3 tools/recompute_campaign.py ARCHIVE [--outcome FILE]

ARCHIVE is what the page of a published list hands out: one line of JSON with the
rules and everything the numbers follow from. Printed is the outcome as one line of
JSON, byte for byte what was published. With --outcome it is compared with the
published file instead. Written after docs/rules.md, "Composite, places and seats" and
"The fair score"; it shares nothing with the program that published.

Exit code 0: done, or both are the same. 1: they differ; the first difference is
named. 2: a file cannot be read or is no archive.
"""

import argparse
import json
import math
import sys
from pathlib import Path
from statistics import fmean, median, variance
from typing import Any

POINTS = (0, 25, 50, 75, 100)
RHO, SHARE, CLAMP = 0.02, 0.30, 5.0
PRIOR, LEAN = 30.0, 50.0
Z90, Z95 = 1.645, 1.959963984540054
EXACT, GRID = 500, 1001
TABLET, PHONE = 0, 1
BALLOT = ("votes", "ballots")
HARD = ("ballot", "jury", "inspection")
ENDLESS = math.inf
Data = dict[str, Any]
UNUSABLE = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError,
    RecursionError,
)  # fmt: skip


def six(value: float) -> float:
    """Round to nine, then to six decimals; never minus nothing."""
    return round(round(float(value), 9), 6) + 0.0


# ---- The fair score (docs/rules.md, steps 1 to 13) --------------------------------


def weigh(window: Data) -> Data:
    """Return effective ratings by channel and level, and A by channel (1 to 4)."""
    by_level = [[0.0] * 5, [0.0] * 5]
    for channel in (TABLET, PHONE):
        rows = [row[2:] for row in window["days"] if row[1] == channel]
        rows = [row for row in rows if sum(row)]
        top = max(5.0, 2 * median(map(sum, rows))) if rows else 5.0
        for row in rows:
            counted = min(sum(row), top)
            weight = counted / (1 + RHO * (counted - 1)) / sum(row)
            for level, number in enumerate(row):
                by_level[channel][level] += weight * number
    tablet, phone = map(math.fsum, by_level)
    if tablet > 0:
        phone = min(phone, SHARE / (1 - SHARE) * tablet)
    return {"by_level": by_level, "area": (tablet, phone), "a": tablet + phone}


def set_means(windows: list[Data]) -> None:
    """Set y and v of each window (steps 3, 5 to 7, and v of step 12)."""
    for one in windows:
        one["means"] = [
            math.fsum(n * x for n, x in zip(levels, POINTS, strict=True))
            / (math.fsum(levels) or 1.0)
            for levels in one["by_level"]
        ]
    both = [
        one["means"][PHONE] - one["means"][TABLET]
        for one in windows
        if min(round(area, 6) for area in one["area"]) >= 10
    ]
    gap = median(both) if len(both) >= 5 else 0.0
    for one in windows:
        (tablet, phone), (of_tablet, of_phone) = one["means"], one["area"]
        if round(of_tablet, 6) >= 30 and of_phone > 0:
            middle = tablet + gap
            phone = min(max(phone, middle - CLAMP), middle + CLAMP)
        one["y"] = (of_tablet * tablet + of_phone * (phone - gap)) / one["a"]
        one["v"] = math.fsum(
            n * (x - centre) ** 2
            for levels, centre in zip(
                one["by_level"], (one["y"], one["y"] + gap), strict=True
            )
            for n, x in zip(levels, POINTS, strict=True)
        )


def reference(rated: list[Data]) -> list[Data]:
    """Return those that make the centre's average (step 8)."""
    enough = [one for one in rated if round(one["a"], 6) >= 30]
    return enough if len(enough) >= 3 else rated


def set_expectations(rated: list[Data], chosen: list[Data]) -> float:
    """Set E and its uncertainty; return M (steps 8 and 9)."""
    centre = fmean(one["y"] for one in chosen)
    groups: dict[int, list[float]] = {}
    for one in chosen:
        groups.setdefault(one["type"], []).append(one["y"])
    groups = {kind: ys for kind, ys in groups.items() if len(ys) >= 3}
    for one in rated:
        one["e"], one["unsure"] = centre, 0.0
    if len(groups) < 2:
        return centre
    inside = fmean(variance(ys) for ys in groups.values())
    gaps = {kind: fmean(ys) - centre for kind, ys in groups.items()}
    noise = fmean(inside / len(ys) for ys in groups.values())
    between = max(0.0, variance(gaps.values()) - noise)
    for one in rated:
        size = len(groups.get(one["type"], ()))
        whole = size * between + inside
        believed = size * between / whole if whole else 0.0
        one["unsure"] = believed * inside / size if size else between
        one["e"] = centre + believed * gaps[one["type"]] if size else centre
    return centre


def held(points: float) -> float:
    """Hold points off 0 and 100."""
    return min(max(points, 0.5), 99.5)


def odds(points: float) -> float:
    """Return points / (100 - points)."""
    return held(points) / (100 - held(points))


def scored(rated: list[Data]) -> dict[int, Data]:
    """Return score, sd, A and the range of places by key (steps 8 to 13)."""
    if not rated:
        return {}
    chosen = reference(rated)
    centre = set_expectations(rated, chosen)
    beyond = math.fsum(one["a"] - 1 for one in chosen)
    pooled = 2500.0
    if round(beyond, 6) > 0:
        pooled = round(math.fsum(one["v"] for one in chosen) / beyond, 6)
    for one in rated:
        a, e = one["a"], one["e"]
        shrunk = (a * one["y"] + PRIOR * e) / (a + PRIOR)
        h = odds(centre) / odds(e) * odds(shrunk)
        score = 100 * h / (1 + h)
        own = (one["v"] + LEAN * pooled) / (a + LEAN) / (a + PRIOR)
        slopes = [
            score * (100 - score) / (held(points) * (100 - held(points)))
            for points in (shrunk, e)
        ]
        one["score"] = score
        one["sd"] = math.sqrt(slopes[0] ** 2 * own + slopes[1] ** 2 * one["unsure"])
    set_ranges(rated)
    return {
        one["key"]: {
            "score": six(one["score"]),
            "sd": six(one["sd"]),
            "a": six(one["a"]),
            "low": one["low"],
            "high": one["high"],
        }
        for one in rated
    }


def phi(z: float) -> float:
    """Return the normal distribution function."""
    return 0.5 * math.erfc(-z * math.sqrt(0.5))


def set_ranges(rated: list[Data]) -> None:
    """Set the range of places that luck could give (step 13)."""
    rated.sort(key=lambda one: (-round(one["score"], 6), -round(one["a"], 6)))
    pairs = [(one["score"], max(one["sd"], 1e-6)) for one in rated]
    cutoffs = [score + z * sd for z in (Z90, -Z90) for score, sd in pairs]
    grid: list[float] = []
    if len(rated) > EXACT:
        low, high = min(cutoffs), max(cutoffs)
        step = (high - low) / (GRID - 1)
        points = [low + step * at for at in range(GRID)]
        grid = [sum_above(pairs, point) for point in points]

    def above(cutoff: float) -> float:
        """Return how many are expected above a score, oneself included."""
        if not grid:
            return sum_above(pairs, cutoff)
        if step == 0:
            return grid[0]
        at = min(int((cutoff - low) / step), GRID - 2)
        part = (cutoff - points[at]) / step
        return grid[at] + part * (grid[at + 1] - grid[at])

    for place, (one, (score, sd)) in enumerate(zip(rated, pairs, strict=True), 1):
        best = 1 + above(score + Z90 * sd) - phi(-Z90)
        worst = 1 + above(score - Z90 * sd) - phi(Z90)
        one["low"] = min(max(math.floor(round(best, 9)), 1), place)
        one["high"] = max(min(math.ceil(round(worst, 9)), len(rated)), place)


def sum_above(pairs: list[tuple[float, float]], at: float) -> float:
    """Return the sum of Phi((score - at) / sd)."""
    return math.fsum(phi((score - at) / sd) for score, sd in pairs)


def window_scores(windows: list[Data]) -> dict[int, Data]:
    """Return the scores of windows out of their days."""
    rated = []
    for window in sorted(windows, key=lambda each: each["key"]):
        one = weigh(window)
        if one["a"] > 0:
            rated.append(one | {"key": window["key"], "type": window["service_type"]})
    if rated:
        set_means(rated)
    return scored(rated)


def person_scores(people: list[Data]) -> dict[int, Data]:
    """Return the scores of people out of A, y and v."""
    return scored(
        [
            {
                "key": one["key"],
                "type": one["service_type"],
                "a": float(one["effective"]),
                "y": float(one["mean"]),
                "v": float(one["variance"]),
            }
            for one in sorted(people, key=lambda each: each["key"])
            if one["effective"] > 0
        ]
    )


def score_of(candidate: Data, windows: dict[int, Data], people: dict[int, Data]) -> Any:
    """Return the score of a candidate; None: nobody rated it."""
    if candidate["window"] is not None:
        return windows.get(candidate["window"])
    if candidate["person"] is not None:
        return people.get(candidate["person"])
    known = [windows[key] for key in candidate["windows"] if key in windows]
    if not known:
        return None
    a = math.fsum(one["a"] for one in known)
    mean = math.fsum(one["score"] * one["a"] for one in known) / a
    sd = math.sqrt(math.fsum((one["sd"] * one["a"]) ** 2 for one in known)) / a
    return {"score": six(mean), "sd": six(sd), "a": six(a), "low": 0, "high": 0}


# ---- Conditions -------------------------------------------------------------------


def checks(award: Data, one: Data, offices: list[Data]) -> list[Data]:
    """Return every condition of an award as a candidate meets it."""
    reads = iter(one["satisfaction"])
    found = []
    for gate in award["gates"]:
        of_rate = gate["kind"] == "satisfaction"
        read = next(reads, None) if of_rate else None
        why, value, needed = check(gate, one, read, offices)
        found.append(
            {
                "kind": gate["kind"],
                "passed": why == "met",
                "why": why,
                "value": value,
                "needed": needed,
                "reading": gate["reading"],
                "effective": read and float(read["effective"]),
                "days": read and read["days"],
            }
        )
    return found


def check(gate: Data, one: Data, read: Any, offices: list[Data]) -> tuple[Any, ...]:
    """Return why, the number and what is needed."""
    kind, least = gate["kind"], float(gate["at_least"] or 0)
    if kind == "satisfaction":
        return check_rate(gate, read, least)
    if kind == "complaints":
        upheld, most = float(one["complaints"]), float(gate["at_most"] or 0)
        return ("met" if upheld <= most else "above"), upheld, most
    if kind == "veto":
        return ("vetoed" if one["unit_vetoed"] else "met"), None, None
    if kind == "clearance":
        answers = [one["clearances"].get(office["key"]) for office in offices]
        against = float(answers.count(True))
        silent = "silent" if None in answers else "met"
        return ("objected" if against else silent), against, 0.0
    if kind == "knowledge":
        return reached(one["knowledge"], least)
    done = 100 * one["tasks_done"] / one["tasks_set"] if one["tasks_set"] else None
    return reached(done, least)


def check_rate(gate: Data, read: Any, least: float) -> tuple[Any, ...]:
    """Return a condition of satisfaction; with `bound` Wilson's lower bound."""
    if read is None or read["rate"] is None or read["effective"] <= 0:
        return "no-data", None, least
    rate, n = read["rate"], read["effective"]
    if gate["bound"]:
        share, square = rate / 100, Z95 * Z95
        reach = Z95 * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        centre = share + square / (2 * n)
        rate = max(0.0, 100 * (centre - reach) / (1 + square / n))
    value = six(rate)
    if n < gate["minimum"]:
        return "too-few", value, least
    if read["days"] < gate["days"]:
        return "too-few-days", value, least
    return reached(value, least)


def reached(value: float | None, least: float) -> tuple[Any, ...]:
    """Return whether a number is at least what is needed."""
    if value is None:
        return "no-data", None, least
    return ("met" if six(value) >= least else "below"), six(value), least


# ---- Parts and totals -------------------------------------------------------------


def part_of(kind: str, award: Data, one: Data, rules: Data, score: Any) -> Any:
    """Return the number of a part, 0 to 100 or None, and what made it."""
    if kind == "rating":
        made = [("effective", score["a"]), ("sd", score["sd"])] if score else []
        return (score["score"] if score else None), made
    if kind == "inspection":
        off = one["deductions"]
        return (None, []) if off is None else (max(0, 100 - off), [("deductions", off)])
    if kind == "jury":
        return jury_of(award, one["jury"], rules["quorum"])
    if kind == "ballot":
        return ballot_of(one["votes"], rules["electorates"])
    if kind == "tasks":
        done, given = one["tasks_done"], one["tasks_set"]
        return (100 * done / given if given else None), [("done", done), ("set", given)]
    return one[kind], []


def jury_of(award: Data, points: list[float], quorum: int) -> Any:
    """Return the jurors' mean in percent."""
    most = sum(criterion["points"] for criterion in award["criteria"])
    made: list[tuple[str, float]] = [("jurors", len(points))]
    if not most or len(points) < max(1, quorum):
        return None, made
    made.append(("spread", points[-1] - points[0]))
    return 100 * fmean(points) / most, made


def ballot_of(votes: Data, electorates: list[Data]) -> Any:
    """Return shares of the ballots by the electorates' weights."""
    share, made = 0.0, []
    for each in electorates:
        told = votes.get(each["key"])
        if told is not None:
            share += each["weight"] * told["votes"] / max(1, told["ballots"])
            made += [(f"{each['key']}.{name}", told[name]) for name in BALLOT]
    return (share if made else None), made


def weighed(award: Data, one: Data, rules: Data, score: Any) -> list[Data]:
    """Return the parts of a total."""
    found = []
    for part in award["parts"]:
        raw, made = part_of(part["kind"], award, one, rules, score)
        raw = None if raw is None else six(raw)
        ranged = score if part["kind"] == "rating" and score else {}
        found.append(
            {
                "kind": part["kind"],
                "weight": part["weight"],
                "raw": raw,
                "weighted": six((raw or 0.0) * part["weight"] / 100),
                "inputs": [{"name": name, "value": six(n)} for name, n in made],
                "low": ranged.get("low") or None,
                "high": ranged.get("high") or None,
            }
        )
    return found


# ---- Places and seats -------------------------------------------------------------


def tie_value(tie: str, one: Data, score: Any) -> float:
    """Return what decides between equal totals; more is better."""
    if tie == "ballot":
        return sum(each["votes"] for each in one["votes"].values())
    if tie == "jury":
        return six(fmean(one["jury"])) if one["jury"] else -1.0
    if tie == "inspection":
        return -ENDLESS if one["deductions"] is None else -one["deductions"]
    if score is None:
        return -1.0
    return float(score["score"] if tie == "rating" else score["a"])


def passes(award: Data, low: Data, high: Data) -> bool:
    """Tell whether unnoticed ratings could lift one to another's total."""
    weight = sum(each["weight"] for each in award["parts"] if each["kind"] == "rating")
    gap = (high["row"]["total"] - low["row"]["total"]) * 100 / weight
    score = low["score"]
    if gap <= 0:
        cost = 0.0
    elif score is None or six(score["score"] + gap) >= 100:
        cost = ENDLESS
    else:
        cost = six(score["a"] * gap / (100 - score["score"] - gap))
    return bool(cost < low["room"])


def in_question(award: Data, ranked: list[Data], seats: int) -> list[int]:
    """Return the places (from 0) that go by ties which ratings do not move."""
    by_taps = any(
        each["kind"] == "rating" and each["weight"] for each in award["parts"]
    )
    hard = any(tie in HARD for tie in award["ties"])
    if not by_taps or not hard or not 0 < seats < len(ranked):
        return []
    if not passes(award, ranked[seats], ranked[seats - 1]):
        return []
    with_seat = [at for at in range(seats) if passes(award, ranked[seats], ranked[at])]
    return with_seat + [
        at
        for at in range(seats, len(ranked))
        if passes(award, ranked[at], ranked[seats - 1])
    ]


def set_bands(award: Data, ranked: list[Data]) -> None:
    """Give a number to the bands of neighbours that cannot be told apart."""
    by_taps = any(
        each["kind"] == "rating" and each["weight"] for each in award["parts"]
    )
    band = 1
    for at, one in enumerate(ranked):
        if by_taps and at and not passes(award, one, ranked[at - 1]):
            band += 1
        one["band"] = band if by_taps else None


def hard_values(award: Data, one: Data) -> tuple[float, ...]:
    """Return the ties that ratings do not move, in the award's order."""
    pairs = zip(award["ties"], one["ties"], strict=True)
    return tuple(value for tie, value in pairs if tie in HARD)


def deciding(award: Data, one: Data, other: Data) -> str:
    """Return the tie that puts one before the next of its total."""
    if one["row"]["total"] == other["row"]["total"]:
        for tie, mine, theirs in zip(
            award["ties"], one["ties"], other["ties"], strict=True
        ):
            if mine != theirs:
                return str(tie)
    return ""


def settle(award: Data, ranked: list[Data], seats: int) -> list[Data]:
    """Return the final order, with the tie that each was placed by."""
    places = in_question(award, ranked, seats)
    among = [ranked[place] for place in places]
    columns = list(zip(*(hard_values(award, one) for one in among), strict=True))
    told = [tie for tie in award["ties"] if tie in HARD] if among else []
    told = [
        tie for tie, values in zip(told, columns, strict=True) if len({*values}) > 1
    ]
    among.sort(
        key=lambda one: (*hard_values(award, one), one["row"]["total"]), reverse=True
    )
    bands = [one["band"] for one in ranked]
    settled = list(ranked)
    for place, one in zip(places, among, strict=True):
        settled[place] = one
    for at, one in enumerate(settled):
        following = settled[at + 1] if at + 1 < len(settled) else None
        tie = deciding(award, one, following) if following else ""
        hard = hard_values(award, one) if at in places else None
        one["same"] = (hard, one["row"]["total"], one["ties"])
        one["row"]["tie"] = (told[0] if told else "") if at in places else tie
        one["row"]["band"] = bands[at]
    return settled


def seat(award: Data, candidates: list[Data], ranked: list[Data]) -> list[int]:
    """Give places and seats; return who is undecided."""
    seats = award["seats"] - sum(one["vacates"] for one in candidates)
    set_bands(award, ranked)
    settled = settle(award, ranked, seats)
    ranked[:] = settled
    undecided = []
    for one in settled:
        equal = [
            at for at, each in enumerate(settled, 1) if each["same"] == one["same"]
        ]
        row = one["row"]
        row["place"] = equal[0]
        row["elected"] = row["total"] > 0 and equal[-1] <= seats
        if row["total"] > 0 and not row["elected"] and equal[0] <= seats:
            undecided.append(row["key"])
    return undecided


def award_outcome(award: Data, data: Data, scores: tuple[Any, Any]) -> Data:
    """Return one award: who is ranked, the first place first, then the others."""
    rules = data["rules"]
    mine = [one for one in data["candidates"] if one["award"] == award["key"]]
    ranked, others = [], []
    for one in sorted(mine, key=lambda each: (each["number"], each["key"])):
        score = score_of(one, *scores)
        checked = checks(award, one, rules["offices"])
        admitted = one["standing"] and all(each["passed"] for each in checked)
        names = ("key", "number", "name", "unit", "unit_name", "ended")
        row = {name: one[name] for name in names}
        row |= {"admitted": admitted, "checks": checked, "parts": [], "total": None}
        row |= {"place": None, "band": None, "elected": False, "tie": ""}
        if not admitted:
            others.append(row)
            continue
        row["parts"] = weighed(award, one, rules, score)
        row["total"] = six(math.fsum(each["weighted"] for each in row["parts"]))
        ties = [tie_value(tie, one, score) for tie in award["ties"]]
        room = six(2 * data["working_days"] * one["unverified"])
        ranked.append({"row": row, "score": score, "ties": ties, "room": room})
    ranked.sort(key=lambda one: [one["row"]["total"], *one["ties"]], reverse=True)
    undecided = seat(award, mine, ranked)
    return {
        "key": award["key"],
        "seats": award["seats"],
        "rows": [one["row"] for one in ranked] + others,
        "undecided": undecided,
    }


def recomputed(text: str) -> str:
    """Return the outcome of an archive as the bytes that are published."""
    data = json.loads(text)
    scores = window_scores(data["windows"]), person_scores(data["people"])
    awards = [award_outcome(each, data, scores) for each in data["rules"]["awards"]]
    plain = json.dumps(
        {"awards": awards},
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return plain + "\n"


def first_difference(one: str, other: str) -> str:
    """Return both texts from a little before where they part."""
    pairs = zip(one, other, strict=False)
    equal = (at for at, (a, b) in enumerate(pairs) if a != b)
    at = next(equal, min(len(one), len(other)))
    start = max(0, at - 60)
    return f"computed:  …{one[start : at + 60]}\npublished: …{other[start : at + 60]}"


def main(arguments: list[str] | None = None) -> int:
    """Recompute the archive named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--outcome", type=Path, help="what was published")
    chosen = parser.parse_args(arguments)
    try:
        found = recomputed(chosen.archive.read_text("utf-8"))
        published = chosen.outcome.read_text("utf-8") if chosen.outcome else None
    except OSError as refused:
        print(f"{refused}", file=sys.stderr)
        return 2
    except UNUSABLE as wrong:
        words = f"{chosen.archive} is no archive of a campaign"
        print(f"{words}: {type(wrong).__name__} {wrong}", file=sys.stderr)
        return 2
    if published is None:
        sys.stdout.buffer.write(found.encode())
        return 0
    if published != found:
        print(f"They differ.\n{first_difference(found, published)}")
        return 1
    print("The same, byte for byte.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
