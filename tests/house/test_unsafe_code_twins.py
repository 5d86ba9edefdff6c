"""The rules on dangerous code see what they are for, and leave the rest alone."""

import pytest

from tests.house.test_unsafe_code import EXCEPTIONS, RULES, broken

WRONG = [
    ("markup", "from markupsafe import Markup\nMarkup(words)"),
    ("markup", "import markupsafe\nmarkupsafe.Markup(words)"),
    ("built-sql", 'session.execute(text(f"SELECT * FROM {name}"))'),
    ("built-sql", 'connection.exec_driver_sql("DROP TABLE " + name)'),
    ("built-sql", 'connection.execute("SELECT {}".format(name))'),
    ("built-sql", 'connection.execute("SELECT %s" % name)'),
    ("built-sql", "words = QUERY.format(name)\nconnection.execute(text(words))"),
    ("built-sql", 'query = f"SELECT {name}"\nconnection.execute(text(query))'),
    ("template-of-text", "render_template_string(words)"),
    ("template-of-text", "app.jinja_env.from_string(words)"),
    ("unverified", "session.get(url, verify=False)"),
    ("shell", "subprocess.run(words, shell=True)"),
    ("shell", "os.system(words)"),
    ("csv-writer", "csv.writer(out)"),
    ("csv-writer", "csv.DictWriter(out, names)"),
    ("csv-writer", "from csv import writer"),
    ("clock", "datetime.now(UTC)"),
    ("clock", "date.today()"),
    ("clock", "time.time()"),
    ("weak-hash", "hashlib.md5(words)"),
    ("weak-hash", "from hashlib import sha1"),
    ("weak-hash", 'hashlib.new("md5")'),
    ("chance", "import random"),
    ("chance", "from random import choice"),
    ("chance", "from uuid import uuid1"),
    ("caller-of-others", "from urllib.request import urlopen"),
    ("caller-of-others", "import requests"),
    ("unpickled", "import pickle"),
    ("unpickled", "eval(words)"),
    (
        "looking-writes",
        '@blueprint.get("/a")\ndef a():\n  with transaction() as session:\n    pass',
    ),
    (
        "looking-writes",
        '@blueprint.get("/a")\ndef a():\n  return b()\ndef b():\n  return write(c)',
    ),
    ("looking-writes", '@app.route("/a")\ndef a():\n  recording("x", now)'),
]
RIGHT = [
    'session.execute(text("SELECT name FROM centre WHERE id = :id"), {"id": key})',
    "session.execute(select(Centre.id).where(Centre.code == code))",
    'session.execute(select(Centre).where(Centre.name == f"{name}%"))',
    'subprocess.run(["git", "ls-files"], check=True)',
    "csv.reader(lines)",
    "time.monotonic()",
    "now.date()",
    "from hashlib import sha256",
    "import secrets\nsecrets.token_bytes(32)",
    "from urllib.parse import urlsplit",
    '@blueprint.post("/a")\ndef a():\n  with transaction() as session:\n    pass',
    '@blueprint.get("/a")\ndef a():\n  with reading() as session:\n    pass',
    'render_template("a.html", page=page)',
    '"".join(words)',
]


@pytest.mark.parametrize(("rule", "source"), WRONG)
def test_a_rule_sees_what_is_wrong(rule, source):
    assert broken(source) == [rule]


@pytest.mark.parametrize("source", RIGHT)
def test_the_rules_leave_the_rest_alone(source):
    assert broken(source) == []


def test_each_rule_has_a_twin_and_each_exception_a_rule():
    assert {rule for rule, _ in WRONG} == set(RULES)
    assert {rule for rule, _ in EXCEPTIONS} <= set(RULES)
