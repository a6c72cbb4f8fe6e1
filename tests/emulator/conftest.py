"""An emulator of its own for each test, in process; tests that need a socket say `served`."""

from collections.abc import Iterator

import httpx
import pytest

from pulumi_leases.emulator import Emulator, Served, Vendor, serve


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def vendor(emulator: Emulator) -> Iterator[Vendor]:
    with Vendor("http://emulator", httpx.WSGITransport(app=emulator)) as vendor:
        yield vendor


@pytest.fixture
def contiguity(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Token {vendor.token()}"}
    transport = httpx.WSGITransport(app=emulator)
    with httpx.Client(base_url=vendor.contiguity, headers=headers, transport=transport) as client:
        yield client


@pytest.fixture
def other_login(vendor: Vendor) -> dict[str, str]:
    """The header of another login at Contiguity, by the other scheme."""
    return {"Authorization": f"Bearer {vendor.token('other')}"}


@pytest.fixture
def telesign(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    auth = (vendor.customer(), vendor.telesign_api_key)
    transport = httpx.WSGITransport(app=emulator)
    with httpx.Client(base_url=vendor.telesign, auth=auth, transport=transport) as client:
        yield client


@pytest.fixture
def telnyx(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {vendor.telnyx_key()}"}
    transport = httpx.WSGITransport(app=emulator)
    with httpx.Client(base_url=vendor.telnyx, headers=headers, transport=transport) as client:
        yield client


@pytest.fixture
def twilio(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    """The client of Twilio's main host, whose paths begin behind the account."""
    with twilio_client(emulator, vendor, f"{vendor.twilio}/2010-04-01/Accounts/{vendor.account_sid()}") as client:
        yield client


@pytest.fixture
def prices(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    """The client of Twilio's pricing host."""
    with twilio_client(emulator, vendor, f"{vendor.twilio_pricing}/v1/PhoneNumbers/Countries") as client:
        yield client


@pytest.fixture
def services(emulator: Emulator, vendor: Vendor) -> Iterator[httpx.Client]:
    """The client of Twilio's Messaging Services."""
    with twilio_client(emulator, vendor, f"{vendor.twilio_messaging}/v1/Services") as client:
        yield client


def twilio_client(emulator: Emulator, vendor: Vendor, base_url: str) -> httpx.Client:
    auth = (vendor.account_sid(), vendor.twilio_auth_token)
    return httpx.Client(base_url=base_url, auth=auth, transport=httpx.WSGITransport(app=emulator))


@pytest.fixture
def served(emulator: Emulator) -> Iterator[Served]:
    with serve(emulator) as served:
        yield served


@pytest.fixture(params=["in process", "on the wire"])
def client(request: pytest.FixtureRequest) -> httpx.Client:
    """The Contiguity client of the login, in process and through a socket."""
    name = "contiguity" if request.param == "in process" else "wire"
    client: httpx.Client = request.getfixturevalue(name)
    return client


@pytest.fixture
def wire(served: Served, vendor: Vendor) -> Iterator[httpx.Client]:
    """The Contiguity client of the same login, through a socket."""
    headers = {"Authorization": f"Token {vendor.token()}"}
    base_url = f"{served.url}/contiguity/numbers"
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=5) as client:
        yield client
