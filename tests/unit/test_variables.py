"""The variables of the environment: each is known, and told to operators."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapter.cli import cli
from adapter.installation.variables import KNOWN, misspelt

ROOT = Path(__file__).parents[2]


def test_each_that_the_code_reads_is_known():
    sources = [path for folder in ("adapter", "web") for path in (ROOT / folder).rglob("*.py")]
    elsewhere = [path.read_text("utf-8") for path in sources if path.name != "variables.py"]
    named = {name for text in elsewhere for name in re.findall(r"\bBINDERY_[A-Z_]+[A-Z]\b", text)}
    assert named <= KNOWN
    assert {name for name in KNOWN if name.removesuffix("_FILE") not in named and name not in named} == set()


def test_each_is_told_in_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in sorted(KNOWN) if name.removesuffix("_FILE") not in text] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BINDERY_TRUSTED_PROXY", "Nobody reads BINDERY_TRUSTED_PROXY: is BINDERY_TRUSTED_PROXIES meant?"),
        ("BINDERY_XYZZY_PLUGH", "Nobody reads BINDERY_XYZZY_PLUGH."),
    ],
)
def test_one_that_is_misspelt_is_named(name, words):
    assert list(misspelt(["PATH", "BINDERY_DATA", name])) == [words]


def test_commands_say_so_beside_their_answer():
    result = CliRunner().invoke(
        cli, ["policy", "eval"], input="", env={"BINDERY_PUBLIC_URI": "https://iam.example.org"}
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert "is BINDERY_PUBLIC_URL meant?" in result.stderr
