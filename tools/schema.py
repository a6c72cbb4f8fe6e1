"""Write the schema of the native provider from the Python classes: their signatures, types and docstrings are the description.

`python -m tools.schema` writes pulumi_leases/native/schema.json; a test fails when that is stale.
"""

from __future__ import annotations

import ast
import collections.abc
import functools
import inspect
import json
import re
import textwrap
import types
import typing
from pathlib import Path
from typing import Any

import pulumi

import pulumi_leases
from pulumi_leases import config
from pulumi_leases.config import camel
from pulumi_leases.engine import state
from pulumi_leases.native import asking
from pulumi_leases.program import args, functions, number, pool
from pulumi_leases.services import SERVICES, service_class

FILE = Path(pulumi_leases.__file__).parent / "native" / "schema.json"
_ANY = {"$ref": "pulumi.json#/Any"}
_OBJECTS = (
    args.NumberSearchArgs,
    args.VoiceArgs,
    args.MessagingArgs,
    args.StatusCallbackArgs,
    args.RequirementsArgs,
    args.FailoverArgs,
)
_ANSWERS = (functions.AvailableNumber, functions.NumberLease)
_PYTHON_ONLY = frozenset({"slot_opts"})
"""Inputs that are Python objects."""

_PRICE = {
    "number": ({"type": "string"}, "The number, E.164: one that is given twice counts once."),
    "currency": ({"type": "string"}, "ISO 4217 code of both prices; null where the service does not report it."),
    "monthlyRate": ({"type": "number"}, "Paid each month; null where the service does not report it."),
    "upfrontFee": (
        {"type": "number"},
        "Paid once when the lease is made; null where the service does not report it.",
    ),
}

_NAMES = {**vars(typing), **vars(args), **vars(functions), "pulumi": pulumi, "Output": pulumi.Output}
"""What annotations name."""

Schema = dict[str, Any]


def schema() -> Schema:
    """Describe the provider."""
    return {
        "name": "leases",
        "displayName": "Leased phone numbers",
        "version": pulumi_leases.__version__,
        "description": "Leased phone numbers: previewed with their cost, leased exactly once, released on destroy.",
        "keywords": ["pulumi", "phone numbers", "E.164", "category/utility"],
        "license": "Apache-2.0",
        "meta": {"moduleFormat": "(.*)"},
        "language": {"nodejs": {"respectSchemaVersion": True}, "python": {"respectSchemaVersion": True}},
        "config": {"variables": _settings()},
        "provider": {
            "description": "One provider of leased phone numbers, with logins of its own.",
            "inputProperties": _settings(),
        },
        "types": {
            **{f"leases:index:{_named(one)}": _object(one) for one in (*_OBJECTS, *_ANSWERS)},
            "leases:index:Price": {
                "type": "object",
                "description": "What a declared number costs, for `getTotalCost`.",
                "properties": {name: {**type_, "description": said} for name, (type_, said) in _PRICE.items()},
            },
            "leases:index:Cost": {
                "type": "object",
                "description": "A sum in one currency; null where a price is missing.",
                "properties": {
                    "monthly": {"type": "number", "description": "Paid each month."},
                    "upfront": {"type": "number", "description": "Paid once."},
                },
            },
        },
        "resources": {
            state.COMPONENT_TYPE: _number(),
            state.POOL_TYPE: _pool(),
            state.NATIVE_INTENT_TYPE: _raw(
                "Which number is about to be leased, saved before the money is spent. Made by each `LeasedNumber`.",
                (*state.INTENT_KEYS, "claim"),
                (*state.INTENT_KEYS, "claim", "recorded"),
            ),
            state.NATIVE_NUMBER_TYPE: _raw(
                "The lease of a number. Made by each `LeasedNumber`; by itself only for `pulumi import`.",
                ("number", *state.ORDER_KEYS, "claim", "recorded"),
                (*state.INPUT_KEYS, *state.LEASE_KEYS, "asked_billing_method", state.UNSET),
            ),
        },
        "functions": _functions(),
    }


