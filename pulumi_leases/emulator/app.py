"""The emulator as a WSGI application."""

import functools
import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from pulumi_leases.emulator.contiguity.api import Contiguity
from pulumi_leases.emulator.control import Control
from pulumi_leases.emulator.inventory import EXAMPLE
from pulumi_leases.emulator.routes import Routed
from pulumi_leases.emulator.telesign.api import TeleSign
from pulumi_leases.emulator.telnyx.api import Telnyx
from pulumi_leases.emulator.twilio.api import Twilio
from pulumi_leases.emulator.vendors import VENDORS
from pulumi_leases.emulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

APIS: tuple[type[Routed], ...] = (Contiguity, TeleSign, Telnyx, Twilio, Control)
"""One of each vendor in `VENDORS`, and the control."""
_SEED = "leases"
_EMULATOR = "pulumi_leases.emulator"
"""Where the environ of a request says which emulator it is for."""


class Emulator:
    """All vendors' APIs with a state of their own; two emulators share nothing but their routes.

    The same `seed` gives the same numbers on offer. Call it through `serve`, or in process through
    `httpx.WSGITransport(app=emulator)`.
    """

    def __init__(self, *, seed: str = _SEED) -> None:
        self.world = World(seed)
        apis = [api(self.world) for api in APIS]
        self.views = {f"{api.name}.{route.name}": route.view for api in apis for route in api.routes()}
        self._app = routing()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._app({**environ, _EMULATOR: self}, start_response)

    def close(self) -> None:
        """Drop every request that waits; `serve` does this at its end."""
        self.world.gate.close()


@functools.cache
def routing() -> Flask:
    """Find the way to a view of the emulator that is asked; made once, as it takes longer than most tests."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    world = World(_SEED)
    for api in APIS:
        blueprint = Blueprint(api.name, __name__)
        for route in api(world).routes():
            blueprint.add_url_rule(
                route.path, route.name, _view, methods=route.methods, provide_automatic_options=False
            )
        app.register_blueprint(blueprint, url_prefix=api.mount)
    app.add_url_rule("/", "index", _index)
    app.after_request(_dated)
    app.register_error_handler(Exception, _broken)
    return app


def _emulator() -> Emulator:
    found: Emulator = request.environ[_EMULATOR]
    return found


def _view(**parts: str) -> Any:
    return _emulator().views[request.endpoint or ""](**parts)


def _dated(response: Response) -> Response:
    world = _emulator().world
    switches = world.switches.get(request.blueprint or "")
    if switches is not None and switches.values.get("date_header") == "absent":
        return response
    response.headers["Date"] = world.clock.http_date()
    return response


def _broken(error: Exception) -> Response | HTTPException:
    """A bug of the emulator must not pass for an answer of the vendor's: it is kept for all to see."""
    if isinstance(error, HTTPException):
        return error
    _emulator().world.bugs.append(traceback.format_exc())
    response = jsonify(emulator_error=repr(error))
    response.status_code = 500
    return response


def _index() -> Response:
    vendors = {name: profile.access("") for name, profile in VENDORS.items()}
    return jsonify(**vendors, control="/control/state", example=EXAMPLE)
