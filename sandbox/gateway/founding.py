"""`init` for the gateway: its TLS certificate under a small CA, and its RSA key."""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.layout import read_config, write_atomically, write_config

PORT = 18843
TOKEN_PATH = "/openam/oauth2/eu/access_token"  # noqa: S105 (a path)
_LIFE = timedelta(days=3650)


def found_gateway(state: Path, *, port: int = PORT) -> dict[str, Any]:
    """Give the sandbox in `state` a gateway unless it has one; its part of the config.

    `ca` is a file's path within the state folder, `aud` what assertions must say.
    """
    config = read_config(state)
    if "gateway" not in config:
        make_certificates(state / "gateway")
        new_private_key(state / "gateway")
        url = f"https://127.0.0.1:{port}"
        config["gateway"] = addressed(url) | {
            "token_path": TOKEN_PATH,
            "ca": "gateway/ca.pem",
        }
        write_config(state, config)
    found: dict[str, Any] = config["gateway"]
    return found


def addressed(url: str) -> dict[str, str]:
    """What follows from where the gateway listens."""
    return {"url": url, "aud": url + TOKEN_PATH}


def new_private_key(folder: Path) -> str:
    """Another RSA key of 2048 bits in place of the gateway's; PKCS#1 as PEM."""
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    text = key.export_private_key("pkcs1-pem").decode()
    write_atomically(folder / "key.pem", text)
    return text


def make_certificates(folder: Path) -> None:
    """ca.pem to be trusted, server.pem to be shown; the CA's own key is thrown away."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _root(root_key)
    server = _server(key, root, root_key)
    _write(folder / "ca.pem", root.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    shown = server.public_bytes(serialization.Encoding.PEM)
    _write(folder / "server.pem", private + shown)


def _root(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Sandbox exchange CA")
    builder = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def _server(
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")),
        ]
    )
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(
        root_key.public_key()
    )
    builder = (
        _builder(_name("localhost"), root.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(names, critical=False)
        .add_extension(issuer_key, critical=False)
    )
    return builder.sign(root_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    began = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + _LIFE)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
