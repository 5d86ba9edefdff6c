"""Settings: read once, checked, and refused with a sentence that names the remedy."""

import re
import stat
import threading
from dataclasses import fields
from pathlib import Path

import pytest

from kiosk.config import HTMX_CDN_URL, Settings, SettingsError, load_settings

PATIENCE = 30
SECRET = "0123456789abcdef"


def load(folder: Path, **variables: str) -> Settings:
    return load_settings({"KIOSK_INSTANCE": str(folder), **variables})


def refusal(folder: Path, **variables: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load(folder, **variables)
    return str(refused.value)


def write(folder: Path, text: str) -> None:
    (folder / "config.toml").write_text(text, "utf-8")


# Where values come from


def test_an_empty_folder_gives_the_defaults(tmp_path):
    folder = tmp_path / "new" / "instance"
    settings = load(folder)
    assert settings == Settings(
        instance=folder,
        database_url=f"sqlite:///{folder / 'kiosk.db'}",
        secret_key=(folder / "secret_key").read_text("utf-8"),
    )
    assert (
        settings.storage_wait_seconds,
        settings.public_url,
        settings.htmx,
        settings.htmx_cdn_url,
        settings.default_language,
        settings.trusted_proxies,
        settings.trusted_hosts,
        settings.idle_minutes,
        settings.session_hours,
        settings.secure_cookies,
    ) == (5.0, "", "cdn", HTMX_CDN_URL, "zh", 0, "", 30, 12, False)


def test_hosts_are_names_with_commas_between(tmp_path):
    settings = load(
        tmp_path, KIOSK_TRUSTED_HOSTS=" PJ.example.org,10.0.0.5:8000 ,[::1],"
    )
    assert settings.hosts == {"pj.example.org", "10.0.0.5:8000", "[::1]"}
    assert load(tmp_path).hosts == frozenset()


def test_hosts_that_are_told_something_are_none_unless_listed(tmp_path):
    assert load(tmp_path).told_hosts == frozenset()
    assert load(tmp_path).webhook_minutes == 60
    told = load(tmp_path, KIOSK_WEBHOOK_HOSTS="Hotline.example, 10.20.0.9:8080,")
    assert told.told_hosts == {"hotline.example", "10.20.0.9:8080"}


def test_the_file_is_read_and_the_environment_wins(tmp_path):
    write(tmp_path, 'htmx = "local"\ndefault_language = "en"\ntrusted_proxies = 2\n')
    settings = load(tmp_path, KIOSK_DEFAULT_LANGUAGE="zh", KIOSK_TRUSTED_PROXIES="")
    assert (settings.htmx, settings.default_language, settings.trusted_proxies) == (
        "local",
        "zh",
        2,
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("secure_cookies", "true", True),
        ("secure_cookies", "Yes", True),
        ("secure_cookies", "1", True),
        ("secure_cookies", "0", False),
        ("secure_cookies", "no", False),
        ("secure_cookies", " FALSE ", False),
        ("trusted_proxies", "5", 5),
        ("idle_minutes", "5", 5),
        ("hold_deciders", "1", 1),
        ("hold_deciders", "2", 2),
        ("idle_minutes", "480", 480),
        ("session_hours", "1", 1),
        ("session_hours", "24", 24),
        ("bare_cases_from", "2", 2),
        ("bare_cases_from", "100", 100),
        ("look_back_days", "5", 5),
        ("look_back_days", "120", 120),
        ("second_days", "3", 3),
        ("second_days", "60", 60),
        ("smtp_port", "1", 1),
        ("smtp_port", "65535", 65_535),
        ("smtp_security", "tls", "tls"),
        ("smtp_security", "none", "none"),
        ("storage_wait_seconds", "0.1", 0.1),
        ("storage_wait_seconds", "30", 30.0),
        ("public_url", " https://pj.example.org ", "https://pj.example.org"),
        (
            "database_url",
            "postgresql+psycopg://u:p@h/d",
            "postgresql+psycopg://u:p@h/d",
        ),
        ("htmx_cdn_url", "http://10.0.0.9/htmx.js", "http://10.0.0.9/htmx.js"),
        ("secret_key", SECRET, SECRET),
    ],
)
def test_a_variable_is_read_as_the_kind_of_its_setting(tmp_path, name, text, value):
    settings = load(tmp_path, **{f"KIOSK_{name.upper()}": text})
    assert getattr(settings, name) == value
    assert type(getattr(settings, name)) is type(value)


