"""The answers of each vendor: their form is asserted, and their content returned."""

from typing import Any, NamedTuple

import httpx


def data(response: httpx.Response) -> Any:
    """The data of a success of Contiguity's."""
    body = response.json()
    assert (response.status_code, body["object"]) == (200, "response"), response.text
    return body["data"]


def refusal(response: httpx.Response, status: int) -> Any:
    """The data of an error of Contiguity's."""
    body = response.json()
    assert (response.status_code, body["object"], body["data"]["status"]) == (status, "error", status), response.text
    assert body["id"].startswith("err_")
    return body["data"]


def offered(contiguity: httpx.Client) -> set[str]:
    """The numbers that Contiguity lists as available."""
    return {one["id"] for one in data(contiguity.get("/leases"))["numbers"]}


def elements(response: httpx.Response) -> list[dict[str, Any]]:
    """The elements of a success of TeleSign's."""
    assert response.status_code == 200, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def rejection(response: httpx.Response, status: int, code: int) -> Any:
    """The status of an error of TeleSign's."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body["errors"][0]["code"] == code
    assert len(body["reference_id"]) == 32
    return body["status"]


class Denial(NamedTuple):
    """An error of Telnyx's: its status, code and pointer."""

    status: int
    code: str
    pointer: str | None = None


def denial(response: httpx.Response) -> Denial:
    """The one error of a refusal of Telnyx's."""
    (error,) = response.json()["errors"]
    assert {"code", "title", "detail", "meta"} <= set(error), error
    return Denial(response.status_code, error["code"], error.get("source", {}).get("pointer"))


def payload(response: httpx.Response) -> Any:
    """The data of a success of Telnyx's."""
    assert response.status_code == 200, response.text
    assert response.headers["x-ratelimit-limit"]
    return response.json()["data"]


def ordered(telnyx: httpx.Client, number: str, **more: Any) -> Any:
    """The answer to an order of one number, which is searched for before."""
    telnyx.get("/available_phone_numbers", params={"filter[country_code]": "US", "filter[limit]": 50})
    return payload(telnyx.post("/number_orders", json={"phone_numbers": [{"phone_number": number}], **more}))


def number(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """A number that a Twilio account owns."""
    assert response.status_code == status, response.text
    owned: dict[str, Any] = response.json()
    assert response.headers["Twilio-Request-Id"].startswith("RQ")
    assert owned["sid"].startswith("PN")
    return owned


def numbers(response: httpx.Response) -> list[str]:
    """The numbers of a list of Twilio's, in its order: owned or on offer."""
    assert response.status_code == 200, response.text
    body = response.json()
    key = "available_phone_numbers" if "available_phone_numbers" in body else "incoming_phone_numbers"
    return [one["phone_number"] for one in body[key]]


def trouble(response: httpx.Response, status: int, code: int) -> str:
    """The message of an error of Twilio's."""
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), response.text
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert response.headers["Twilio-Request-Id"].startswith("RQ")
    return str(body["message"])
