"""Our own rules on dangerous code, each with the places where it is right after all.

What a general tool cannot know: where text becomes markup or SQL here, who may
read the clock, and which looks may write.
"""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.house.project import PACKAGE, TOP, parsed, python_files, short

pytestmark = pytest.mark.unmeasured

FILES = [*python_files(PACKAGE), TOP / "wsgi.py"]
EXCEPTIONS = {
    ("markup", "kiosk/web/language.py"): "two languages side by side, each escaped",
    ("markup", "kiosk/web/manage/tablets.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/manage/case_desk.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/manage/checkpoints.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/manage/elector_pages.py"): "codes drawn of numbers",
    ("markup", "kiosk/web/manage/invitations.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/manage/visits.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/account/second_factor.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/tablet/check.py"): "codes drawn of numbers",
    ("markup", "kiosk/web/tablet/codes.py"): "codes drawn of numbers",
    ("markup", "kiosk/web/tablet/install.py"): "a code drawn of numbers",
    ("markup", "kiosk/web/tablet/own_code.py"): "a code drawn of numbers",
    ("built-sql", "kiosk/extensions/database.py"): "a number, in a SET without places",
    ("built-sql", "kiosk/extensions/sqlite.py"): "a number, in a PRAGMA",
    ("built-sql", "kiosk/queries/ledger.py"): "columns named by us, or not",
    ("built-sql", "kiosk/services/ledger.py"): "constants of this code",
    ("built-sql", "kiosk/services/restore.py"): "names the database itself told",
    ("built-sql", "kiosk/services/verify_chain.py"): "columns of our own table",
    ("built-sql", "kiosk/services/verify_tallies.py"): "numbers and columns of ours",
    ("csv-writer", "kiosk/services/exports.py"): "the one writer, safe from formulas",
    ("csv-writer", "kiosk/cli/board.py"): "marks formulas by the same function",
    ("clock", "kiosk/clock.py"): "the one clock",
    ("caller-of-others", "kiosk/extensions/mail_post.py"): "to the mail server set up",
    ("caller-of-others", "kiosk/extensions/webhook_post.py"): "to checked addresses",
    ("looking-writes", "kiosk/web/tablet/head.py"): "the head is the heartbeat",
}
"""(rule, file): why it may."""
_CLOCKS = {"now", "utcnow", "today"}
_WEAK = {"md5", "sha1", "md4", "new"}
_FROM_STRINGS = {"render_template_string", "from_string", "Template", "Environment"}
_COMMITTERS = {"transaction", "recording", "write", "core_transaction"}
_SQL = {"text", "execute", "scalar", "scalars", "exec_driver_sql", "executescript"}
_SHELLS = {"system", "popen", "getoutput", "getstatusoutput"}


def _called(node: ast.AST) -> str:
    """Return the last part of the name that a call calls, or ""."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _owner(node: ast.Call) -> str:
    """Return what a method is called on, where that is a plain name."""
    func = node.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return func.value.id
    return ""


def _keyword(node: ast.AST, name: str) -> object:
    for given in getattr(node, "keywords", []):
        if given.arg == name and isinstance(given.value, ast.Constant):
            return given.value.value
    return None


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of everything that is imported; name "" for all of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", one.name) for one in node.names)


def _put_together(node: ast.AST) -> bool:
    """Whether a value is text that is put together here and now."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        # Statements of SQLAlchemy are no text, and are not added up with literals.
        sides = (node.left, node.right)
        return any(_put_together(one) or _is_text(one) for one in sides)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    joined = node.func.attr == "join" and _is_text(node.func.value)
    return joined or node.func.attr == "format"


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def markup(tree: ast.Module) -> bool:
    return any(_called(node) == "Markup" for node in ast.walk(tree))