def test_values_of_the_file_keep_their_kind(tmp_path):
    write(tmp_path, "secure_cookies = true\nstorage_wait_seconds = 2\n")
    settings = load(tmp_path)
    assert (settings.secure_cookies, settings.storage_wait_seconds) == (True, 2.0)


def test_the_environment_of_the_process_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path))
    monkeypatch.setenv("KIOSK_HTMX", "local")
    assert load_settings().htmx == "local"


def test_a_relative_folder_is_one_beside_where_we_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load(Path("here")).instance == tmp_path / "here"


# The database's file


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/kiosk/a.db", "/var/lib/kiosk/a.db"),
        ("sqlite:///a.db", "{instance}/a.db"),
        ("sqlite:///data/a.db?timeout=5", "{instance}/data/a.db"),
        ("postgresql+psycopg://h/d", None),
    ],
)
def test_a_relative_database_lies_in_the_instance_folder(tmp_path, url, path):
    """Where the engine takes it, so that the right WAL is looked after."""
    settings = load(tmp_path, KIOSK_DATABASE_URL=url)
    assert settings.sqlite is (path is not None)
    assert settings.sqlite_path == (path and Path(path.format(instance=tmp_path)))


# Refusals

WRONG = [
    (
        "database_url",
        "mysql://h/d",
        "must begin with sqlite:/// or postgresql+psycopg://",
    ),
    ("database_url", "postgresql://h/d", "must begin with sqlite:/// or"),
    ("database_url", "sqlite://", "must begin with sqlite:/// or"),
    ("database_url", "sqlite:///", "must name a file"),
    ("database_url", "sqlite:///:memory:", "must name a file"),
    ("database_url", "sqlite:///file:a.db?uri=true", "must name a file"),
    ("storage_wait_seconds", "0.09", "must be 0.1 to 30"),
    ("storage_wait_seconds", "30.1", "must be 0.1 to 30"),
    ("storage_wait_seconds", "-1", "must be 0.1 to 30"),
    ("storage_wait_seconds", "nan", "must be 0.1 to 30"),
    ("storage_wait_seconds", "inf", "must be 0.1 to 30"),
    ("storage_wait_seconds", "soon", "must be a number, not 'soon'"),
    ("secret_key", SECRET[:-1], "must have at least 16 characters"),
    ("secret_key", "   ", "must have at least 16 characters"),
    ("public_url", "10.0.0.5:8000", "must begin with http:// or https://"),
    ("public_url", "javascript:go()", "must begin with http:// or https://"),
    ("htmx", "CDN", "must be cdn or local"),
    ("htmx", "", None),
    ("htmx_cdn_url", "//cdn.example.org/x.js", "must be one address"),
    ("htmx_cdn_url", "https://a.example/x.js; script-src *", "must be one address"),
    ("htmx_cdn_url", "https://a.example/x.js https://b.example", "must be one address"),
    ("htmx_cdn_url", "https://a.example/x.js\nX: y", "must be one address"),
    ("default_language", "fr", "must be zh or en"),
    ("trusted_proxies", "6", "must be 0 to 5"),
    ("trusted_proxies", "-1", "must be a whole number, not '-1'"),
    ("trusted_proxies", "1.5", "must be a whole number, not '1.5'"),
    ("trusted_hosts", "pj.example.org, *", "not '*'"),
    ("trusted_hosts", "https://pj.example.org", "not 'https://pj.example.org'"),
    ("trusted_hosts", "a.example;b.example", "with commas between"),
    ("trusted_hosts", ".example.org", "not '.example.org'"),
    ("trusted_hosts", "a.example:port", "not 'a.example:port'"),
    ("idle_minutes", "4", "must be 5 to 480"),
    ("hold_deciders", "0", "must be 1 to 2"),
    ("hold_deciders", "3", "must be 1 to 2"),
    ("idle_minutes", "481", "must be 5 to 480"),
    ("session_hours", "0", "must be 1 to 24"),
    ("session_hours", "25", "must be 1 to 24"),
    ("webhook_hosts", "https://hotline.example", "not 'https://hotline.example'"),
    ("webhook_hosts", "hotline.example, *", "webhook_hosts must be names such as"),
    ("webhook_minutes", "14", "must be 15 to 1440"),
    ("webhook_minutes", "1441", "must be 15 to 1440"),
    ("bare_cases_from", "1", "must be 2 to 100"),
    ("bare_cases_from", "101", "must be 2 to 100"),
    ("look_back_days", "4", "must be 5 to 120"),
    ("look_back_days", "121", "must be 5 to 120"),
    ("second_days", "2", "must be 3 to 60"),
    ("second_days", "61", "must be 3 to 60"),
    ("smtp_port", "0", "must be 1 to 65535"),
    ("smtp_port", "65536", "must be 1 to 65535"),
    ("smtp_security", "ssl", "must be starttls, tls or none"),
    ("secure_cookies", "maybe", "must be true or false, not 'maybe'"),
]


