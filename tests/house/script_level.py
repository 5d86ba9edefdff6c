"""What a script may use so that Chromium 87 understands it, read off its syntax tree.

A module with one token that a browser does not know does nothing at all there, and
an old tablet is where nobody has a console open. The lists name what came later, with
the version of Chromium that brought it; a call behind `?.` may be missing.
"""

from collections.abc import Iterator
from pathlib import Path

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

OLDEST = 87
_PARSER = Parser(Language(tree_sitter_javascript.language()))
_SYNTAX = {
    "class_static_block": "static block of a class (94)",
    "import_attribute": "attributes of an import (123)",
    "decorator": "decorator (not yet)",
    "using_declaration": "using (134)",
}
_CALLS = {
    name: version
    for version, names in {
        88: "getElementInternals",
        92: "at randomUUID",
        93: "hasOwn",
        97: "findLast findLastIndex",
        98: "structuredClone",
        99: "supportedValuesOf showPicker",
        100: "throwIfAborted",
        103: "timeout",
        105: "checkVisibility setHTML",
        110: "toReversed toSorted toSpliced with",
        111: "isWellFormed toWellFormed startViewTransition",
        114: "showPopover hidePopover togglePopover transfer",
        116: "any",
        117: "groupBy",
        119: "withResolvers",
        120: "canParse",
        121: "fromAsync",
        122: "union intersection difference symmetricDifference "
        "isSubsetOf isSupersetOf isDisjointFrom",
        128: "try",
        133: "moveBefore",
        136: "escape",
    }.items()
    for name in names.split()
}
_SINCE_85 = {("Promise", "any")}
"""Older namesakes of what is in `_CALLS`."""
_PROPERTIES = {
    "inert": 102,
    "userAgentData": 90,
    "popover": 114,
    "cause": 93,
    "isInputPending": 87,
    "activation": 102,
}
_GLOBALS = {
    "structuredClone": 98,
    "reportError": 95,
    "navigation": 102,
    "scheduler": 94,
    "Temporal": 144,
    "Iterator": 122,
    "TaskController": 94,
    "Sanitizer": 105,
    "Highlight": 105,
    "CloseWatcher": 126,
    "URLPattern": 95,
    "SharedStorage": 117,
    "DisposableStack": 134,
    "SuppressedError": 134,
    "Float16Array": 135,
}
_FLAGS = {"d": 90, "v": 112}
_FUNCTIONS = {
    "arrow_function",
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
}


def script_complaints(source: str) -> list[str]:
    """Return what Chromium 87 does not understand, one line each."""
    root = _PARSER.parse(source.encode()).root_node
    return [
        f"line {node.start_point[0] + 1}: {complaint}"
        for node in _all_below(root)
        for check in (_syntax, _await, _private_in, _regex, _names)
        if (complaint := check(node))
    ]


def reachable(start: list[Path]) -> list[Path]:
    """Return these modules and all that they import, by name."""
    found: set[Path] = set()
    waiting = [path.resolve() for path in start]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting += [(path.parent / name).resolve() for name in _imported(path)]
    return sorted(found)


def _imported(path: Path) -> Iterator[str]:
    root = _PARSER.parse(path.read_bytes()).root_node
    for node in _all_below(root):
        source = node.child_by_field_name("source")
        if node.type in {"import_statement", "export_statement"} and source:
            yield _text(source).strip("\"'")


def _all_below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all_below(child)


def _text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text else ""


def _syntax(node: Node) -> str:
    if node.type == "ERROR" or node.is_missing:
        return f"not understood: {_text(node)[:30]}"
    if node.type == "export_specifier" and '"' in _text(node).replace("'", '"'):
        return "a name in quotes exported (88)"
    return _SYNTAX.get(node.type, "")


def _await(node: Node) -> str:
    if node.type != "await_expression" and not (
        node.type == "for_in_statement"
        and any(child.type == "await" for child in node.children)
    ):
        return ""
    around = node.parent
    while around is not None:
        if around.type in _FUNCTIONS:
            return ""
        around = around.parent
    return "await outside functions (89)"


def _private_in(node: Node) -> str:
    if node.type != "binary_expression" or not node.children:
        return ""
    private = node.children[0].type == "private_property_identifier"
    return "#name in object (91)" if private else ""


def _regex(node: Node) -> str:
    if node.type == "regex_flags":
        late = [flag for flag in _text(node) if flag in _FLAGS]
        return f"regular expression with {late[0]} ({_FLAGS[late[0]]})" if late else ""
    modified = node.type == "regex_pattern" and any(
        f"(?{flags}:" in _text(node) for flags in ("i", "-i", "m", "s", "ims")
    )
    return "flags inside a regular expression (125)" if modified else ""


def _names(node: Node) -> str:
    name = _text(node)
    if node.type == "identifier" and name in _GLOBALS and not _is_a_key(node):
        return f"{name} ({_GLOBALS[name]})"
    if node.type != "property_identifier" or node.parent is None:
        return ""
    member = node.parent
    if member.type != "member_expression" or _is_optional(member):
        return ""
    owner = _text(member.child_by_field_name("object"))
    if name in _PROPERTIES:
        return f".{name} ({_PROPERTIES[name]})"
    if name in _CALLS and _is_called(member) and (owner, name) not in _SINCE_85:
        return f".{name}() ({_CALLS[name]})"
    return ""


def _is_called(member: Node) -> bool:
    call = member.parent
    if call is None or call.type != "call_expression":
        return False
    return call.child_by_field_name("function") == member


def _is_optional(member: Node) -> bool:
    """Whether nothing happens where the member is missing: `x.name?.()`."""
    around = member.parent
    if around is None or around.type not in {"call_expression", "member_expression"}:
        return False
    first = around.children[0] == member
    return first and any(child.type == "optional_chain" for child in around.children)


def _is_a_key(node: Node) -> bool:
    """Whether a name is declared here, such as a parameter, and so is our own."""
    around = node.parent
    kinds = {"formal_parameters", "variable_declarator", "import_specifier"}
    return around is not None and around.type in kinds
