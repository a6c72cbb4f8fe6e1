"""What a number needs and what it is connected to: set as sent, read back as set, and nothing else touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import LeaseError
from pulumi_leases.domain.models import Order

from .desk import NUMBER, OTHER
from .test_settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_leases.domain.models import Lease
    from pulumi_leases.services.base import LeaseService

    from .desk import Desk


def settings_of(lease: Lease, names: Mapping[str, Any]) -> dict[str, Any]:
    assert lease.settings is not None
    return {name: lease.settings[name] for name in names}


def test_requirements_go_with_the_purchase(desk: Desk, service: LeaseService) -> None:
    """The vendor has those that were sent."""
    assert set(desk.requirements) == set(service.options.get("requirements", ()))
    if desk.requirements:
        service.lease(Order(number=NUMBER, requirements=dict(desk.requirements)))
        assert desk.connected_to(NUMBER)["requirements"] == desk.requirements


def test_what_is_set_is_read_back(desk: Desk, service: LeaseService) -> None:
    """As the vendor has it, one input after the other; the others, and other numbers, are not touched."""
    lease = service.lease(Order(number=NUMBER))
    service.lease(Order(number=OTHER))
    for name, value in desk.wiring.items():
        before = dict(desk.connected_to(NUMBER))
        service.configure(lease, {name: value})
        assert desk.connected_to(NUMBER) == {**before, name: value}
        service.configure(lease, {name: value})
    if desk.wiring:
        (listed,) = (one for one in service.list() if one.number == NUMBER)
        for one in (service.find(NUMBER)[0], listed):
            assert settings_of(one, desk.wiring) == desk.wiring
        (other,) = service.find(OTHER)
        assert settings_of(other, desk.wiring) != desk.wiring


def test_what_a_service_has_not_is_refused(desk: Desk, service: LeaseService) -> None:
    """By name, and nothing is sent."""
    lease = service.lease(Order(number=NUMBER))
    for name in sorted(OPTIONS - set(service.options)):
        with pytest.raises(LeaseError, match=name):
            service.configure(lease, {name: {}})
    assert list(desk.held()) == [NUMBER]
