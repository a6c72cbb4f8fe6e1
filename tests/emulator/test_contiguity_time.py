"""What Contiguity shows of a lease while time passes."""

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import data, offered, refusal

NUMBER = "+12015550123"


def test_slow_termination(contiguity: httpx.Client, vendor: Vendor, other_login: dict[str, str]) -> None:
    """Until the vendor lets go the lease reads as before, with its end, and the number cannot be leased."""
    vendor.switch("contiguity", termination_delay_s=60)
    contiguity.post(f"/lease/{NUMBER}")
    receipt = data(contiguity.delete(f"/leased/{NUMBER}"))
    read = data(contiguity.get(f"/{NUMBER}"))
    assert read["lease_status"] == "active"
    assert read["billing"]["period"]["end"] == receipt["terminated_at"] + 60
    assert data(contiguity.get("/leased"))["leased"] == 1
    refusal(contiguity.delete(f"/leased/{NUMBER}"), 404)
    refusal(contiguity.post(f"/lease/{NUMBER}", headers=other_login), 409)

    vendor.switch("contiguity", delete_again="receipt", terminating_period_end="null")
    assert data(contiguity.delete(f"/leased/{NUMBER}")) == receipt
    assert data(contiguity.get(f"/{NUMBER}"))["billing"]["period"]["end"] is None

    vendor.clock(advance_s=61)
    assert "lease_id" not in data(contiguity.get(f"/{NUMBER}"))
    assert vendor.leases() == []
    assert [call.outcome for call in vendor.calls("terminate")] == ["terminated", "refused", "already terminated"]


@pytest.mark.parametrize(
    ("mode", "listed", "read", "back"),
    [
        ("gone", [], None, True),
        ("terminated_fields", [], "terminated", True),
        ("listed", ["terminated"], "terminated", True),
        ("404", [], 404, False),
    ],
)
def test_after_termination(
    contiguity: httpx.Client, vendor: Vendor, mode: str, listed: list[str], read: str | int | None, back: bool
) -> None:
    """What the former holder reads of a terminated lease, for residue_s seconds; then it is as if it never was."""
    vendor.switch("contiguity", after_termination=mode, residue_s=100)
    contiguity.post(f"/lease/{NUMBER}")
    contiguity.delete(f"/leased/{NUMBER}")
    answer = contiguity.get(f"/{NUMBER}")
    assert (404 if answer.status_code == 404 else data(answer).get("lease_status")) == read
    assert [one["lease_status"] for one in data(contiguity.get("/leased"))["numbers"]] == listed
    assert (NUMBER in offered(contiguity)) is back

    vendor.clock(advance_s=101)
    assert "lease_id" not in data(contiguity.get(f"/{NUMBER}"))
    assert data(contiguity.get("/leased"))["numbers"] == []
    assert NUMBER in offered(contiguity)


def test_residue_ends_with_the_next_lease(contiguity: httpx.Client, vendor: Vendor) -> None:
    """When the number is leased again nothing of the old lease is shown."""
    vendor.switch("contiguity", after_termination="listed")
    contiguity.post(f"/lease/{NUMBER}")
    contiguity.delete(f"/leased/{NUMBER}")
    vendor.lease("contiguity", NUMBER)
    assert data(contiguity.get("/leased"))["numbers"] == []
    assert "lease_id" not in data(contiguity.get(f"/{NUMBER}"))


def test_back_on_offer_later(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A released number may be listed as available only after a while."""
    vendor.switch("contiguity", back_on_offer_s=30)
    contiguity.post(f"/lease/{NUMBER}")
    contiguity.delete(f"/leased/{NUMBER}")
    assert NUMBER not in offered(contiguity)
    vendor.clock(advance_s=31)
    assert NUMBER in offered(contiguity)


def test_listings_lag(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A new lease reads as an available number until the lag is over, yet cannot be leased twice."""
    vendor.switch("contiguity", listing_lag_s=20)
    contiguity.post(f"/lease/{NUMBER}")
    assert data(contiguity.get("/leased"))["numbers"] == []
    assert NUMBER in offered(contiguity)
    assert data(contiguity.get(f"/{NUMBER}"))["status"] == "available"
    refusal(contiguity.post(f"/lease/{NUMBER}"), 409)

    vendor.switch("contiguity", read_lag_s=0)
    assert data(contiguity.get(f"/{NUMBER}"))["lease_status"] == "active"

    vendor.clock(advance_s=21)
    assert data(contiguity.get("/leased"))["leased"] == 1
    assert NUMBER not in offered(contiguity)


def test_pending_leases(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A new lease may be pending for a while."""
    vendor.switch("contiguity", create_status="pending", pending_s=10)
    assert data(contiguity.post(f"/lease/{NUMBER}"))["status"] == "pending"
    assert data(contiguity.get(f"/{NUMBER}"))["lease_status"] == "pending"
    vendor.clock(advance_s=11)
    assert data(contiguity.get(f"/{NUMBER}"))["lease_status"] == "active"
