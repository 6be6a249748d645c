"""Where this machine would connect from, held against the registered addresses."""

import socket

from keys.addresses import is_loopback
from keys.models import Host, SftpAccount
from keys.selectors.addresses import registered_for
from keys.services import logins


def refuse_unregistered(account: SftpAccount, host: Host) -> str:
    """The sentence of why not to log in from here; "" when nothing is against it.
    HKEX lets nobody in from an address that it does not know, so none that is
    recorded is none to come from; but an exchange on this machine has no line."""
    registered = registered_for(account)
    if not registered and is_loopback(host.address):
        return ""
    source = account.source_address or local_address_to(host)
    if source is None or source in registered:
        logins.right_source(account)
        return ""
    logins.wrong_source(account, source, sorted(registered))
    return f"{host} is reached from {source}, which is not a registered address."


def local_address_to(host: Host) -> str | None:
    """Our end of the route; nothing is sent to find it out. None without a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host.address, host.port))
        except OSError:
            return None
        return str(probe.getsockname()[0])
