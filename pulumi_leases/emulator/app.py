"""The emulator as a WSGI application."""

import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from pulumi_leases.emulator.contiguity.api import Contiguity
from pulumi_leases.emulator.control import Control
from pulumi_leases.emulator.inventory import EXAMPLE
from pulumi_leases.emulator.telesign.api import TeleSign
from pulumi_leases.emulator.telnyx.api import Telnyx
from pulumi_leases.emulator.twilio.api import Twilio
from pulumi_leases.emulator.vendors import VENDORS
from pulumi_leases.emulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

APIS = (Contiguity, TeleSign, Telnyx, Twilio)
"""One of each vendor in `VENDORS`."""


class Emulator:
    """All vendors' APIs with a state of their own; two emulators share nothing.

    The same `seed` gives the same numbers on offer. Call it through `serve`, or in process through
    `httpx.WSGITransport(app=emulator)`.
    """

    def __init__(self, *, seed: str = "leases") -> None:
        self.world = World(seed)
        app = Flask(__name__)
        app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
        for api in APIS:
            app.register_blueprint(api(self.world).blueprint(), url_prefix=api.mount)
        app.register_blueprint(Control(self.world).blueprint(), url_prefix="/control")
        app.add_url_rule("/", "index", _index)
        app.after_request(self._dated)
        app.register_error_handler(Exception, self._broken)
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._app(environ, start_response)

    def close(self) -> None:
        """Drop every request that waits; `serve` does this at its end."""
        self.world.gate.close()

    def _dated(self, response: Response) -> Response:
        switches = self.world.switches.get(request.blueprint or "")
        if switches is not None and switches.values.get("date_header") == "absent":
            return response
        response.headers["Date"] = self.world.clock.http_date()
        return response

    def _broken(self, error: Exception) -> Response | HTTPException:
        """A bug of the emulator must not pass for an answer of the vendor's: it is kept for all to see."""
        if isinstance(error, HTTPException):
            return error
        self.world.bugs.append(traceback.format_exc())
        response = jsonify(emulator_error=repr(error))
        response.status_code = 500
        return response


def _index() -> Response:
    vendors = {name: profile.access("") for name, profile in VENDORS.items()}
    return jsonify(**vendors, control="/control/state", example=EXAMPLE)