def _settings() -> Schema:
    """Describe the keys under `leases:`, those of each service among them."""
    settings: Schema = {key: {"type": "string", "description": _RUN_SETTINGS[key]} for key in config.RUN_KEYS}
    for name in SERVICES:
        service = service_class(name)
        for setting in service.settings:
            key = config.key_of(service, setting).partition(":")[2]
            settings[key] = {
                "type": "string",
                "description": setting.meaning,
                **({"secret": True} if setting.secret else {}),
            }
    return settings


_RUN_SETTINGS = {
    "accounts": "Further logins by name, as JSON.",
    "monthlyBudget": "What all numbers together may cost a month, such as `200 USD`.",
    "releaseInterrupted": "Whether `true`: what an interrupted run has leased is released on destroy.",
    "releaseTimeout": "Seconds that a release may take.",
    "requestsPerSecond": "How many requests a second a login may send.",
    "service": "The service of numbers that do not say one.",
}


def _number() -> Schema:
    inputs = _inputs(number.LeasedNumber)
    descriptions = _members(number.LeasedNumber)
    hints = inspect.get_annotations(number.LeasedNumber, globals=_NAMES, eval_str=True)
    outputs = {
        camel(key): {**_type(typing.get_args(hints[key])[0]), "description": descriptions[key]}
        for key in state.NUMBER_OUTPUTS
    }
    price = {"$ref": "#/types/leases:index:Price", "description": "What it costs, for `getTotalCost`."}
    return {
        "description": _summary(number.LeasedNumber),
        "isComponent": True,
        "inputProperties": inputs,
        "properties": {**outputs, "price": price},
        "required": ["account", "adopted", "leaseId", "leaseStatus", "number", "price", "service"],
        "aliases": [],
    }


def _pool() -> Schema:
    inputs = _inputs(pool.NumberPool)
    for name in ("slots", "count", "leaseAgain"):
        inputs[name]["plain"] = True
        inputs[name].get("items", inputs[name].get("additionalProperties", {})).update(plain=True)
    prices = {"type": "object", "additionalProperties": {"$ref": "#/types/leases:index:Price"}}
    return {
        "description": _summary(pool.NumberPool),
        "isComponent": True,
        "inputProperties": inputs,
        "requiredInputs": ["search"],
        "properties": {
            "numbers": {**_strings(), "description": _members(pool.NumberPool)["numbers"]},
            "prices": {**prices, "description": "What the number of each slot costs, for `getTotalCost`."},
        },
        "required": ["numbers", "prices"],
    }


def _raw(summary: str, inputs: typing.Iterable[str], outputs: typing.Iterable[str]) -> Schema:
    """Describe a resource that a component makes: under the names of the state, which all languages and versions share."""
    return {
        "description": summary,
        "inputProperties": {key: dict(_ANY) for key in inputs},
        "properties": {key: dict(_ANY) for key in outputs},
    }


def _functions() -> Schema:
    asked: dict[str, tuple[Any, str]] = {
        "getAvailableNumbers": (functions.get_available_numbers, "AvailableNumber"),
        "getLeasedNumbers": (functions.get_leased_numbers, "NumberLease"),
        "getNumber": (functions.get_number, "NumberLease"),
    }
    described: Schema = {}
    for name, (function, answer) in asked.items():
        inputs = _inputs(function)
        many = {"numbers": {"type": "array", "items": {"$ref": f"#/types/leases:index:{answer}"}}}
        properties = _object(functions.NumberLease)["properties"] if name == "getNumber" else many
        required = [
            camel(key) for key, one in inspect.signature(function).parameters.items() if one.default is one.empty
        ]
        described[f"leases:index:{name}"] = {
            "description": _summary(function),
            "inputs": {"type": "object", "properties": inputs, "required": required},
            "outputs": {
                "type": "object",
                "properties": properties,
                "required": ["numbers"] if properties is many else [],
            },
        }
    price = {"$ref": "#/types/leases:index:Price"}
    described["leases:index:getTotalCost"] = {
        "description": "Sum up what numbers and pools cost, by currency, known in the preview.\n\nCurrencies are kept apart; a "
        "number that is given twice counts once. A sum that a price is missing from is null.",
        "inputs": {
            "type": "object",
            "properties": {
                "numbers": {
                    "type": "array",
                    "items": price,
                    "description": "The `price` of each `LeasedNumber`.",
                },
                "pools": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": price},
                    "description": "The `prices` of each `NumberPool`.",
                },
            },
        },
        "outputs": {
            "type": "object",
            "properties": {
                "cost": {
                    "type": "object",
                    "additionalProperties": {"$ref": "#/types/leases:index:Cost"},
                    "description": "The sums, by currency.",
                }
            },
            "required": ["cost"],
        },
    }
    assert described.keys() == asking.FUNCTIONS.keys()
    return described


