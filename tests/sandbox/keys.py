"""One key pair for all tests: making one takes a second."""

from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keys.models import SftpAccount, SshKey
from portal import clock, secrets


@cache
def pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_line() -> str:
    return (
        pair()
        .public_key()
        .public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        .decode()
    )


def give(account: SftpAccount) -> SshKey:
    """The pair as the account's registered key, sealed as keys.services does."""
    private = pair().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    key = SshKey(
        account=account,
        public_line=public_line(),
        fingerprint_md5="00",
        fingerprint_sha256="00",
        created_at=clock.now(),
        registered_on=clock.today(),
    )
    bound_to = secrets.context("keys_sshkey", key.pk, "sealed_private")
    key.sealed_private = secrets.seal(private, bound_to)
    key.save(force_insert=True)
    return key
