"""The gateway of each environment: where it is, and what it takes (FINI-29, 32)."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from fini import names
from fini.assertions import ClientAssertionType


class NoGateway(Exception):
    """The deployment names no gateway for this environment."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """`audience` is what assertions are made out to; `ca_file` is None where the
    machine's own authorities vouch for it. TLS is verified always."""

    environment: str
    base_url: str
    audience: str
    ca_file: Path | None
    token_path: str = names.TOKEN_PATH
    client_assertion_type: ClientAssertionType = ClientAssertionType.RFC_7523
    meta_method: str = "GET"
    encrypted_paths: tuple[str, ...] = names.ENCRYPTED_PATHS
    # Requests in any 60 seconds; 0 is without a limit (the sandbox can lift its own).
    per_company: int = 480
    per_machine: int = 60


def gateway(environment: str) -> Gateway:
    """Raises NoGateway."""
    told = settings.FINI_GATEWAYS.get(environment)
    if not told or not told["url"]:
        raise NoGateway(
            f"No FINI gateway is set for {environment}. Nothing can be sent to it. "
            f"Whoever runs the portal sets FINI_{environment.upper()}_URL."
        )
    base = told["url"].rstrip("/")
    return Gateway(
        environment=environment,
        base_url=base,
        audience=told["audience"] or base + settings.FINI_TOKEN_PATH,
        ca_file=Path(told["ca_file"]) if told["ca_file"] else None,
        token_path=settings.FINI_TOKEN_PATH,
        client_assertion_type=ClientAssertionType(settings.FINI_CLIENT_ASSERTION_TYPE),
        meta_method=settings.FINI_META_METHOD,
        encrypted_paths=tuple(settings.FINI_ENCRYPTED_PATHS),
        per_company=settings.FINI_PER_COMPANY,
        per_machine=settings.FINI_PER_MACHINE,
    )


def environments() -> list[str]:
    """Those that this deployment names a gateway for."""
    return [name for name, told in settings.FINI_GATEWAYS.items() if told["url"]]
