"""The screen at a window stays within what Chromium 87 understands.

Tablets of 2016 to 2020 get no newer WebView. The rest of the product is for desks and
phones of today and is not held to it.
"""

import pytest
from bs4 import BeautifulSoup

from tests.house.project import TEMPLATES, TOP, short
from tests.house.script_level import reachable, script_complaints
from tests.house.style_level import style_complaints

pytestmark = pytest.mark.unmeasured

STATIC = TOP / "static"
SCRIPTS = reachable(
    [*(STATIC / "js" / "tablet").glob("*.js"), *(STATIC / "js").glob("tablet*.js")]
)
STYLES = [
    *(STATIC / "css").glob("tablet*.css"),
    STATIC / "css" / "tokens.css",
    STATIC / "css" / "base.css",
]
PAGES = sorted((TEMPLATES / "tablet").glob("*.html"))
LATE_ATTRIBUTES = {"inert": 102, "popover": 114, "popovertarget": 114, "blocking": 105}


def late_attributes(source: str) -> list[str]:
    """Return attributes in markup that came after Chromium 87 and carry meaning."""
    soup = BeautifulSoup(source, "html.parser")
    return [
        f"{name} ({LATE_ATTRIBUTES[name]})"
        for element in soup.find_all(True)
        for name in element.attrs
        if name in LATE_ATTRIBUTES
    ]


def test_the_screen_has_scripts_and_they_import_each_other():
    names = {path.name for path in SCRIPTS}
    assert names >= {"operator.js", "pin.js", "outbox.js", "check.js"}


@pytest.mark.parametrize("path", SCRIPTS, ids=short)
def test_a_script_of_the_screen_is_old_enough(path):
    assert script_complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", STYLES, ids=short)
def test_a_style_sheet_of_the_screen_is_old_enough(path):
    assert style_complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_a_template_of_the_screen_is_old_enough(path):
    assert late_attributes(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("class A { static { f(); } }", "static block of a class (94)"),
        ("class A { #x; has(o) { return #x in o; } }", "#name in object (91)"),
        ('import a from "./a.js" with { type: "json" };', "attributes of an import"),
        ("await f();", "await outside functions (89)"),
        ("for await (const a of b) { c(); }", "await outside functions (89)"),
        ('export { a as "b" };', "a name in quotes exported (88)"),
        ("const a = /x/d;", "regular expression with d (90)"),
        ("const a = /x/gv;", "regular expression with v (112)"),
        ("const a = /(?i:x)/;", "flags inside a regular expression (125)"),
        ("a.at(-1);", ".at() (92)"),
        ("a?.at(-1);", ".at() (92)"),
        ("Object.hasOwn(a, b);", ".hasOwn() (93)"),
        ("structuredClone(a);", "structuredClone (98)"),
        ("fetch(a, { signal: AbortSignal.timeout(1) });", ".timeout() (103)"),
        ("AbortSignal.any([a]);", ".any() (116)"),
        ("crypto.randomUUID();", ".randomUUID() (92)"),
        ("a.toSorted();", ".toSorted() (110)"),
        ("Object.groupBy(a, b);", ".groupBy() (117)"),
        ("a.findLast(b);", ".findLast() (97)"),
        ("main.inert = true;", ".inert (102)"),
        ("new URLPattern(a);", "URLPattern (95)"),
        ("const a = ;", "not understood"),
        ("let a = @b class {};", "decorator"),
    ],
)
def test_the_check_sees_a_script_that_is_too_new(source, complaint):
    assert [complaint in line for line in script_complaints(source)] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "class A { #x = 1; #m() { return this.#x ?? 2; } static #y; }",
        "a?.b?.(); a ??= b; a ||= c; a &&= d; const n = 1_000;",
        "const a = async () => { await b(); for await (const c of d) e(c); };",
        "class A { async m() { await b(); } }",
        "crypto.randomUUID?.(); AbortSignal.timeout?.(9)?.aborted;",
        "Promise.any([a]); Promise.allSettled([b]);",
        "a.replaceAll(b, c); a.replaceChildren(...d); a.at = 3; const at = a.at;",
        "const { at } = a; f({ inert: true });",
        "const a = /(?<year>\\d{4})/gsuy; import('./a.js');",
        "export * as b from './b.js';",
    ],
)
def test_the_check_leaves_a_script_alone_that_is_old_enough(source):
    assert script_complaints(source) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (".a:has(b) { top: 0; }", "selector :has"),
        (":is(a, b) { top: 0; }", "selector :is"),
        (":where(a) { top: 0; }", "selector :where"),
        (":not(a, b) { top: 0; }", "selector :not of several"),
        (":not(a b) { top: 0; }", "selector :not of several"),
        ("a::part(b) { top: 0; }", "selector :part"),
        (".a { height: 100dvh; }", "unit dvh"),
        (".a { width: 3cqw; }", "unit cqw"),
        (".a { margin-top: 1lh; }", "unit lh"),
        (".a { color: color-mix(in srgb, red, blue); }", "function color-mix()"),
        (".a { color: oklch(1 0 0); }", "function oklch()"),
        (".a { width: round(1px, 2px); }", "function round()"),
        (".a { aspect-ratio: 1; }", "property aspect-ratio"),
        (".a { translate: 1px; }", "property translate"),
        (".a { container-type: size; }", "property container-type"),
        ("@container (min-width: 3px) { a { top: 0; } }", "rule @container"),
        ("@layer a { b { top: 0; } }", "rule @layer"),
        ("@media (width >= 3px) { a { top: 0; } }", "not understood"),
        ("@media (dynamic-range: high) { a { top: 0; } }", "feature dynamic-range"),
        (".a { & b { top: 0; } }", "a rule inside a rule"),
        (".a { .b { top: 0; } }", "a rule inside a rule"),
    ],
)
def test_the_check_sees_a_style_that_is_too_new(source, complaint):
    assert [complaint in line for line in style_complaints(source)] == [True]


@pytest.mark.parametrize(
    "source",
    [
        ".a { height: 100vh; height: 100dvh; }",
        ".a > .b:not(.c)::before { inset: 0; width: min(3px, 2vw); }",
        "@media (orientation: portrait) { .a { gap: 1px; } }",
        ".a { --own: 1px; text-wrap: balance; }",
        "@media print { .a:nth-child(2n + 1) { color: rgb(1 2 3 / 8%); } }",
    ],
)
def test_the_check_leaves_a_style_alone_that_is_old_enough(source):
    assert style_complaints(source) == []


def test_the_newer_value_first_is_no_way_out():
    assert style_complaints(".a { height: 100dvh; height: 100vh; }") == [
        "line 1: unit dvh"
    ]


def test_the_check_sees_an_attribute_that_is_too_new():
    assert late_attributes("<main inert><p hidden>") == ["inert (102)"]
