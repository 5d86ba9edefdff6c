"""`flask integrations`: a key is printed once, replaced, and shut out."""

from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading
from kiosk.queries.integrations import caller_of
from tests.conftest import NOON
from tests.staff import entries


def run(runner, *words: str) -> str:
    done = runner.invoke(args=["integrations", *words])
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def scopes_of(key: str) -> frozenset[str] | None:
    with reading() as session:
        found = caller_of(session, token_hash(key), NOON)
    return None if found is None else found.scopes


def add(runner, name: str = "取号机") -> str:
    return run(
        runner, "add", name, "--scope", "tickets:write", "--scope", "tickets:read"
    )


def test_a_system_is_taken_in_and_its_key_printed_alone(app, runner):
    key = add(runner)
    assert scopes_of(key) == {"tickets:write", "tickets:read"}
    [entry] = entries("integration")
    assert key not in entry
    assert "terminal" in entry


def test_a_name_that_is_taken_or_a_scope_that_is_none_is_refused(app, runner):
    add(runner)
    again = runner.invoke(args=["integrations", "add", "取号机", "--scope", "webhooks"])
    assert again.exit_code == 1
    assert "There is a system with this name already" in again.stderr
    wrong = runner.invoke(args=["integrations", "add", "x", "--scope", "all"])
    assert wrong.exit_code == 2
    assert len(entries("integration")) == 1


def test_a_key_is_replaced(app, runner):
    old = add(runner)
    new = run(runner, "rotate", "取号机")
    assert scopes_of(new) == scopes_of(old) == {"tickets:write", "tickets:read"}
    assert new != old


def test_an_access_ends(app, runner):
    key = add(runner)
    assert run(runner, "revoke", "取号机") == "Revoked."
    assert run(runner, "revoke", "取号机") == "It had been revoked before."
    assert scopes_of(key) is None
    refused = runner.invoke(args=["integrations", "rotate", "取号机"])
    assert refused.exit_code == 1
    assert "revoked" in refused.stderr


def test_the_list_tells_no_secret(app, runner):
    assert run(runner, "list") == ""
    add(runner)
    add(runner, "热线")
    run(runner, "revoke", "热线")
    scopes = "tickets:read tickets:write"
    lines = run(runner, "list").splitlines()
    assert sorted(lines) == [
        f"取号机\t{scopes}\tnever\tactive",
        f"热线\t{scopes}\tnever\trevoked",
    ]


def test_a_name_that_nobody_has(app, runner):
    for word in ("rotate", "revoke"):
        done = runner.invoke(args=["integrations", word, "取号机"])
        assert done.exit_code == 1
        assert "There is no system called 取号机." in done.stderr
