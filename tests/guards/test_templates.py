"""Rules about every template: nothing inline, components declared, shown and used as declared."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", ROOT / "pm_workspace", ROOT / "workspaces"]
COMPONENTS = ROOT / "templates" / "cotton" / "ui"
GALLERY = ROOT / "templates" / "gallery" / "gallery.html"
# What every component may be given besides its inputs: it lands on its element.
PLAIN_HTML = re.compile(
    r"^(id|class|role|title|hidden|disabled|form|download|target|rel|lang|method|enctype|attrs"
    r"|novalidate|autofocus|formaction|formnovalidate|popovertarget|(hx|data|aria)-.+)$"
)
COMPONENT = re.compile(
    r"""<c-ui\.([\w-]+)((?:\s+[:\w.-]+(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)""", re.S
)
READING = re.compile(r"{% (?:if|elif|for \w[\w, ]* in|with \w+=|control|sparkline) ?(.*?)%}")
GIVEN = {"slot", "attrs", "request", "nav", "actor", "user", "messages", "forloop", "csrf_token"}
WORDS = {"and", "or", "not", "in", "is", "if", "as", "with", "True", "False", "None", "by", "from"}


def templates() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))


def components() -> list[Path]:
    return sorted(COMPONENTS.glob("*.html"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_comments(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))


def inputs(component: Path) -> set[str]:
    """The names a component's `c-vars` declares."""
    declared = re.search(r"<c-vars\b(.*?)/>", component.read_text(encoding="utf-8"), re.S)
    names = re.findall(r":?([a-z_][\w-]*)\s*=", declared.group(1)) if declared else []
    return {name.replace("-", "_") for name in names}


@pytest.mark.parametrize("path", templates(), ids=named)
def test_nothing_is_inline(path):
    text = without_comments(path)
    tags = re.findall(r"<(?!!)[a-zA-Z][^<>]*>", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S))

    inline = [tag for tag in tags if re.search(r"\s(on[a-z]+|style)\s*=", tag)]
    scripts = [
        tag
        for tag in re.findall(r"<script\b[^>]*>", text)
        if "src=" not in tag and 'type="application/json"' not in tag
    ]

    assert inline == []
    assert scripts == []
    assert "<style" not in text
    assert "javascript:" not in text
    assert not re.search(r"""(src|href)=["'](https?:)?//""", re.sub(r"<a\b[^>]*>", "", text))


@pytest.mark.parametrize("path", templates(), ids=named)
def test_it_compiles(path):
    get_template(path.as_posix().split("/templates/", 1)[1])


@pytest.mark.parametrize("path", components(), ids=named)
def test_a_component_declares_what_it_reads(path):
    body = re.sub(r"<c-vars.*?/>", "", without_comments(path), flags=re.S)
    loops = re.findall(r"{% for ([\w, ]+?) in ", body)
    own = {name.strip() for names in loops for name in names.split(",")}
    own |= set(re.findall(r"{% with (\w+)=", body))

    assert set(_names_read(body)) - own - GIVEN <= inputs(path)


def _names_read(body: str) -> Iterator[str]:
    for expression in [*re.findall(r"{{(.*?)}}", body), *READING.findall(body)]:
        yield from _roots(expression)


def _roots(expression: str) -> Iterator[str]:
    plain = re.sub(r""""[^"]*"|'[^']*'""", "", expression)
    plain = re.sub(r"\|\w+", "", plain)
    for name in re.findall(r"(?<![.\w])([a-z_]\w*)(?!\s*=[^=])", plain):
        if name not in WORDS:
            yield name


@pytest.mark.parametrize("path", components(), ids=named)
def test_a_component_is_in_the_gallery(path):
    tag = f"<c-ui.{path.stem.replace('_', '-')}"

    assert re.search(rf"{re.escape(tag)}[\s/>]", GALLERY.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", templates(), ids=named)
def test_components_are_given_what_they_declare(path):
    wrong = []
    for name, given in COMPONENT.findall(without_comments(path)):
        component = COMPONENTS / f"{name.replace('-', '_')}.html"
        assert component.exists(), f"there is no component {name}"
        plain = re.sub(r"=(\"[^\"]*\"|'[^']*'|[^\s>]+)", "", given)
        for attribute in plain.split():
            bare = attribute.lstrip(":")
            if bare.replace("-", "_") not in inputs(component) and not PLAIN_HTML.match(bare):
                wrong.append(f"{name} {attribute}")

    assert wrong == []


def test_every_icon_is_installed():
    listed = set((ROOT / "static" / "icons.txt").read_text(encoding="utf-8").split())
    used = {
        (name, named(path))
        for path in templates()
        for name in re.findall(
            r"""{% icon ["']([\w-]+)["']|\bicon=["']([\w-]+)["']""", without_comments(path)
        )
        for name in name
        if name
    }

    assert sorted((name, path) for name, path in used if name not in listed) == []


@pytest.mark.parametrize("path", templates(), ids=named)
def test_a_form_of_htmx_is_a_form_without_it(path):
    """Enter may come before htmx has taken up what it just put there, or htmx may not be there."""
    forms = re.findall(r"<form\b[^>]*\bhx-(?:post|get)=[^>]*>", without_comments(path))
    assert [form for form in forms if " action=" not in form] == []