def built_sql(tree: ast.Module) -> bool:
    """Whether SQL is put together; names bound to such text count as well."""
    built = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _put_together(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        _put_together(node.args[0])
        or (isinstance(node.args[0], ast.Name) and node.args[0].id in built)
        for node in ast.walk(tree)
        if _called(node) in _SQL and node.args
    )


def template_of_text(tree: ast.Module) -> bool:
    return any(_called(node) in _FROM_STRINGS for node in ast.walk(tree))


def unverified(tree: ast.Module) -> bool:
    return any(_keyword(node, "verify") is False for node in ast.walk(tree))


def shell(tree: ast.Module) -> bool:
    return any(
        _keyword(node, "shell") is True or _called(node) in _SHELLS
        for node in ast.walk(tree)
    )


def csv_writer(tree: ast.Module) -> bool:
    return any(
        (_called(node) == "writer" and _owner(node) == "csv")
        or _called(node) == "DictWriter"
        for node in ast.walk(tree)
    ) or ("csv", "writer") in set(_imports(tree))


def clock(tree: ast.Module) -> bool:
    return any(
        (_called(node) in _CLOCKS and _owner(node) in {"datetime", "date"})
        or (_called(node) == "time" and _owner(node) == "time")
        for node in ast.walk(tree)
    )


def weak_hash(tree: ast.Module) -> bool:
    named = any(
        _called(node) in _WEAK and _owner(node) == "hashlib" for node in ast.walk(tree)
    )
    return named or bool({("hashlib", one) for one in _WEAK} & set(_imports(tree)))


def chance(tree: ast.Module) -> bool:
    return any(
        module == "random" or (module == "uuid" and name == "uuid1")
        for module, name in _imports(tree)
    )


def caller_of_others(tree: ast.Module) -> bool:
    """Whether this code asks another server for something: there is no need to."""
    asking = ("urllib.request", "http.client", "requests", "httpx", "smtplib", "ftplib")
    return any(module.startswith(asking) for module, _ in _imports(tree))


def unpickled(tree: ast.Module) -> bool:
    modules = {module for module, _ in _imports(tree)}
    calls = {_called(node) for node in ast.walk(tree) if not _owner_of_any(node)}
    return bool(modules & {"pickle", "marshal", "shelve"} or calls & {"eval", "exec"})


def _owner_of_any(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def looking_writes(tree: ast.Module) -> bool:
    """Whether a view under GET commits, itself or by a function of its file."""
    functions = {
        node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }
    calls = {
        name: {_called(part) for part in ast.walk(node)} - {""}
        for name, node in functions.items()
    }
    looks = [name for name, node in functions.items() if _is_look(node)]
    return any(_reaches(name, calls, set()) for name in looks)


def _is_look(node: ast.FunctionDef) -> bool:
    for mark in node.decorator_list:
        if _called(mark) == "get":
            return True
        if _called(mark) == "route" and _keyword(mark, "methods") is None:
            return True
    return False


def _reaches(name: str, calls: dict[str, set[str]], seen: set[str]) -> bool:
    if name in seen or name not in calls:
        return False
    seen.add(name)
    if calls[name] & _COMMITTERS:
        return True
    return any(_reaches(other, calls, seen) for other in calls[name])


RULES: dict[str, Callable[[ast.Module], bool]] = {
    "markup": markup,
    "built-sql": built_sql,
    "template-of-text": template_of_text,
    "unverified": unverified,
    "shell": shell,
    "csv-writer": csv_writer,
    "clock": clock,
    "weak-hash": weak_hash,
    "chance": chance,
    "caller-of-others": caller_of_others,
    "unpickled": unpickled,
    "looking-writes": looking_writes,
}


def broken(source: str) -> list[str]:
    tree = ast.parse(source)
    return [name for name, rule in RULES.items() if rule(tree)]


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_rule_is_broken_without_a_reason(path):
    tree = parsed(path)
    found = {name for name, rule in RULES.items() if rule(tree)}
    assert found == {name for name, file in EXCEPTIONS if file == short(path)}
