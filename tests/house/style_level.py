"""What a style sheet may use so that Chromium 87 draws it, read off its syntax tree.

A selector that a browser does not know drops its whole rule, an unknown value its
declaration. So everything is refused that is not on a list of what is old enough; a
newer value may follow an older one of the same property, and a few properties only
decorate.
"""

from collections.abc import Iterator

import tree_sitter_css
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_css.language()))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROPERTIES = _words(
    """
    align-content align-items align-self animation appearance background
    background-color background-image background-position background-size border
    border-bottom border-bottom-color border-collapse border-color border-left
    border-left-color border-radius border-right border-spacing border-style
    border-top border-top-color border-top-left-radius border-width bottom box-shadow
    box-sizing caret-color clip-path color color-scheme column-gap content cursor
    display fill flex flex-basis flex-direction flex-flow flex-grow flex-shrink
    flex-wrap float font font-family font-size font-style
    font-variant-numeric font-weight gap grid grid-area grid-auto-flow
    grid-auto-rows grid-column grid-row grid-template grid-template-areas
    grid-template-columns grid-template-rows height inline-size inset
    justify-content justify-items justify-self left letter-spacing line-break
    line-height list-style margin margin-bottom margin-inline margin-left
    margin-right margin-top max-height max-width min-height min-width object-fit
    opacity order outline outline-offset outline-width outline-color overflow
    overflow-wrap overflow-x overflow-y padding padding-block padding-bottom
    padding-inline padding-left padding-right padding-top place-content place-items
    place-self pointer-events position resize right row-gap stroke stroke-linecap
    stroke-linejoin stroke-width tab-size text-align text-decoration
    text-indent text-overflow text-size-adjust
    text-transform text-underline-offset top touch-action transform
    transform-origin transition user-select vertical-align visibility white-space
    width will-change word-break z-index overscroll-behavior
    """
)
"""Understood by Chromium 87: looked up once, one by one. (`inset` is the newest.)"""
_DECORATIONS = _words("accent-color font-synthesis text-decoration-thickness text-wrap")
"""Newer, and nothing is lost but even lines, a colour or the weight of a line."""
_PREFIXED = ("--", "-webkit-")
_PSEUDO = _words(
    """
    active after backdrop before checked disabled empty enabled first-child
    first-of-type focus focus-visible focus-within hover invalid last-child
    last-of-type not nth-child nth-of-type only-child placeholder root
    -webkit-details-marker
    """
)
_FUNCTIONS = _words(
    """
    attr calc clamp counter cubic-bezier env inset linear-gradient max min minmax
    repeat rgb rgba rotate scale translate translateX translateY url var
    """
)
_UNITS = _words("% px em rem ex ch vw vh vmin vmax fr s ms deg turn mm cm pt")
_MEDIA = _words(
    """
    orientation max-width min-width max-height min-height prefers-reduced-motion
    prefers-color-scheme hover pointer any-hover any-pointer
    """
)
_RULES = {
    "media_statement",
    "keyframes_statement",
    "supports_statement",
    "charset_statement",
}


def style_complaints(source: str) -> list[str]:
    """Return what Chromium 87 does not understand, one line each."""
    root = _PARSER.parse(source.encode()).root_node
    return list(_looked_at(root))


def _looked_at(node: Node) -> Iterator[str]:
    if node.type == "block":
        yield from _block(node)
        return
    if complaint := _complaint(node):
        yield f"line {node.start_point[0] + 1}: {complaint}"
        return
    for child in node.children:
        yield from _looked_at(child)


def _block(block: Node) -> Iterator[str]:
    """Yield complaints of a rule's body; an older value makes a newer one harmless."""
    understood: set[str] = set()
    for child in block.children:
        found = list(_looked_at(child))
        name = _text(child.children[0]) if child.type == "declaration" else ""
        if found and name and name in understood:
            continue
        if not found:
            understood.add(name)
        yield from found


def _complaint(node: Node) -> str:
    if node.type == "ERROR" or node.is_missing:
        return f"not understood: {_text(node)[:30]}"
    checks = {
        "property_name": _property,
        "pseudo_class_selector": _pseudo,
        "pseudo_element_selector": _pseudo,
        "function_name": _function,
        "unit": _unit,
        "feature_name": _media,
        "rule_set": _nesting,
        "nesting_selector": _nesting,
    }
    if node.type in checks:
        return checks[node.type](node)
    if node.type.endswith("_statement") or node.type == "at_rule":
        return "" if node.type in _RULES else f"rule {_text(node)[:20]}"
    return ""


def _property(node: Node) -> str:
    name = _text(node)
    known = name in _PROPERTIES or name in _DECORATIONS or name.startswith(_PREFIXED)
    return "" if known else f"property {name}"


def _pseudo(node: Node) -> str:
    name = _text(node.children[-1])
    inside: list[Node] = []
    if node.children[-1].type == "arguments":
        inside = [one for one in node.children[-1].children if one.is_named]
        name = _text(node.children[-2])
    if name not in _PSEUDO:
        return f"selector :{name}"
    # A list in it, or a way through several elements, came with Chromium 88.
    wide = len(inside) > 1 or any("descendant" in one.type for one in inside)
    return f"selector :{name} of several" if name == "not" and wide else ""


def _function(node: Node) -> str:
    name = _text(node)
    return "" if name in _FUNCTIONS else f"function {name}()"


def _unit(node: Node) -> str:
    name = _text(node)
    return "" if name in _UNITS else f"unit {name}"


def _media(node: Node) -> str:
    name = _text(node)
    return "" if name in _MEDIA else f"media feature {name}"


def _nesting(node: Node) -> str:
    around = node.parent
    if node.type == "nesting_selector":
        return "selector &"
    nested = around is not None and around.type == "block" and around.parent is not None
    if nested and around.parent.type == "rule_set":
        return "a rule inside a rule"
    return ""


def _text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text else ""
