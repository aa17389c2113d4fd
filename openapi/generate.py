"""Write generated/ from the contract: refuse, generate into a temporary folder, format, type-check, swap.

Run as `python openapi/generate.py`, or as `make generate`. A failure leaves what was there as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import supported
import views
from document import SCHEMAS, TAKEN_CLASSES, Node, RefusedError, class_name, line_of, load
from facts import Contract
from openapi_python_client import Project
from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGES = ("palomma_api", "palomma_schemas")


def main() -> int:
    """Run the command; return its exit code."""
    arguments = _arguments()
    try:
        if arguments.check:
            return check(arguments.contract, arguments.output)
        made = generate(arguments.contract, arguments.output, types=not arguments.no_types)
    except RefusedError as refused:
        print("\n".join(located(arguments.contract, line) for line in str(refused).splitlines()), file=sys.stderr)
        print(f"Nothing was written: {arguments.output} is as it was.", file=sys.stderr)
        return 1
    print(f"{made} operations written to {arguments.output}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--contract", type=Path, default=HERE / "palomma.yaml", help="the OpenAPI document")
    parser.add_argument("--output", type=Path, default=ROOT / "generated", help="the folder that is written")
    parser.add_argument("--no-types", action="store_true", help="leave out the type check")
    parser.add_argument("--check", action="store_true", help="write nothing; say what would be written otherwise")
    return parser.parse_args()


def check(path: Path, output: Path) -> int:
    """Say which files are not what would be written; return the exit code."""
    with tempfile.TemporaryDirectory(prefix=".check-", dir=output.resolve().parent) as folder:
        generate(path, Path(folder) / "fresh", types=False)
        fresh, there = _files(Path(folder) / "fresh"), _files(output)
    different = sorted(name for name in fresh.keys() | there.keys() if fresh.get(name) != there.get(name))
    for name in different:
        print(f"{output / name} is not what make generate writes", file=sys.stderr)
    return bool(different)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for package in PACKAGES
        for path in sorted((folder / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def generate(path: Path, output: Path, types: bool = True) -> int:
    """Write the packages of one contract; return the number of operations. Raise `RefusedError` and write nothing."""
    document = load(path)
    refused = supported.findings(document)
    if refused:
        raise RefusedError("\n".join(refused))
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".generate-", dir=output.resolve().parent) as folder:
        new = Path(folder) / "new"
        schemas = _start_schemas(document, Path(folder), new / "palomma_schemas")
        contract = Contract(document)
        _write_client(contract, new / "palomma_api")
        _finish_schemas(document, schemas, new / "palomma_schemas")
        _format(new)
        if types:
            _check_types(new)
        _swap(new, output, Path(folder) / "old")
    return len(contract.all)


# The client


def _write_client(contract: Contract, package: Path) -> None:
    config = Config.from_sources(
        ConfigFile.load_from_path(HERE / "generator.yaml"), MetaType.NONE, HERE, "utf-8", True, package
    )
    renamed = {name: {"class_name": class_name(name)} for name in TAKEN_CLASSES}
    config.class_overrides = {name: ClassOverride.model_validate(override) for name, override in renamed.items()}
    copy = contract.generator_document()
    data = GeneratorData.from_dict(copy, config=config)
    if not isinstance(data, GeneratorData):
        raise RefusedError(f"the document is not supported: {data.header} {data.detail}")
    _raise_errors(contract, data)
    project = Project(openapi=data, config=config, custom_template_path=HERE / "templates")
    view = views.Views(contract, copy["components"]["schemas"], data)
    data.models = [model for model in data.models if not view.kinds.is_map(model)]
    project.env.globals.update(view=view)
    project.env.filters.update(
        python=views.python,
        docstring=views.docstring,
        paragraph=views.paragraph,
        tuple_=views.tuples,
        operation_view=view.operation,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        errors = project.build()
    if errors:
        raise RefusedError("\n".join(f"{error.header}: {error.detail}" for error in errors))
    for name in ("contract.py", "handlers.py", "texts.py"):
        (package / name).write_text(project.env.get_template(f"{name}.jinja").render(), encoding="utf-8")
    shutil.copytree(HERE / "runtime", package / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("types.py", "errors.py"):
        (package / name).unlink()
    (package / "py.typed").touch()


def _raise_errors(contract: Contract, data: GeneratorData) -> None:
    """Say what openapi-python-client could not read, by the names of the contract."""
    said = []
    for collection in data.endpoint_collections_by_tag.values():
        for error in collection.parse_errors:
            number = (error.header or "").partition(" /")[2].partition(" ")[0].rstrip(".")
            where = contract.all[int(number)].operation if number.isdigit() else collection.tag
            said.append(f"{where}: {_words(error)}")
    said += [_words(error) for error in data.errors]
    if said:
        raise RefusedError("\n".join(said))


def _words(error: Any) -> str:
    node = getattr(error.data, "ref", None) or getattr(error.data, "title", None)
    detail = " ".join(str(error.detail or "").split())
    header = " ".join(str(error.header or "").split()) if "WARNING" not in str(error.header) else ""
    return (
        f"{header} {detail} {node or ''}".strip()
        + " is not supported: openapi-python-client can't read it; write the schema in another way"
    )


# The mock's schemas


def _start_schemas(document: Node, folder: Path, package: Path) -> subprocess.Popen[str]:
    """Start datamodel-code-generator, which needs about a second, beside everything else."""
    package.mkdir(parents=True)
    bundle = folder / "openapi.json"
    bundle.write_text(bundled(named_plainly(document)), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "datamodel_code_generator", "--input", str(bundle), "--input-file-type", "openapi",
         "--output", str(package / "__init__.py"), "--preset", "standard-py311-20261017",
         "--output-model-type", "msgspec.Struct", "--disable-timestamp", "--use-standard-primitive-types",
         "--output-datetime-class", "datetime",
         "--custom-file-header", "# Generated from openapi/palomma.yaml by make generate."],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
    )  # fmt: skip


def named_plainly(document: Node) -> Node:
    """Return the document with schemas that are called like classes: a dot would be a folder to the generator."""
    schemas = (document.get("components") or {}).get("schemas") or {"Nothing": {"type": "object"}}
    names = {name: class_name(name) for name in schemas}
    text = json.dumps({**document, "components": {**(document.get("components") or {}), "schemas": schemas}})
    for name in (name for name, plain in names.items() if name != plain):
        text = text.replace(json.dumps(SCHEMAS + name), json.dumps(SCHEMAS + names[name]))
    copy: Node = json.loads(text)
    copy["components"]["schemas"] = {names[name]: node for name, node in copy["components"]["schemas"].items()}
    return copy


def bundled(document: Node) -> str:
    """Return the document as one JSON text: no anchors, no aliases, members in their order."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _finish_schemas(document: Node, running: subprocess.Popen[str], package: Path) -> None:
    said = running.communicate()[0]
    if running.returncode:
        raise RefusedError(
            f"the document is not supported: datamodel-code-generator can't read it: {said.strip().splitlines()[-1:]}"
        )
    (package / "openapi.json").write_text(bundled(document), encoding="utf-8")
    (package / "py.typed").touch()


