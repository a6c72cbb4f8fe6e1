"""Values between the engine's protocol and Python: what is not known yet and what is secret come through as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import rpc

from ..engine.state import not_known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..engine.state import Props

# Signatures: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a public mark)


@dataclass(frozen=True)
class Properties:
    """The properties of a resource, as the engine has sent them.

    Attributes:
        plain: Their values; what is not known yet is an `Unknown`.
        secret: The names of those that are secret, or have a secret in them.
    """

    plain: Props
    secret: frozenset[str]


def read(struct: struct_pb2.Struct) -> Properties:
    """Read properties; those that are null are left out."""
    secret: set[str] = set()
    plain: Props = {}
    for key, value in struct.fields.items():
        found: list[bool] = []
        if (one := _read(value, found)) is not None:
            plain[key] = one
            if found:
                secret.add(key)
    return Properties(plain, frozenset(secret))


def _read(value: struct_pb2.Value, secrets: list[bool]) -> Any:
    """Read one value; `secrets` gets an entry for each secret in it."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE not in fields:
            return {key: _read(one, secrets) for key, one in fields.items()}
        if fields[_SIGNATURE].string_value == _SECRET:
            secrets.append(True)
            return _read(fields["value"], secrets)
        raise ValueError("an asset, an archive or a reference to a resource, where only plain values are taken")
    if kind == "list_value":
        return [_read(one, secrets) for one in value.list_value.values]
    if kind == "string_value":
        return not_known() if value.string_value == rpc.UNKNOWN else value.string_value
    return None if kind == "null_value" else getattr(value, kind or "")


def write(props: Mapping[str, Any], secret: Collection[str] = ()) -> struct_pb2.Struct:
    """Write properties; those that are null are left out, and those with the names in `secret` are marked as secret."""
    fields = {key: write_value(value, is_secret=key in secret) for key, value in props.items() if value is not None}
    return struct_pb2.Struct(fields=fields)


def write_value(value: Any, *, is_secret: bool = False) -> struct_pb2.Value:
    """Write one value."""
    made = _write(value)
    return hidden(made) if is_secret and not is_hidden(made) else made


def _write(value: Any) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, Unknown):
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, dict):
        fields = {str(key): _write(one) for key, one in value.items()}
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
    return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[_write(one) for one in value]))


def hidden(value: struct_pb2.Value) -> struct_pb2.Value:
    """Mark a value as secret."""
    fields = {_SIGNATURE: struct_pb2.Value(string_value=_SECRET), "value": value}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))


def is_hidden(value: struct_pb2.Value) -> bool:
    """Whether a value is marked as secret."""
    return value.struct_value.fields[_SIGNATURE].string_value == _SECRET if _has_signature(value) else False


def _has_signature(value: struct_pb2.Value) -> bool:
    return value.WhichOneof("kind") == "struct_value" and _SIGNATURE in value.struct_value.fields
