"""What a vendor answers, and how it says no."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Response


@dataclass
class Answer:
    """What a vendor answers: a JSON value or, as `text/plain`, a text."""

    status: int
    body: Any
    outcome: str
    wrote: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        text = isinstance(self.body, str)
        body = self.body if text else json.dumps(self.body)
        labelled = {"Content-Type": "text/plain; charset=utf-8" if text else "application/json", **self.headers}
        return Response(body, self.status, labelled)


class Refused(Exception):
    """The vendor does not do what was asked.

    `code` is TeleSign's error code, `url` is where Contiguity sends its customer.
    """

    def __init__(self, status: int, text: str, *, code: int = 0, url: str = "", outcome: str = "refused") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code
        self.url = url
        self.outcome = outcome


class Api(Protocol):
    """A vendor, as far as its requests on their way need it."""

    name: str

    def refusal(self, refused: Refused) -> Answer: ...

    def too_many(self) -> Answer: ...

    def slow_down(self, seconds: int, written: str) -> dict[str, str]:  # noqa: ARG002 not every vendor says seconds
        """The headers of a 429 about the wait; `written` is the value of Retry-After."""
        return {"Retry-After": written}
