"""Whole languages: every text can be translated, and every text is."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from tests.web.texts import in_code, in_template
from web.console import secrets_once
from web.console.users import bulk
from web.languages import ENGLISH, LANGUAGES

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.html"))
MODULES = [*sorted((ROOT / "web/console").rglob("*.py")), ROOT / "web/errors.py", ROOT / "web/presentation.py"]
TRANSLATED = [each.locale for each in LANGUAGES if each is not ENGLISH]
AS_THEY_ARE = frozenset({"text/csv; charset=utf-8", 'attachment; filename="', *secrets_once.HEADER, bulk.EXAMPLE})
"""Headers of answers, and files whose columns programs know."""
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([a-z%])|<(/?\w+)")
ENVIRONMENT = Environment(
    extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True, autoescape=True
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All texts that the front end asks translations for, found as `make translations` finds them."""
    template = tmp_path_factory.mktemp("texts") / "bindery.pot"
    made = subprocess.run(["make", "-n", "translations"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    extraction = next(line for line in made.splitlines() if "pybabel" in line and " extract " in line)
    command = shlex.split(extraction.replace("build/bindery.pot", str(template)))
    subprocess.run(command, cwd=ROOT, check=True)
    with template.open("rb") as file:
        return read_po(file)


def folder(locale: str) -> Path:
    return ROOT / "web/translations" / locale / "LC_MESSAGES"


def catalogue(locale: str) -> Catalog:
    with (folder(locale) / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def messages(found: Catalog) -> list[Message]:
    return [message for message in found if message.id]


def strings(texts: str | tuple[str, ...] | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def placeholders(text: str) -> set[tuple[str, ...]]:
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "web/templates")))
def test_a_template_says_nothing_that_can_not_be_translated(template: Path) -> None:
    assert in_template(ENVIRONMENT, template.read_text()) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "web")))
def test_a_module_says_nothing_that_can_not_be_translated(module: Path) -> None:
    assert [text for text in in_code(module) if text not in AS_THEY_ARE and not text.startswith("<time")] == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Create user</p>",
        "{% if a %}{{ b }} users{% endif %}",
        '<input placeholder="Search">',
        '<td data-label="{{ "Name" }}">',
        '{{ head(title="Create user") }}',
        '{{ "Yes" if a else "No" }}',
        '{% set title = "Create user" %}',
        '{% macro a(b="Create user") %}{% endmacro %}',
        '{% call a("Create user") %}{% endcall %}',
    ],
)
def test_a_text_outside_is_found(source: str) -> None:
    assert in_template(ENVIRONMENT, source)


@pytest.mark.parametrize(
    "source",
    [
        '<p>{{ _("Create user") }}</p>',
        "<p>{% trans %}Create user{% endtrans %}</p>",
        '<a class="btn {{ "btn-line btn-small" if a }}" href="{{ url_for("console.users") }}">{{ icon("down") }}</a>',
        "<code>aws iam list-users</code>",
        "<p>{{ a }} · ARN</p>",
        '{% if a == "Some kind of" %}—{% endif %}',
    ],
)
def test_nothing_is_found_where_all_is_translated(source: str) -> None:
    assert in_template(ENVIRONMENT, source) == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_text_has_a_translation(texts: Catalog, locale: str) -> None:
    translated = {message.id for message in messages(catalogue(locale)) if all(strings(message.string))}
    assert {message.id for message in messages(texts)} - translated == set()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_translation_is_left_of_a_text_that_is_gone(texts: Catalog, locale: str) -> None:
    found = catalogue(locale)
    assert {message.id for message in messages(found)} - {message.id for message in messages(texts)} == set()
    assert not found.obsolete


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_translation_is_a_guess(locale: str) -> None:
    assert [message.id for message in messages(catalogue(locale)) if message.fuzzy] == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_translation_has_the_placeholders_and_elements_of_its_text(locale: str) -> None:
    different = [
        message.id
        for message in messages(catalogue(locale))
        for text in strings(message.string)
        if placeholders(text) != placeholders(strings(message.id)[-1])
    ]
    assert different == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_translation_in_a_template_ends_an_attribute(locale: str) -> None:
    of_templates = [
        message
        for message in messages(catalogue(locale))
        if any(file.startswith("web/templates/") for file, _ in message.locations)
    ]
    assert of_templates
    texts = [text for message in of_templates for text in (*strings(message.id), *strings(message.string))]
    assert [text for text in texts if '"' in re.sub(r"<[^<>]*>", "", text)] == []


def test_a_chinese_translation_is_chinese() -> None:
    same = [message.id for message in messages(catalogue("zh_Hans")) if message.string in strings(message.id)]
    assert [text for text in same if re.search(r"[a-z]{3,} [a-z]{3,}", str(text))] == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_what_the_server_reads_was_made_from_the_catalogue(locale: str) -> None:
    made = io.BytesIO()
    write_mo(made, catalogue(locale))
    is_current = (folder(locale) / "messages.mo").read_bytes() == made.getvalue()
    assert is_current, (
        "run make translations"
    )  # of the bytes themselves pytest would take minutes to tell the difference
