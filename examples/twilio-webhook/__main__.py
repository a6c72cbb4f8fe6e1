"""A number of Twilio whose calls and messages reach an address that another resource makes."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult

from pulumi_leases import LeasedNumber, MessagingArgs, VoiceArgs, total_cost


class EndpointProvider(ResourceProvider):
    """Stands for whatever makes an address in your program: a function, a gateway, a service in a cluster."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make an endpoint; its address is known only now."""
        return CreateResult(props["host"], {**props, "url": f"https://{props['host']}/phone"})

    def update(self, _id: str, _olds: dict[str, Any], props: dict[str, Any]) -> UpdateResult:
        """Move the endpoint to another host."""
        return UpdateResult({**props, "url": f"https://{props['host']}/phone"})


class Endpoint(Resource):
    """An address on the web."""

    url: pulumi.Output[str]

    def __init__(self, name: str, host: str) -> None:
        super().__init__(EndpointProvider(), name, {"host": host, "url": None})


endpoint = Endpoint("phone", pulumi.Config().get("host") or "phone.example.com")

hotline = LeasedNumber(
    "hotline",
    service="twilio",
    search={"country": "US", "area_code": "201", "capabilities": ["sms", "voice"]},
    max_monthly_rate=5,
    label="hotline",
    voice=VoiceArgs(url=pulumi.Output.concat(endpoint.url, "/calls"), method="POST"),
    messaging=MessagingArgs(url=pulumi.Output.concat(endpoint.url, "/messages"), method="POST"),
)

pulumi.export("hotline", hotline.number)
pulumi.export("endpoint", endpoint.url)
pulumi.export("cost", total_cost(hotline))