@pytest.mark.parametrize(
    ("name", "text", "words"), WRONG, ids=lambda part: repr(part)[:40]
)
def test_a_wrong_value_is_refused_by_name(tmp_path, name, text, words):
    variable = {f"KIOSK_{name.upper()}": text}
    if words is None:
        assert getattr(load(tmp_path, **variable), name) == "cdn"
        return
    said = refusal(tmp_path, **variable)
    assert said.startswith(name)
    assert words in said


def test_a_mail_server_needs_an_address_that_notices_come_from(tmp_path):
    server = {"KIOSK_SMTP_HOST": "mail.example.org"}
    for address in ("", "pingjia", "a b@example.org", "a@b@example.org", "a@b,c@d"):
        said = refusal(tmp_path, KIOSK_SMTP_FROM=address, **server)
        assert said.startswith("smtp_from must be the address that notices come from")
    server["KIOSK_SMTP_FROM"] = "pingjia@example.org"
    said = refusal(tmp_path, **server)
    assert said.startswith("public_url must be set when smtp_host is")
    settings = load(tmp_path, KIOSK_PUBLIC_URL="https://example.org", **server)
    assert (settings.smtp_from, settings.smtp_port) == ("pingjia@example.org", 587)


@pytest.mark.parametrize("name", ["KIOSK_SMTP_USER", "KIOSK_SMTP_PASSWORD"])
def test_name_and_password_of_the_mail_server_go_together(tmp_path, name):
    said = refusal(tmp_path, **{name: "kiosk"})
    assert said == "smtp_user and smtp_password go together; give both or neither"


def test_the_password_of_the_mail_server_is_not_shown(tmp_path):
    settings = load(tmp_path, KIOSK_SMTP_USER="kiosk", KIOSK_SMTP_PASSWORD="s3cret!")
    assert settings.smtp_password == "s3cret!"
    assert "s3cret!" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("htmx = local", "config.toml is not valid TOML"),
        ("htmx", "config.toml is not valid TOML"),
        ('htmxx = "local"', "config.toml has unknown settings: htmxx"),
        ('instance = "/tmp/x"', "config.toml has unknown settings: instance"),
        ("[server]\nport = 1", "config.toml has unknown settings: server"),
        ('b = 1\na = 2\nhtmx = "local"', "config.toml has unknown settings: a, b"),
        ('htmx = ["cdn"]', "htmx must be cdn or local"),
        ("secure_cookies = 2", "secure_cookies must be true or false"),
        ("trusted_proxies = true", "trusted_proxies must be a whole number"),
        ('secret_key = ""', "secret_key must have at least 16 characters"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, words):
    write(tmp_path, text)
    assert words in refusal(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    assert "config.toml is not valid TOML" in refusal(tmp_path)


def test_a_setting_cannot_be_changed_afterwards(tmp_path):
    settings = load(tmp_path)
    for field in fields(settings):
        with pytest.raises(AttributeError):
            setattr(settings, field.name, None)


# The secret


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    first = load(tmp_path).secret_key
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", first)
    assert load(tmp_path).secret_key == first
    file = tmp_path / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_two_folders_have_two_secrets(tmp_path):
    assert load(tmp_path / "a").secret_key != load(tmp_path / "b").secret_key


def test_a_given_secret_makes_no_file(tmp_path):
    load(tmp_path, KIOSK_SECRET_KEY=SECRET)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["", "short", "\n"])
def test_a_broken_secret_file_is_refused_with_the_remedy(tmp_path, kept):
    """A power cut may leave it empty; an empty key would sign anything."""
    (tmp_path / "secret_key").write_text(kept)
    assert refusal(tmp_path) == (
        "secret_key must have at least 16 characters; remove it and "
        f"{tmp_path / 'secret_key'} to have a new one made"
    )


def test_servers_that_start_together_share_one_secret(tmp_path):
    together = threading.Barrier(8, timeout=PATIENCE)
    found: list[str] = []

    def start() -> None:
        together.wait()
        found.append(load(tmp_path).secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
