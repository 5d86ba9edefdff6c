"""Each form that writes in a signed-in browser carries the token of its session."""

import re

import pytest

from tests.house.project import TEMPLATES, short, template_files

pytestmark = pytest.mark.unmeasured

_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
_WRITES = re.compile(r"""method\s*=\s*["']?post""", re.IGNORECASE)
_OPENING = re.compile(r"<form\b[^>]*>", re.DOTALL | re.IGNORECASE)
TOKEN = "form_token_field()"
WITHOUT_SESSION = {
    "tablet": "the screen's own cookie says who sends; it is strictly same-site",
    "phone": "a citizen has no session; the form's id is signed",
    "campaign": "electors have a code in the address; whoever objects needs no name",
    "public": "nothing is written, whoever asks",
}
FILES = [path for path in template_files() if "post" in path.read_text("utf-8").lower()]


def bare_forms(source: str) -> list[str]:
    """Return the opening tags of writing forms that carry no token."""
    found = []
    for form in _FORM.findall(source):
        opening = _OPENING.match(form).group()
        if _WRITES.search(opening) and TOKEN not in form:
            found.append(" ".join(opening.split()))
    return found


def unclosed(source: str) -> int:
    """Return how many forms have no end in the same file, where nobody looks."""
    return len(_OPENING.findall(source)) - len(_FORM.findall(source))


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_form_that_writes_carries_the_token(path):
    source = path.read_text("utf-8")
    assert unclosed(source) == 0
    if path.relative_to(TEMPLATES).parts[0] not in WITHOUT_SESSION:
        assert bare_forms(source) == []


@pytest.mark.parametrize("folder", WITHOUT_SESSION)
def test_an_exception_is_still_needed(folder):
    bare = [
        bare_forms(path.read_text("utf-8")) for path in TEMPLATES.glob(f"{folder}/*")
    ]
    assert any(bare)


def test_requests_of_htmx_carry_it_too():
    """Their elements stand anywhere on the page: the header is set once, around all."""
    shell = (TEMPLATES / "manage" / "base.html").read_text("utf-8")
    assert "hx-headers" in shell
    assert '"X-CSRF-Token"' in shell
    assert "form_token()" in shell


def test_the_check_sees_a_form_without_it():
    wrong = '<form class="a"\n  method="POST" action="/x"><button>Go</button></form>'
    right = wrong.replace("<button>", "{{ form_token_field() }}<button>")
    search = '<form method="get" action="/x"></form>'
    assert bare_forms(right + wrong + search) == [
        '<form class="a" method="POST" action="/x">'
    ]
    assert bare_forms(right + search) == []
    assert unclosed(right + "<form>") == 1