# What follows


def _format(new: Path) -> None:
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    same = ["--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "120"]
    fix = [*ruff, "check", *same, "--fix-only", "--unsafe-fixes", "--select", "F,I,UP,W", str(new / "palomma_api")]
    plain = [*ruff, "format", *same, "--config", "format.skip-magic-trailing-comma=true", str(new)]
    for command in (fix, plain):
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode:
            raise RefusedError(
                f"what was generated can't be formatted, which is a fault of the generator: {ran.stderr.strip()}"
            )


def _check_types(new: Path) -> None:
    """Type-check the new packages as a user's mypy would."""
    cache = ROOT / "build/mypy-generated"
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", "", "--cache-dir", str(cache),
         "-p", "palomma_api"],
        cwd=new, capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(new)},
    )  # fmt: skip
    if ran.returncode:
        raise RefusedError(
            f"what was generated has type errors, which is a fault of the generator:\n{ran.stdout}{ran.stderr}".rstrip()
        )


def _swap(new: Path, output: Path, old: Path) -> None:
    """Put the new packages where the old ones are; of two renames the second can't find the place taken."""
    output.mkdir(exist_ok=True)
    old.mkdir()
    for name in PACKAGES:
        if (output / name).exists():
            (output / name).rename(old / name)
        (new / name).rename(output / name)


def located(path: Path, finding: str) -> str:
    """Put the line of the document in front of a finding, where it names an operation or a schema."""
    words = finding.split()
    place: tuple[str, ...] = ()
    if len(words) > 1 and words[0].lower() in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
        place = ("paths", words[1], words[0].lower())
    elif words and words[0].startswith("components.schemas."):
        place = tuple(words[0].split(".", 2))
    elif words and words[0] == "webhook":
        place = ("webhooks", words[1])
    elif words and words[0].startswith("/"):
        place = ("paths", words[0].rstrip(":"))
    return f"{path.name}:{line_of(path, *place)}: {finding}" if place else finding


if __name__ == "__main__":
    sys.exit(main())
