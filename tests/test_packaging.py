"""The package as others get it: a wheel in an empty environment, lock files that name no host, make's targets."""

import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def tracked(*patterns: str) -> list[str]:
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return listing.stdout.split("\n")[:-1]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """Built from a clean copy of the checkout, as from a clone, so that nothing untracked travels along."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            target.write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", out, source], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The bin folder of an environment that has the wheel; its dependencies are this environment's own."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=True)
    python = home / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", wheel], check=True)
    site = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True, check=True
    )
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    dependencies = Path(site.stdout.strip()) / "dependencies.pth"
    dependencies.write_text(f"{ours}\n")
    return home / "bin"


def test_the_wheel_carries_every_ldif_template_and_static_file(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = tracked("ldif", "web/templates", "web/static", "web/translations/*.mo")
    expected = {name for name in files if not name.endswith("Dockerfile")}
    assert expected - inside == set()


def test_the_wheel_carries_nothing_but_the_three_folders(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"adapter", "web", "ldif"}


def test_an_installed_bindery_command_answers_outside_the_checkout(installed, tmp_path):
    answer = subprocess.run(
        [installed / "bindery", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (answer.stdout, answer.stderr) == (f"bindery {PROJECT['version']}\n", "")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_names_no_host(name):
    assert not re.search(r"://|index-url|find-links", (ROOT / name).read_text())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hash(name):
    for requirement in re.split(r"\n(?=\S)", (ROOT / name).read_text().strip()):
        assert "==" in requirement
        assert "--hash=sha256:" in requirement


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=]", requirement)[0] for requirement in requirements}


def test_the_lock_files_hold_what_the_project_asks_for():
    assert names(PROJECT["dependencies"]) <= locked("requirements.txt")
    assert names(PROJECT["optional-dependencies"]["dev"]) <= locked("requirements-dev.txt")
    assert locked("requirements.txt") <= locked("requirements-dev.txt")


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(r'^    "[^"]+",(.*)$', text.split("[project.scripts]")[0], re.MULTILINE)
    assert len(lists) == len(PROJECT["dependencies"]) + len(PROJECT["optional-dependencies"]["dev"])
    assert all(re.fullmatch(r" +# \S.+", comment) for comment in lists)


@pytest.mark.parametrize("target", ["run", "test", "lint", "bench"])
def test_make_knows_its_target(target):
    subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)
