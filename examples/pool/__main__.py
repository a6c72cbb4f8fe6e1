"""A number for each agent of a desk and for each line of a queue."""

import pulumi

from pulumi_leases import NumberPool, NumberSearchArgs, total_cost

agents = pulumi.Config().get_object("agents") or ["alice", "bob", "carol"]

desk = NumberPool(
    "desk",
    slots=agents,
    search=NumberSearchArgs(country="US", area_code="201", capabilities=["sms"]),
    max_monthly_rate=12,
)
queue = NumberPool("queue", count=2, search={"country": "US", "capabilities": ["sms", "mms"]}, max_monthly_rate=6)

pulumi.export("desk", desk.numbers)
pulumi.export("queue", queue.numbers)
pulumi.export("cost", total_cost(desk, queue))
