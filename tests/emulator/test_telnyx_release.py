"""How leases end at Telnyx: released, not quite, by others, and what becomes of the number."""

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import Denial, denial, ordered, payload

NUMBER = "+12015550123"
MISSING = Denial(404, "10005")


@pytest.fixture
def own(telnyx: httpx.Client, vendor: Vendor) -> str:
    """The id of a number that the login leases."""
    return vendor.lease("telnyx", NUMBER, vendor.telnyx_key()).lease_id


def listed(telnyx: httpx.Client, **filters: str) -> list[str]:
    params = {f"filter[{name}]": value for name, value in filters.items()}
    return [one["phone_number"] for one in payload(telnyx.get("/phone_numbers", params=params))]


def test_release(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """A deleted number is gone, and is kept for its former holder, then for nobody, then it is free."""
    deleted = payload(telnyx.delete(f"/phone_numbers/{own}"))
    assert (deleted["id"], deleted["status"]) == (own, "deleted")
    assert denial(telnyx.delete(f"/phone_numbers/{own}")) == MISSING
    assert (vendor.leases(), len(vendor.charges())) == ([], 2)

    def found(login: str, **more: str) -> bool:
        params = {"filter[country_code]": "US", "filter[phone_number][starts_with]": "2015550123", **more}
        headers = {"Authorization": f"Bearer {vendor.telnyx_key(login)}"}
        return bool(payload(telnyx.get("/available_phone_numbers", params=params, headers=headers)))

    assert (found("main"), found("other")) == (True, False)
    assert not found("main", **{"filter[exclude_held_numbers]": "true"})
    vendor.clock(advance_s=15 * 86_400)
    assert (found("main"), found("other")) == (False, False)
    vendor.clock(advance_s=15 * 86_400)
    assert (found("main"), found("other")) == (True, True)


def test_release_without_effect(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """A DELETE may be answered as done and change nothing; the next one works."""
    vendor.switch("telnyx", idle_deletes=1)
    assert payload(telnyx.delete(f"/phone_numbers/{own}"))["status"] == "deleted"
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["status"] == "active"
    assert [call.wrote for call in vendor.calls("terminate")] == [False]
    payload(telnyx.delete(f"/phone_numbers/{own}"))
    assert vendor.leases() == []


def test_release_that_takes_time(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """Until the number is let go it reads as before; another DELETE changes nothing."""
    vendor.switch("telnyx", deletion_delay_s=60)
    for _ in range(2):
        assert payload(telnyx.delete(f"/phone_numbers/{own}"))["status"] == "deleted"
        assert payload(telnyx.get(f"/phone_numbers/{own}"))["status"] == "active"
    vendor.clock(advance_s=61)
    assert denial(telnyx.get(f"/phone_numbers/{own}")) == MISSING


@pytest.mark.parametrize(("code", "status"), [(10035, 423), (10027, 422)])
def test_locked_number(telnyx: httpx.Client, vendor: Vendor, own: str, code: int, status: int) -> None:
    """A number with a deletion lock stays."""
    vendor.switch("telnyx", locked_delete=code)
    vendor.edit("telnyx", NUMBER, deletion_lock_enabled=True)
    assert denial(telnyx.delete(f"/phone_numbers/{own}")) == Denial(status, str(code))
    assert NUMBER in vendor.leased()


def test_ended_numbers_may_stay_listed(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """With ended_numbers=listed a deleted number is listed as deleted for a while, and can be changed no more."""
    vendor.switch("telnyx", ended_numbers="listed")
    telnyx.delete(f"/phone_numbers/{own}")
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["status"] == "deleted"
    assert listed(telnyx) == listed(telnyx, status="deleted") == [NUMBER]
    assert denial(telnyx.patch(f"/phone_numbers/{own}", json={"tags": []})) == MISSING
    vendor.clock(advance_s=301)
    assert listed(telnyx) == []


@pytest.mark.parametrize(("again", "same"), [("new", False), ("same", True)])
def test_number_bought_back(telnyx: httpx.Client, vendor: Vendor, again: str, same: bool) -> None:
    """A number that its former holder buys back has a new id, or the one of before, and is paid again."""
    vendor.switch("telnyx", number_id_again=again)
    ids = []
    for _ in range(2):
        ordered(telnyx, NUMBER)
        ids.append(payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["id"])
        payload(telnyx.delete(f"/phone_numbers/{ids[-1]}"))
    assert (ids[0] == ids[1]) is same
    assert len(vendor.charges()) == 4


@pytest.mark.parametrize(
    ("status", "held"), [("port-out-pending", True), ("odd", True), ("ported-out", False), ("deleted", False)]
)
def test_status_set_outside(telnyx: httpx.Client, vendor: Vendor, own: str, status: str, held: bool) -> None:
    """Reads show the status that control has set; one that ends the lease frees the number."""
    vendor.switch("telnyx", ended_numbers="listed")
    vendor.set_status("telnyx", NUMBER, status)
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["status"] == status
    assert (NUMBER in vendor.leased()) is held
    vendor.switch("telnyx", status_form="underscores")
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["status"] == status.replace("-", "_")


def test_ended_outside(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """Control ends a lease without a request to the vendor."""
    vendor.terminate("telnyx", NUMBER)
    assert denial(telnyx.get(f"/phone_numbers/{own}")) == MISSING
    assert vendor.calls("terminate") == []
