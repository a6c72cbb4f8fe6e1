"""A number of Telnyx whose messages and calls are handled by a profile and a connection."""

import pulumi

from pulumi_leases import LeasedNumber, MessagingArgs, VoiceArgs, total_cost

config = pulumi.Config()

alerts = LeasedNumber(
    "alerts",
    service="telnyx",
    search={"country": "US", "area_code": "201", "capabilities": ["sms"]},
    max_monthly_rate=15,
    messaging=MessagingArgs(profile=config.require("profile")),
    voice=VoiceArgs(connection=config.require("connection")),
    tags=["alerts", pulumi.get_stack()],
)

pulumi.export("alerts", alerts.number)
pulumi.export("cost", total_cost(alerts))