def _inputs(described: Any) -> Schema:
    """Describe the inputs of a class or function by its signature and the `Args` of its docstring."""
    function = described.__init__ if inspect.isclass(described) else described
    hints = typing.get_type_hints(function, _NAMES)
    said = _arguments(described)
    names = [name for name in inspect.signature(function).parameters if name in said]
    return {
        camel(name): {**_type(hints[name]), "description": said[name]}
        for name in names
        if name not in {"resource_name", "opts", *_PYTHON_ONLY}
    }


def _object(described: Any) -> Schema:
    hints = typing.get_type_hints(described, _NAMES)
    said = _members(described)
    if described in _ANSWERS:
        said |= _members(functions._AnyNumber)  # noqa: SLF001 (what both have in common)
    return {
        "type": "object",
        "description": _summary(described),
        "properties": {camel(name): {**_type(hint), "description": said[name]} for name, hint in hints.items()},
        **({"required": ["enabled"]} if described is args.FailoverArgs else {}),
    }


def _named(described: Any) -> str:
    return str(described.__name__).removesuffix("Args")


def _type(hint: Any) -> Schema:
    """Write a type: an input as what is put in, an optional one as what it is where it is given."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        options = [
            part for part in parts if part is not type(None) and not _is_later(part) and not typing.is_typeddict(part)
        ]
        return _type(options[0])
    if origin is typing.Literal:
        return {"type": "string"}
    if hint in _OBJECTS:
        return {"$ref": f"#/types/leases:index:{_named(hint)}"}
    if origin in {list, typing.get_origin(typing.Sequence[str])}:
        return {"type": "array", "items": _type(parts[0])}
    if origin in {dict, typing.get_origin(typing.Mapping[str, str])}:
        return {"type": "object", "additionalProperties": _type(parts[1])}
    return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]}


def _is_later(part: Any) -> bool:
    """Whether a part of an input's type is what stands for a value that comes later."""
    return typing.get_origin(part) in {pulumi.Output, collections.abc.Awaitable}


def _strings() -> Schema:
    return {"type": "object", "additionalProperties": {"type": "string"}}


def _summary(described: Any) -> str:
    """Take what a docstring says before its sections."""
    return _in_camel(re.split(r"\n\n?(?:Args|Raises|Attributes):", inspect.getdoc(described) or "")[0].strip())


def _arguments(described: Any) -> dict[str, str]:
    """Take what the `Args` of a docstring say of each."""
    section = re.search(r"\nArgs:\n(.*?)(?=\n\S|\Z)", inspect.getdoc(described) or "", re.DOTALL)
    found = re.findall(r"^ {4}(\w+): (.*?)(?=^ {4}\w|\Z)", section[1] if section else "", re.MULTILINE | re.DOTALL)
    return {name: _sentence(text) for name, text in found}


def _members(described: Any) -> dict[str, str]:
    """Take the docstrings below the members of a class."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(described))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for member, doc in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(member, ast.AnnAssign) and isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant):
            found[ast.unparse(member.target)] = _sentence(str(doc.value.value))
    return found


def _sentence(text: str) -> str:
    return _in_camel(" ".join(text.split()))


def _in_camel(text: str) -> str:
    """Write the names of inputs and outputs as they are in all languages but Python."""
    return re.sub(r"`([a-z_]+)`", lambda found: f"`{camel(found[1])}`" if found[1] in _names() else found[0], text)


@functools.cache
def _names() -> frozenset[str]:
    of_objects = (name for one in _OBJECTS for name in one.__annotations__)
    return frozenset({*state.INTENT_KEYS, *state.INPUT_KEYS, *state.LEASE_KEYS, "retain_on_delete", *of_objects})


def text() -> str:
    """Write the schema as it is checked in."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
