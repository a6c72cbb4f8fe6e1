"""Where a service's API is, and the proxy on the way there; no address lets a key travel in clear."""

from __future__ import annotations

import ipaddress
import urllib.request

import httpx

from ...domain.errors import ConfigError


def check_url(service: str, base_url: str) -> httpx.URL:
    """Read a base URL; credentials, queries and fragments have no place in one.

    Raises:
        ConfigError: It is none, or would send the key in clear.
    """
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query or url.fragment:
        shown = repr(base_url) if not url.userinfo else "this one holds a password"
        raise ConfigError(
            f"the base URL of {service} must be like https://api.example.com/numbers: {shown}", service=service
        )
    if url.scheme == "http" and not _is_this_machine(url.host):
        raise ConfigError(
            f"the base URL of {service} must be https, or the key would travel in clear: {base_url!r}", service=service
        )
    return url


def resolve_link(base_url: str, link: str) -> httpx.URL | None:
    """Find what a link in an answer of a service means; None where it leads away from the service's host."""
    base = httpx.URL(base_url)
    try:
        url = base.join(link)
    except httpx.InvalidURL:
        return None
    here = (url.scheme, url.netloc, url.userinfo) == (base.scheme, base.netloc, base.userinfo)
    return url if here else None


def proxy_to(url: httpx.URL) -> str | None:
    """Find the proxy that the environment asks for, as the standard library reads it; none for this machine."""
    if _is_this_machine(url.host) or urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
