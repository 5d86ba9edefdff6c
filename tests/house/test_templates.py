"""Templates hold no logic, no inline script or style, and nothing that nobody uses."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2 import Environment, nodes

from tests.house.project import PACKAGE, TEMPLATES, short, template_files

pytestmark = pytest.mark.unmeasured

ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
_TAG = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
_VALUE = re.compile(r"{{.*?}}", re.DOTALL)
_HANDLER = re.compile(r"on[a-z]+")
_ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "hx-get",
    "hx-post",
)
FILES = template_files()
PAGES = [
    path
    for path in FILES
    if not path.name.startswith("_")
    and path.name != "base.html"
    and path.parent.name != "components"
]


def markup(source: str) -> BeautifulSoup:
    """Return the HTML around the tags of Jinja; values become the letter V."""
    return BeautifulSoup(_VALUE.sub("V", _TAG.sub("", source)), "html.parser")


def complaints(source: str) -> list[str]:
    """Return what may not be in a template, one sentence each."""
    return [*_inline(markup(source)), *_unescaped(source), *_unused(source)]


def _inline(soup: BeautifulSoup) -> Iterator[str]:
    if soup.find("style"):
        yield "a style element"
    if any(script.decode_contents().strip() for script in soup.find_all("script")):
        yield "a script with a body"
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            if name == "style":
                yield "a style attribute"
            if _HANDLER.fullmatch(name):
                yield f"a handler {name}"
            if name in _ADDRESSES and re.match(r"(https?:)?//|javascript:", str(value)):
                yield f"an address elsewhere: {value}"


def _unescaped(source: str) -> Iterator[str]:
    tree = ENVIRONMENT.parse(source)
    if any(found.name == "safe" for found in tree.find_all(nodes.Filter)):
        yield "the filter safe"
    if any(True for _ in tree.find_all((nodes.ScopedEvalContextModifier,))):
        yield "autoescape switched"
    if any(found.name == "Markup" for found in tree.find_all(nodes.Name)):
        yield "Markup"


def _unused(source: str) -> Iterator[str]:
    tree = ENVIRONMENT.parse(source)
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
    for imported in tree.find_all(nodes.FromImport):
        for name in imported.names:
            wanted = name[1] if isinstance(name, tuple) else name
            if wanted not in used:
                yield f"{wanted} is imported and not used"
    for imported in tree.find_all(nodes.Import):
        if imported.target not in used:
            yield f"{imported.target} is imported and not used"


def family(name: str) -> Iterator[tuple[str, nodes.Template]]:
    """Yield a template, those it extends, and those any of them includes."""
    source = (TEMPLATES / name).read_text("utf-8")
    tree = ENVIRONMENT.parse(source)
    yield source, tree
    for other in tree.find_all((nodes.Extends, nodes.Include)):
        for constant in other.template.find_all(nodes.Const):
            yield from family(constant.value)
        if isinstance(other.template, nodes.Const):
            yield from family(other.template.value)


def blocks(tree: nodes.Template) -> set[str]:
    return {block.name for block in tree.find_all(nodes.Block)}


@cache
def sources() -> dict[Path, str]:
    """Return everything that may name a template."""
    return {path: path.read_text("utf-8") for path in [*PACKAGE.rglob("*.py"), *FILES]}


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_template_holds_only_what_it_may(path):
    assert complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_a_page_extends_a_shell_and_has_a_title_and_a_heading(path):
    name = path.relative_to(TEMPLATES).as_posix()
    own = ENVIRONMENT.parse(path.read_text("utf-8"))
    relatives = list(family(name))
    assert list(own.find_all(nodes.Extends)), "every page has its audience's shell"
    # base.html names the block; a page or its shell must fill it.
    assert sum("title" in blocks(tree) for _, tree in relatives) >= 2
    assert any("<h1" in source for source, _ in relatives)


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_template_is_used_by_somebody(path):
    name = path.relative_to(TEMPLATES).as_posix()
    others = {file: text for file, text in sources().items() if file != path}
    assert any(name in text for text in others.values())


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<script>go()</script>", "a script with a body"),
        ("<script>{{ page.data }}</script>", "a script with a body"),
        ("<style>a{}</style>", "a style element"),
        ('<p style="color:{{ c }}">', "a style attribute"),
        ('<p {% if x %}style="a"{% endif %}>', "a style attribute"),
        ('<p onclick="go()">', "a handler onclick"),
        ('<a href="https://example.org">', "an address elsewhere: https://example.org"),
        (
            '<img src="//cdn.example.org/x">',
            "an address elsewhere: //cdn.example.org/x",
        ),
        ('<a href="javascript:go()">', "an address elsewhere: javascript:go()"),
        ("{{ words | safe }}", "the filter safe"),
        ("{{ Markup(words) }}", "Markup"),
        ("{% autoescape false %}{{ x }}{% endautoescape %}", "autoescape switched"),
        ('{% from "a.html" import one %}', "one is imported and not used"),
        (
            '{% from "a.html" import one as two %}{{ one }}',
            "two is imported and not used",
        ),
        ('{% import "a.html" as a %}', "a is imported and not used"),
    ],
)
def test_the_check_sees_what_may_not_be(source, complaint):
    assert complaints(source) == [complaint]


@pytest.mark.parametrize(
    "source",
    [
        '<script type="module" src="{{ asset(\'js/a.js\') }}"></script>',
        '<a href="/manage">x</a>{% from "a.html" import one %}{{ one() }}',
        '<p data-on="x" class="only">on</p>',
    ],
)
def test_the_check_leaves_the_rest_alone(source):
    assert complaints(source) == []
