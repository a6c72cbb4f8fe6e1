"""Names of inputs and outputs: `maxMonthlyRate` in every language but Python, `max_monthly_rate` in the state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from google.protobuf import struct_pb2

from ..config import camel
from .values import is_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["camel", "camel_value", "snake", "snake_fields"]


def snake(name: str) -> str:
    """Turn `maxMonthlyRate` into `max_monthly_rate`; all words of a path such as `voice.fallbackUrl`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", name)


def snake_fields(struct: struct_pb2.Struct) -> dict[str, struct_pb2.Value]:
    """Write the inputs of a component under the names of the state, those of nested inputs too."""
    return {snake(key): _snake_value(value) for key, value in struct.fields.items()}


def _snake_value(value: struct_pb2.Value) -> struct_pb2.Value:
    if value.WhichOneof("kind") != "struct_value":
        return value
    fields: Mapping[str, struct_pb2.Value] = value.struct_value.fields
    is_secret = is_hidden(value)
    fields = {**fields, "value": _snake_value(fields["value"])} if is_secret else snake_fields(value.struct_value)
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))


def camel_value(value: object) -> object:
    """Write an answer under the names of all languages but Python."""
    if isinstance(value, dict):
        return {camel(key): camel_value(one) for key, one in value.items()}
    return [camel_value(one) for one in value] if isinstance(value, list) else value
