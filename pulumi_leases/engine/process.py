"""The process in which the engine runs the providers: many calls at once, errors of one line, its end, half-made resources.

What the SDK keeps to itself is read from its stack frames. Where a frame does not have it, nothing is changed, and the SDK
behaves as it does by itself. Other dynamic providers of the program share the process: an error is shortened for its own
call only.
"""

from __future__ import annotations

import functools
import itertools
import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..domain.errors import BrokenProvider, ConfigError, LeaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import FrameType

DEBUG_VARIABLE = "LEASES_DEBUG"
"""With this variable set to anything, errors come with the full traceback."""

THREADS_VARIABLE = "LEASES_HOST_THREADS"
"""How many calls of the engine the process works on at once; the SDK's own width is 4."""

_THREADS, _FEWEST_THREADS, _MOST_THREADS = 32, 4, 1000
_FRAMES_UP = 8
_FRAMES_TO_THE_POOL = 32
_UNKNOWN = 2  # the status code with which the SDK aborts

Verb = TypeVar("Verb", bound="Callable[..., Any]")


@functools.cache
def watch_engine() -> None:
    """Start the one thread that ends this process when the engine has died."""
    threading.Thread(target=_end_with_the_engine, name="leases-engine-watch", daemon=True).start()


def _end_with_the_engine() -> None:
    """End the process when the engine has died: an orphan must not go on leasing.

    The engine holds the other end of stdin. A paying call that is under way is found by the next run.
    """
    while os.read(0, 1):
        pass
    os._exit(1)


def _threads() -> int:
    """Read how many calls to work on at once."""
    text = os.environ.get(THREADS_VARIABLE, "").strip() or str(_THREADS)
    if not (text.isascii() and text.isdigit() and _FEWEST_THREADS <= int(text) <= _MOST_THREADS):
        raise ConfigError(
            f"{THREADS_VARIABLE} must be a whole number from {_FEWEST_THREADS} to {_MOST_THREADS}, not {text!r}"
        )
    return int(text)


def _widen_pool(threads: int) -> None:
    """Let the SDK's server work on so many calls at once; its pool is four threads wide, and makes them as they are needed.

    The pool is found through this very call, which it runs: `concurrent.futures` holds it in the frame of each thread.
    """
    for frame in _frames(_FRAMES_TO_THE_POOL):
        pool = frame.f_locals.get("executor_reference", lambda: None)()
        if isinstance(getattr(pool, "_max_workers", None), int):
            pool._max_workers = max(threads, pool._max_workers)  # noqa: SLF001 (the SDK gives no way to say it)
            return


def plugin_option(config: object) -> str | None:
    """Name the resource option for which the engine started a second process; None in the usual process.

    The engine starts one for each version and each address, and hands it that as config. Of an explicit `provider` the SDK
    says nothing.
    """
    settings: dict[str, Any] = getattr(
        config, "_props", {}
    )  # by their names, as `get` looks up those of a project only
    names = {"version": "version", "pluginDownloadURL": "plugin_download_url"}
    return next((option for name, option in names.items() if name in settings), None)


def one_line_errors(verb: Verb) -> Verb:
    """Make each error of a verb one line for the engine; an unexpected one is a fault of this package, with its traceback."""

    @functools.wraps(verb)
    def wrapped(*args: Any) -> Any:
        try:
            return verb(*args)
        except Exception as error:  # noqa: BLE001 (the last door before the engine; nothing is swallowed)
            failure = as_lease_error(error)
        _abort_with_one_line(failure)
        raise failure from None

    return cast("Verb", wrapped)


def as_lease_error(error: Exception) -> LeaseError:
    """Take an error of this package as it is; anything else is a fault of ours."""
    if isinstance(error, LeaseError):
        return error
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=30))
    return BrokenProvider(f"a fault in pulumi_leases, please report it: {trace}")


