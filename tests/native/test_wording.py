"""Errors in the words of YAML, of which TypeScript, Go and the others differ by no name."""

from __future__ import annotations

import pytest

from pulumi_leases.native.wording import reword

SAID = (
    (
        "take it over with `adopt=True` or `pulumi-leases import +12015550123`",
        "take it over with `adopt: true` or `pulumi-leases import +12015550123`",
    ),
    ('say `lease_again="lsd_1_a"` to lease again', 'say `leaseAgain: "lsd_1_a"` to lease again'),
    ('say `lease_again={"SLOT": "lsd_1"}` of the pool', 'say `leaseAgain: {"SLOT": "lsd_1"}` of the pool'),
    ("and lease_again names lsd_1", "and leaseAgain names lsd_1"),
    ("max_monthly_rate is 3, in search.area_code", "maxMonthlyRate is 3, in search.areaCode"),
    ("give 'max_monthly_rate' its own name", "give 'max_monthly_rate' its own name"),
    (
        "Give 'new' `opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name=\"old\", parent=pulumi.ROOT_STACK_RESOURCE)])`",
        "Give 'new' `aliases: [{name: \"old\", noParent: true}]` (in YAML its URN)",
    ),
    (
        "`opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=…, its old parent)])`, and the number stays",
        "`aliases: [{parent: …, its old parent}]` (in YAML its URN), and the number stays",
    ),
    ("imessage_entitlement_required: buy it", "imessage_entitlement_required: buy it"),
    ("`pulumi config set --secret leases:contiguityToken …`", "`pulumi config set --secret leases:contiguityToken …`"),
    ("there is no function leases:index:getNumbers", "there is no function leases:index:getNumbers"),
)


@pytest.mark.parametrize(("python", "yaml"), SAID)
def test_an_error_is_written_as_yaml_is(python: str, yaml: str) -> None:
    """Names in camel case, values as JSON; what a user or a vendor has named stays as it is."""
    assert reword(python) == yaml
    assert reword(yaml) == yaml


OF_A_PROVIDER = (
    (
        "set the variable LEASES_CONTIGUITY_TOKEN, or `pulumi config set --secret leases:contiguityToken …`",
        "set the variable LEASES_CONTIGUITY_TOKEN, or `contiguityToken` of the provider 'eu'",
    ),
    (
        "or `pulumi config set --path --secret leases:accounts.verify.apiKey …`; the config has",
        "or `accounts.verify.apiKey` of the provider 'eu'; the config has",
    ),
    (
        "leases:accounts[verify].tokn is no setting of contiguity",
        "`accounts[verify].tokn` of the provider 'eu' is no setting of contiguity",
    ),
    (
        "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) is set and empty",
        "`monthlyBudget` of the provider 'eu' (LEASES_MONTHLY_BUDGET) is set and empty",
    ),
    ("there is no component leases:index:Pool", "there is no component leases:index:Pool"),
)


@pytest.mark.parametrize(("python", "yaml"), OF_A_PROVIDER)
def test_a_provider_of_the_program_is_named_with_its_settings(python: str, yaml: str) -> None:
    """It is given what others read from the config of the stack."""
    assert reword(python, "eu") == yaml
