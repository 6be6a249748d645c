"""The SSH algorithms that HKEX's guides allow, as far as they are still safe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Names in order of preference; nothing else is ever offered, nor compression."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    host_keys: tuple[str, ...]
    signatures: tuple[str, ...]


# Guide C §2.1, less SHA-1 `ssh-rsa` and `hmac-sha2-512-96`, which no library has.
# Guides A and B name the same or nothing. AES-GCM first: it is the fastest.
HKEX = Algorithms(
    kex=(
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp521",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp256",
        "diffie-hellman-group-exchange-sha256",
    ),
    ciphers=(
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
    ),
    macs=("hmac-sha2-256",),
    host_keys=("rsa-sha2-512", "rsa-sha2-256"),
    signatures=("rsa-sha2-512", "rsa-sha2-256"),
)
