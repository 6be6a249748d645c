"""The address that a request comes from."""

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """Behind a trusted proxy (BEHIND_PROXY) the one that the proxy saw; "" if none."""
    return get_client_ip(request) or ""
