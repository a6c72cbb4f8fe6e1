"""Who sends a request to Twilio, and what that account or key may do: https://www.twilio.com/docs/iam/api."""

import base64
import hmac

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.logins import Claim, Login, Logins
from pulumi_leases.emulator.twilio.sids import ACCOUNT, API_KEY, is_sid


class Unauthorised(Refused):
    """A request whose sender is not accepted."""

    def __init__(self, text: str = "Authenticate") -> None:
        super().__init__(401, text, code=20003, outcome="unauthorised")


class Guard:
    """Knows the accounts, their subaccounts and their API keys."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins

    def claim(self, header: str, account: str | None) -> Claim:
        """Whose numbers a request is about: of the account in its path, or of the one whose credentials it carries."""
        scheme, user, _ = _credentials(header)
        return Claim(scheme, account or (self._owner(user) if user else ""))

    def admit(self, header: str, account: str, *, host: str, operation: str) -> Login:
        """The account's login, if the sender may do this there.

        `host` is api, pricing or messaging. A main account's token reaches the numbers of its subaccounts too, a key
        only those of its own account; none but tokens reach accounts.

        Raises:
            Refused: the sender is not accepted, or may not do this.
        """
        scheme, user, secret = _credentials(header)
        if scheme != "Basic" or not (is_sid(ACCOUNT, user) or is_sid(API_KEY, user)):
            raise Unauthorised
        login = self._logins["twilio", user]
        if login.revoked or not hmac.compare_digest(secret.encode(), login.api_key.encode()):
            raise Unauthorised
        owner, by_key = self._owner(user), user.startswith(API_KEY)
        if owner != account and (by_key or not self._is_subaccount(account, owner)):
            raise Unauthorised
        if host in login.denied or (by_key and operation == "account"):
            raise Unauthorised("Permission Denied")
        if login.test and operation != "lease":
            raise Refused(403, "Resource not accessible with Test Account Credentials", code=20008)
        if self._logins["twilio", account].revoked:
            raise Unauthorised
        return self._logins["twilio", account]

    def relative(self, account: Login, target: str) -> Login:
        """The account `target`, if a number of the account may move there: within the family.

        Raises:
            Refused: it is no relative.
        """
        other = self._logins["twilio", target]
        if (account.parent or account.name) != (other.parent or other.name):
            raise Refused(400, f"AccountSid {target} is not an account of yours", code=20001)
        return other

    def _owner(self, user: str) -> str:
        """The account that the user of the credentials is, or whose key it is."""
        if not user.startswith(API_KEY):
            return user
        return self._logins["twilio", user].parent or ACCOUNT + user[len(API_KEY) :]

    def _is_subaccount(self, account: str, owner: str) -> bool:
        return is_sid(ACCOUNT, account) and self._logins["twilio", account].parent == owner


def _credentials(header: str) -> tuple[str, str, str]:
    """The scheme, user and password of an Authorization header; empty where it cannot be read."""
    scheme, _, rest = header.partition(" ")
    try:
        user, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except ValueError:  # not Base64, not ASCII, not UTF-8
        return scheme, "", ""
    return scheme, user, password
