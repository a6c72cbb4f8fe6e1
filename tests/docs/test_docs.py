"""The docs, held against the code: examples run, lists are complete, quotations and links exist."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import typer

import pulumi_leases
from pulumi_leases import (
    FailoverArgs,
    LeasedNumber,
    MessagingArgs,
    NumberPool,
    NumberSearchArgs,
    RequirementsArgs,
    StatusCallbackArgs,
    VoiceArgs,
)
from pulumi_leases.cli.app import app
from pulumi_leases.config import RUN_KEYS, camel, variable
from pulumi_leases.domain import errors
from pulumi_leases.program.functions import AvailableNumber, NumberLease
from pulumi_leases.program.options import OPTIONS
from pulumi_leases.services import SERVICES, service_class

from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_leases.emulator import Vendor

PAGES = sorted([*(ROOT / "docs").glob("**/*.md"), *(ROOT / "examples").glob("**/*.md"), *ROOT.glob("*.md")])
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_QUOTE = re.compile(r"^> (.+)$", re.MULTILINE)
_HIDDEN = {"opts", "resource_name", "self"}


@pytest.fixture(autouse=True)
def _program_has_ended() -> Iterator[None]:
    """Take back the mocks that a page sets, so that later tests in this process do not see them."""
    yield
    pulumi.runtime.settings.reset_options()


def _text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def _blocks(page: Path, language: str) -> Iterator[str]:
    for indent, tag, block in _BLOCK.findall(page.read_text("utf-8")):
        if tag == language:
            yield "\n".join(line.removeprefix(indent) for line in block.splitlines())


PYTHON = [
    pytest.param(
        block,
        id=f"{page.relative_to(ROOT)}-{number}",
        marks=[pytest.mark.engine] if "automation" in block else [],
    )
    for page in PAGES
    for number, block in enumerate(_blocks(page, "python"))
]


class _Mocks(pulumi.runtime.Mocks):
    """Gives back what is declared, and what a preview would know besides."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, {"number": "+12015550123", "currency": "USD", "monthly_rate": 1.0, **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