def write_error(error: LeaseError) -> str:
    """Write an error as the engine shows it."""
    return traceback.format_exception_only(type(error), error)[-1].strip()


@one_line_errors
def prepare() -> None:
    """Prepare the process, if it is the engine's; safe to repeat.

    Raises:
        ConfigError: LEASES_HOST_THREADS is no usable number.
    """
    main = sys.modules.get("__main__")
    if getattr(getattr(main, "__spec__", None), "name", None) != "pulumi.dynamic.__main__":
        return
    watch_engine()
    _widen_pool(_threads())
    leave_out_httpx_command()


def leave_out_httpx_command() -> None:
    """Keep httpx, which is imported when a service is due, from loading its own command: that brings rich and click.

    They take as long as httpx itself, which goes on as where they are not installed.
    """
    modules: dict[str, Any] = sys.modules
    modules.setdefault("httpx._main", None)


def _abort_with_one_line(error: LeaseError) -> None:
    """Have the SDK abort this call with the error alone; by itself it hands over the whole traceback, which the engine prints."""
    contexts = (frame.f_locals.get("context") for frame in _frames(_FRAMES_UP))
    context = next((found for found in contexts if hasattr(found, "abort")), None)
    if context is None or os.environ.get(DEBUG_VARIABLE):
        return
    line = write_error(error)
    abort = context.abort
    context.abort = lambda code, _traceback: abort(code, line)


def _frames(count: int) -> Iterator[FrameType]:
    """Go through the stack frames of the caller and its callers, at most so many."""
    own = sys._getframe(1)  # noqa: SLF001 (the SDK hands over neither call nor pool)
    return (frame for frame, _ in itertools.islice(traceback.walk_stack(own), count))


def list_config(config: object) -> tuple[Collection[str], str | None]:
    """List the keys of the stack's config, of every namespace, and name the project.

    The SDK's `Config` gives the value of a key, but no list of keys.
    """
    settings, project = getattr(config, "_props", None), getattr(config, "_project_name", None)
    return tuple(settings) if isinstance(settings, dict) else (), project if isinstance(project, str) else None


def save_half_made(id_: str, outs: dict[str, Any], reason: str) -> bool:
    """Have the engine save a resource although its create or update fails; the caller raises the error right after.

    The engine takes the state from the details of the failing call's status (`ErrorResourceInitFailed` in its
    provider.proto); the SDK offers no way to say it. Returns whether the details were handed over.
    """
    call = _current_call()
    if call is None:
        return False
    # Late: only a refused lease needs them.
    import asyncio

    from pulumi.runtime import rpc

    context, props = call
    loop = asyncio.new_event_loop()
    properties = loop.run_until_complete(rpc.serialize_properties({**outs, "__provider": props["__provider"]}, {}))
    loop.close()
    hand_over_half_made(context, id_, properties, reason)
    return True


def hand_over_half_made(context: Any, id_: str, properties: Any, reason: str) -> None:
    """Put a half-made resource into the details of a call that is about to fail."""
    # Late: as above.
    from google.protobuf.any_pb2 import Any as Packed
    from google.rpc.status_pb2 import Status  # comes with the SDK's own dependencies
    from pulumi.runtime.proto import provider_pb2

    packed = Packed()
    packed.Pack(provider_pb2.ErrorResourceInitFailed(id=id_, properties=properties, reasons=[reason]))
    details = Status(code=_UNKNOWN, message=reason, details=[packed]).SerializeToString()
    context.set_trailing_metadata((("grpc-status-details-bin", details),))


def _current_call() -> tuple[Any, dict[str, Any]] | None:
    """Find the gRPC context and the properties of the engine's current create or update in the SDK's frame."""
    for frame in _frames(_FRAMES_UP):
        found = frame.f_locals
        props = found.get("props") or found.get("news")
        if hasattr(found.get("context"), "set_trailing_metadata") and isinstance(props, dict) and "__provider" in props:
            return found["context"], props
    return None
