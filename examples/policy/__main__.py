from collections.abc import Callable
from typing import Any

from pulumi_policy import EnforcementLevel, PolicyConfigSchema, PolicyPack, ReportViolation, ResourceValidationArgs
from pulumi_policy import ResourceValidationPolicy as Policy
from rules import NUMBER_TYPE, foreign, too_dear, unknown_service, unprotected

WORDS = {"type": "array", "items": {"type": "string"}}


def policy(
    name: str,
    description: str,
    judge: Callable[[ResourceValidationArgs], str | None],
    setting: str,
    default: Any,
    kind: dict[str, Any],
) -> Policy:
    """Make a policy that reports what a rule says of each LeasedNumber."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type == NUMBER_TYPE and (violation := judge(args)):
            report(violation)

    schema = PolicyConfigSchema({setting: {**kind, "default": default}})
    return Policy(name, description, validate, config_schema=schema)


PolicyPack(
    "leased-numbers",
    [
        policy(
            "allowed-countries",
            "Numbers are leased in the countries we work in.",
            lambda args: foreign(args.props, args.get_config()["countries"]),
            "countries",
            ["US", "CA"],
            WORDS,
        ),
        policy(
            "allowed-services",
            "Numbers are leased from the services we have a contract with.",
            lambda args: unknown_service(args.props, args.get_config()["services"]),
            "services",
            ["contiguity"],
            WORDS,
        ),
        policy(
            "monthly-cap",
            "No single number costs more than this a month, by currency.",
            lambda args: too_dear(args.props, args.get_config()["caps"]),
            "caps",
            {"USD": 10},
            {"type": "object"},
        ),
        policy(
            "protect-in-production",
            "A number in production is protected.",
            lambda args: unprotected(args.urn, protect=args.opts.protect, stacks=args.get_config()["stacks"]),
            "stacks",
            ["prod"],
            WORDS,
        ),
    ],
    EnforcementLevel.MANDATORY,
)
