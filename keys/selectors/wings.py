"""Identities that HKEX knows through SFC WINGS only: they have no SFTP."""

from keys.models import SftpAccount
from portal.people.models import Identity, Participant

# Guide A §1.2 footnote 1 and §5.2.2.
WINGS = (
    "This identity signs in to ECP through SFC WINGS only, so it has no SFTP and no "
    "keys. Nothing was changed. Submit its files on ECP’s web, and record them here."
)


def has_sftp(account: SftpAccount) -> bool:
    """Whether one of its identities, if it has any, is known otherwise too."""
    only = [identity.wings_only for identity in account.identities.all()]
    return not only or not all(only)


def wings_identities(participant: Participant) -> list[Identity]:
    return list(
        Identity.objects.filter(participant=participant, wings_only=True).order_by(
            "kind", "code"
        )
    )
