"""What Contiguity says where it does not do what was asked.

Wire facts are from the vendor's OpenAPI description v2026.8.2 and docs (https://docs.contiguity.com/api-reference),
and, where these are silent, from its JavaScript SDK 0.1.3 (https://github.com/contiguity/javascript).
"""

from __future__ import annotations

from ..http.transport import Answer, Words


def read_words(answer: Answer) -> Words:
    """Read either error shape: the documented envelope, or the flat one that the SDK's code provides for."""
    body = answer.body if isinstance(answer.body, dict) else {}
    data = body.get("data")
    if body.get("object") == "error" and isinstance(data, dict):
        request = body.get("id")
        agreement = data.get("agreement_url")
        return Words(
            str(data.get("error") or "no reason given"),
            recognised=True,
            request_id=str(request) if request else None,
            agreement_url=str(agreement) if agreement else None,
        )
    if "message" in body:
        # A gateway that knows no such route says `message` too, without `status`.
        return Words(str(body["message"]), recognised="status" in body)
    return Words(answer.text.strip() or "an empty answer", recognised=False)
