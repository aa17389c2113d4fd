"""Take the guards out of palomma.webhooks one by one, and see that a test fails each time.

    python tests/webhooks/mutate.py [module ...]

Per mutant, one change in a copy of the package: a condition made false, true or inverted, one operand of and/or left
out, a comparison moved by one, a number moved by one, an exception no longer caught, a statement left out, a default
changed. The tests that belong to the module run on the copy and stop at the first failure. Exit status: the number of
survivors that are not listed here with a reason.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "overrides" / "palomma" / "webhooks"
READING = ["test_webhooks_verify.py", "test_webhooks_event.py", "test_webhooks_fuzz.py"]
# Without the parameters "postgres": each fact about SQL is tested on SQLite too, and a server takes a second to start.
INBOX = ["test_webhooks_inbox.py", "-k", "not postgres"]
FRAMEWORKS = ["test_webhooks_frameworks.py"]
TESTS = {
    "_errors.py": READING,
    "_json.py": READING,
    "_event.py": READING,
    "_verify.py": READING,
    "_inbox.py": INBOX,
    "_sql.py": INBOX,
    "_router.py": ["test_webhooks_router.py", "-k", "not postgres"],
    "_catch_up.py": ["test_webhooks_catch_up.py", "-k", "not postgres"],
    "fastapi.py": FRAMEWORKS,
    "flask.py": FRAMEWORKS,
    "django.py": FRAMEWORKS,
    "__init__.py": ["test_webhooks_event.py"],
}
# Changes that make no difference, and why.
FASTER = "only spares work: the slower way round it says the same"
LONG_AGO = "a lease that ended about 1970 has ended"
OF_ONE = "the list has one element here"
EQUIVALENT = {
    "_errors.py: super().__init__(reason)  ->  pass": "BaseException.__new__ keeps the arguments too",
    "_errors.py: super().__init__(webhook_id)  ->  pass": "BaseException.__new__ keeps the arguments too",
    "_json.py: '[' in text and text.count('[')  ->  text.count('[')": FASTER,
    "_json.py: brackets > _MAX_DEPTH and _too_deep(text)  ->  _too_deep(text)": FASTER,
    "_json.py: brackets > _MAX_DEPTH  ->  brackets >= _MAX_DEPTH": FASTER,
    "_json.py: if '\\\\' in text:  ->  if True:": FASTER,
    "_event.py: False  ->  True": "slots=False is for attrs 23.2, which has no cached_property in slots",
    "_sql.py: False  ->  True": "nullable=False of columns that every statement fills",
    "_sql.py: 0.0  ->  1.0": LONG_AGO,
    "_sql.py: 0.0  ->  -1.0": LONG_AGO,
    "_verify.py: body != signed and (not _says(bytes(body), document))  ->  not _says(bytes(body), document)": FASTER,
    "_verify.py: 0  ->  -1": OF_ONE,
}
COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """What one node can be changed into."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        for value in (True, False):
            yield changed(node, test=ast.Constant(value))
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for place in range(len(node.values)):
            rest = node.values[:place] + node.values[place + 1 :]
            yield rest[0] if len(rest) == 1 else changed(node, values=rest)
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield changed(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.Add, ast.Sub)):
        yield node.left
        yield node.right
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)
    if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
        for place in range(len(node.type.elts)):
            yield changed(node, type=ast.Tuple(node.type.elts[:place] + node.type.elts[place + 1 :], ast.Load()))
    elif isinstance(node, ast.ExceptHandler):
        yield changed(node, type=ast.Name("ZeroDivisionError", ast.Load()))
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Delete)) and not is_docstring(node):
        yield ast.Pass()


def changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


FOR_READERS = ("__all__ =", "Headers =", "Reason =", "State =", "_Handler =", "_Leased =", "if TYPE_CHECKING")


def is_for_readers(node: ast.AST) -> bool:
    """What type checkers and people read: it changes nothing at run time, or is only compared with itself."""
    return isinstance(node, (ast.Assign, ast.If)) and ast.unparse(node).startswith(FOR_READERS)


def without_annotations(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("object", ast.Load())
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
    return tree


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class Change(ast.NodeTransformer):
    """Puts one replacement at one place: the `wanted`-th of all that are possible."""

    def __init__(self, wanted: int) -> None:
        self.left, self.done = wanted, ""

    def visit(self, node: ast.AST) -> ast.AST:
        if is_for_readers(node):
            return node
        for other in replacements(node):
            if self.left == 0 and not self.done:
                self.done = f"{getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0]}  ->  {shown(other)}"
                return ast.copy_location(other, node)
            self.left -= 1
        return self.generic_visit(node)


def shown(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).splitlines()[0]


def mutants(module: str) -> Iterator[tuple[str, str, str]]:
    """Module, what was changed, and the changed source."""
    source = (PACKAGE / module).read_text()
    wanted = 0
    while True:
        change = Change(wanted)
        tree = ast.fix_missing_locations(change.visit(without_annotations(ast.parse(source))))
        if not change.done:
            return
        yield module, change.done, ast.unparse(tree)
        wanted += 1


def survives(mutant: tuple[str, str, str]) -> bool:
    """Whether all tests of the module pass on a copy of the package with this change."""
    module, _, source = mutant
    with tempfile.TemporaryDirectory(prefix="palomma-mutant-") as folder:
        shutil.copytree(ROOT / "overrides", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        Path(folder, "palomma", "webhooks", module).write_text(source)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "palomma_mock.pytest_plugin",  # pyproject.toml has an option of its
            f"--rootdir={ROOT}",
            *TESTS[module],
        ]
        settings = {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        try:
            run = subprocess.run(
                command,
                cwd=ROOT / "tests" / "webhooks",
                env={**os.environ, **settings},
                capture_output=True,
                timeout=120,
            )
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


def main(modules: list[str]) -> int:
    for module in modules or TESTS:
        # Tests that fail on the unchanged copy would fail on every mutant, and prove nothing.
        if not survives((module, "unchanged", (PACKAGE / module).read_text())):
            raise SystemExit(f"{module}: its tests fail without any change")
    made = [mutant for module in modules or TESTS for mutant in mutants(module)]
    with ThreadPoolExecutor(2) as pool:
        survivors = [mutant for mutant, alive in zip(made, pool.map(survives, made), strict=True) if alive]
    unexplained = 0
    for module, change, _ in survivors:
        reason = EQUIVALENT.get(f"{module}: {change.split(': ', 1)[1]}", "")
        unexplained += not reason
        print(f"survived  {module}:{change}\n          {reason or 'UNEXPLAINED'}")
    print(f"{len(made)} mutants, {len(survivors)} survived, {unexplained} of them unexplained")
    return unexplained


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