@pytest.mark.parametrize("block", PYTHON)
def test_python_in_the_docs_runs(
    block: str,
    vendor: Vendor,
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Each block of Python runs, against mocks and the emulator; the tests that it shows pass."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    vendor.lease("contiguity", "+12015550124", login=vendor.token())
    page = types.ModuleType("page")
    vars(page).update({name: getattr(pulumi_leases, name) for name in pulumi_leases.__all__}, pulumi=pulumi)
    monkeypatch.setitem(sys.modules, "page", page)
    tests = re.findall(r"^def (test_\w+)\((\w*)\)", block, re.MULTILINE)
    if "automation" in block:
        request.getfixturevalue("engine")

    if not tests:
        pulumi.runtime.set_mocks(_Mocks())
        pulumi.runtime.test(lambda: exec(block, vars(page)))()  # type: ignore[no-untyped-call]  # the SDK's
        return
    exec(block, vars(page))
    for name, parameter in tests:
        vars(page)[name](*[tmp_path] if parameter else [])


def _inputs(thing: Any) -> set[str]:
    return set(inspect.signature(thing.__init__).parameters) - _HIDDEN


def _outputs(thing: Any) -> set[str]:
    return set(inspect.get_annotations(thing))


PUBLIC = {
    "LeasedNumber": _inputs(LeasedNumber) | _outputs(LeasedNumber),
    "NumberSearchArgs": _inputs(NumberSearchArgs),
    "VoiceArgs": _inputs(VoiceArgs),
    "MessagingArgs": _inputs(MessagingArgs),
    "StatusCallbackArgs": _inputs(StatusCallbackArgs),
    "RequirementsArgs": _inputs(RequirementsArgs),
    "FailoverArgs": _inputs(FailoverArgs),
    "NumberPool": _inputs(NumberPool) | _outputs(NumberPool),
    "Functions": {
        *(name for name in pulumi_leases.__all__ if name.startswith("get_") or name == "total_cost"),
        *AvailableNumber.__annotations__,
        *NumberLease.__annotations__,
    },
}


@pytest.mark.parametrize("heading", PUBLIC)
def test_the_reference_lists_what_there_is(heading: str) -> None:
    """Every input, output, criterion, key and function stands under its heading in the reference."""
    section = re.split(r"^## ", _text("docs/reference.md"), flags=re.MULTILINE)
    listed = next(part for part in section if part.startswith(f"{heading}\n"))

    words = {word for code in _CODE.findall(listed) for word in re.findall(r"\w+", code)}

    assert words >= PUBLIC[heading], sorted(PUBLIC[heading] - words)


def test_the_reference_lists_no_input_that_is_none() -> None:
    """What the first table of the reference lists is what the constructor takes."""
    table = _text("docs/reference.md").partition("| input |")[2].partition("\n\n")[0]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [
        name for name in inspect.signature(LeasedNumber.__init__).parameters if name not in _HIDDEN
    ]


def test_every_option_is_documented() -> None:
    """What becomes of each option of Pulumi stands in the reference."""
    table = _text("docs/reference.md").partition("| option |")[2].partition("\n\n")[0]

    listed = [name for line in table.splitlines() for name in _CODE.findall(line.split("|")[1] if "|" in line else "")]

    assert sorted(name for name in listed if name != "pulumi-python") == sorted(OPTIONS)


def test_every_public_name_is_documented() -> None:
    """Whatever the package exports stands in the reference."""
    reference = _text("docs/reference.md")

    assert [name for name in pulumi_leases.__all__ if name not in reference and not name.endswith("Dict")] == []


@pytest.mark.parametrize("page", ["docs/configuration.md", "docs/installation-configuration.md"])
@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_setting_of_a_service_is_documented(service: str, page: str) -> None:
    """Each key and each variable of a service stands in the page on configuration, and in the registry's."""
    text = _text(page)
    settings = service_class(service).settings
    keys = {f"leases:{camel(f'{service}_{setting.name}')}" for setting in settings}
    variables = {name for setting in settings for name in (variable(service, setting.name), *setting.variables)}

    defaults = {setting.default for setting in settings if setting.default}

    assert [name for name in sorted(keys | variables | defaults) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", ["docs/configuration.md", "docs/installation-configuration.md"])
def test_every_setting_of_a_run_is_documented(page: str) -> None:
    """Each key that is no service's own stands there, with its variable."""
    text = _text(page)
    variables = {variable(re.sub(r"(?=[A-Z])", "_", key)) for key in RUN_KEYS} - {"LEASES_ACCOUNTS"}

    assert [key for key in RUN_KEYS if f"`leases:{key}`" not in text] == []
    assert [name for name in sorted(variables) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_has_a_page(service: str) -> None:
    """It says what the service needs, can, costs and does oddly, with the criteria and capabilities that it has."""
    text = _text(f"docs/services/{service}.md")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    words = {word for code in _CODE.findall(text) for word in re.findall(r"\w+", code)}
    offered = service_class(service)

    assert headings == ["What it needs", "What it can", "Search", "What it costs", "What it does oddly"]
    assert words >= (offered.criteria | offered.capabilities | offered.options.keys()) - {"order_by", "billing_method"}


@pytest.mark.parametrize("page", ["upgrading", "installation-configuration", "languages"])
def test_a_version_that_is_shown_is_this_one(page: str) -> None:
    """A pin or the name of an archive in the docs is that of the version which they come with."""
    shown = re.findall(r"(?:pulumi-leases==|leases-v|resource leases v)(\d+\.\d+\.\d+)", _text(f"docs/{page}.md"))

    assert set(shown) == {pulumi_leases.__version__}


def test_the_index_for_language_models_names_every_page() -> None:
    """Each link of llms.txt names a file that exists, and each page of the docs stands there."""
    links = _LINK.findall(_text("llms.txt"))
    pages = {str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("**/*.md")}

    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert sorted(pages - set(links)) == []


def test_every_command_and_option_is_documented() -> None:
    """Each command of `pulumi-leases` stands in its page with every option; each has a help text."""
    page = _text("docs/cli.md")
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)

    for name, command in group.commands.items():
        assert command.help, name
        assert f"pulumi-leases {name}" in page
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        assert [option for option in sorted(options - {"--help"}) if option not in page] == [], name


def test_every_error_has_a_way_out() -> None:
    """Each class of error stands in the reference; those that leave something to decide, in the page for the stuck too."""
    classes = {value.__name__ for value in vars(errors).values() if isinstance(value, type)}
    reference, stuck = _text("docs/reference.md"), _text("docs/stuck.md")

    assert [name for name in sorted(classes) if f"`{name}`" not in reference] == []
    for name in ("OutcomeUnknown", "AlreadyLeased", "LeaseChanged", "LeasedElsewhere", "StillLeased"):
        assert f"## {name}\n" in stuck


def _said() -> str:
    """All text literals of the package, joined; each part of an f-string between two values stays whole."""
    texts = []
    for path in sorted((ROOT / "pulumi_leases").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            if isinstance(node, ast.JoinedStr):
                texts.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
                )
    return "\n".join(texts)


_THE_ENGINES = {
    "the stack is currently locked by 1 lock(s)",
    "Attempting to deploy or update resources with 1 pending operations",
    "failed to load checkpoint: EOF",
}


def test_quoted_messages_exist() -> None:
    """What the page for the stuck quotes is what the package says; … stands for what differs, `contiguity` for a service."""
    said = _said()
    quotes = [quote for quote in _QUOTE.findall(_text("docs/stuck.md")) if quote not in _THE_ENGINES]
    assert len(quotes) > 10

    for quote in quotes:
        for part in re.split(r" or (?=could not)|…|contiguity", quote):
            assert part.strip() in said, f"nothing says {part.strip()!r}"


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    """Each relative link names a file that exists, and a heading in it where it names one."""
    for link in _LINK.findall(_BLOCK.sub("", page.read_text("utf-8"))):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", target.read_text("utf-8")), re.MULTILINE)
            assert anchor in {_slug(heading) for heading in headings}, link


def test_every_page_can_be_reached_from_the_readme() -> None:
    """The README links to each page of the docs, or to one that does."""
    linked = set(_LINK.findall(_text("README.md")))
    for page in [link for link in linked if link.startswith("docs/")]:
        linked |= {f"docs/{link.partition('#')[0]}" for link in _LINK.findall(_text(page))}

    pages = [str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("**/*.md")]
    assert [page for page in pages if page not in linked] == []


def test_getting_started_as_it_is_written(
    vendor: Vendor, environ: dict[str, str], engine: Path, tmp_path: Path
) -> None:
    """The page's files and commands, in its order, lead to what it quotes, and leave nothing leased."""
    page = (ROOT / "docs/getting-started.md").read_text("utf-8").partition("## With a real key")[0]
    first, rest = page.split("## Preview, lease, look, release")
    blocks = [(language, block) for _, language, block in _BLOCK.findall(first)]
    (tmp_path / "Pulumi.yaml").write_text(next(block for language, block in blocks if language == "yaml"))
    (tmp_path / "__main__.py").write_text(next(block for language, block in blocks if language == "python"))
    variables = {**environ, "PATH": f"{engine}:{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    variables |= {"PULUMI_HOME": str(tmp_path / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true", "PYTHONPATH": str(ROOT)}
    variables |= {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true", "PULUMI_CONFIG_PASSPHRASE": "try"}
    variables |= {"PULUMI_BACKEND_URL": f"file://{tmp_path}/state"}  # each block is a shell of its own
    seen = ""

    for _, language, block in _BLOCK.findall(rest):
        if language == "text":
            assert block.strip() in seen
            continue
        ran = subprocess.run(
            ["sh", "-e"],
            input=block,
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        seen = ran.stdout + ran.stderr
        assert ran.returncode == 0, seen

    assert vendor.leases() == []
    assert vendor.state().charged == {"USD": 13.5}
