"""What a release stands on: the changelog's form, one version, pinned workflows."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import palomma

ROOT = Path(__file__).parents[2]
GOOD = """# Changelog

## [Unreleased]

### Added

- News.

## [0.2.0] - 2026-11-02

### Fixed

- A fault.

## [0.1.0] - 2026-10-01
"""


@pytest.fixture(scope="module")
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", ROOT / "tools/release.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_version_stands_in_one_place(release: ModuleType):
    """What the package says is what is released, and no other file repeats it."""
    assert release.version() == palomma.__version__
    assert "version" not in re.findall(r"^(\w+) = ", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)


def test_our_changelog_is_kept(release: ModuleType):
    """CHANGELOG.md has the form of Keep a Changelog."""
    text = (ROOT / "CHANGELOG.md").read_text()
    assert [*release.changelog_problems(text, palomma.__version__)] == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("## [Unreleased]\n", "", "the first section must be [Unreleased]"),
        ("## [0.2.0] - 2026-11-02", "## 0.2.0", "not a section: '## 0.2.0'"),
        ("### Fixed", "### Repaired", "not a kind of change: 'Repaired'"),
        ("2026-11-02", "2026-13-02", "[0.2.0] needs a date such as 2026-01-31"),
        (" - 2026-11-02", "", "[0.2.0] needs a date such as 2026-01-31"),
        ("2026-11-02", "2026-09-02", "the newest version comes first"),
        ("[0.1.0]", "[first]", "[first] is not a version"),
    ],
)
def test_a_changelog_out_of_form_is_refused(release: ModuleType, old: str, new: str, problem: str | None):
    """Each fault of form is named."""
    problems = [*release.changelog_problems(GOOD.replace(old, new), "0.2.0")]
    assert problems == ([] if problem is None else [problem])


@pytest.mark.parametrize(("version", "problems"), [("0.2.0", []), ("0.3.0", ["there is no section for 0.3.0"])])
def test_a_released_version_has_a_section(release: ModuleType, version: str, problems: list[str]):
    """A tag is released only once the changelog has a section for it."""
    assert [*release.changelog_problems(GOOD, version, released=True)] == problems


def test_a_new_version_without_news_is_refused(release: ModuleType):
    """A version that the changelog doesn't know, with nothing unreleased, was forgotten."""
    text = GOOD.replace("### Added\n\n- News.\n\n", "")
    (problem,) = release.changelog_problems(text, "0.3.0")
    assert problem == "__version__ is 0.3.0, the newest section 0.2.0, and nothing is unreleased"


def test_workflows_are_pinned_and_may_little():
    """Each action is named by its commit, no workflow has a permission by default, and zizmor finds nothing."""
    for path in (ROOT / ".github/workflows").iterdir():
        text = path.read_text()
        assert "\npermissions: {}\n" in text
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", use) for use in re.findall(r"uses: (.*)", text))
    tool = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [tool, "--offline", "--persona=pedantic", str(ROOT / ".github")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_of_workflows_and_hooks_exist():
    """What they run is in the repository."""
    texts = [path.read_text() for path in (ROOT / ".github/workflows").iterdir()]
    texts.append((ROOT / ".pre-commit-config.yaml").read_text())
    named = {name for text in texts for name in re.findall(r"(?:tools|docs|\.ci)/[\w.]+", text)}

    assert named
    assert [name for name in named if not (ROOT / name).exists() and name not in ("docs/", "build/site")] == []
