"""`init`: addresses, host keys, the control token and sandbox.json."""

import os
import secrets
import shutil
import socket
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from sandbox.layout import (
    SandboxError,
    config_path,
    read_config,
    write_atomically,
    write_config,
)
from sandbox.platforms import ECP, PLATFORMS, Platform
from sandbox.settings import write_defaults

ALL_HOSTS = [(p, host) for p in PLATFORMS.values() for host in p.hosts]


@dataclass(frozen=True)
class Plan:
    """Where hosts listen: each on 127.x.n.y, or all on 127.0.0.1 with ports in a row.

    `one_key` spares tests the making of many: RAP's and RRS's hosts have one together.
    """

    spread: bool
    block: int
    port: int
    key_bits: int
    one_key: bool = False

    def entries(self, state: Path, made: Container[str] = ()) -> list[dict[str, Any]]:
        """The hosts of all platforms that are not `made` yet, ECP's first."""
        return [
            self._entry(state, platform, host, place)
            for place, (platform, host) in enumerate(ALL_HOSTS)
            if host[0] not in made
        ]

    def _entry(
        self,
        state: Path,
        platform: Platform,
        host: tuple[str, str, int, int],
        place: int,
    ) -> dict[str, Any]:
        name, site, net, last = host
        key_of = "one" if self.one_key and platform is not ECP else name
        line = host_key(state, key_of, self.key_bits)
        if key_of != name:
            shutil.copy(state / "host_keys" / key_of, state / "host_keys" / name)
        return {
            "platform": platform.name,
            "site": site,
            "name": name,
            "address": f"127.{self.block}.{net}.{last}" if self.spread else "127.0.0.1",
            "port": self._port(platform, place),
            "host_key": line,
        }

    def _port(self, platform: Platform, place: int) -> int:
        """RRS keeps its own port unless another than ECP's own was asked for."""
        if not self.spread:
            return self.port + place if self.port else 0
        return platform.port if self.port == ECP.port else self.port


def found(
    state: Path,
    *,
    port: int = ECP.port,
    control_port: int = 18880,
    smtp_port: int = 18825,
    addresses: str = "auto",
    block: int = 0,
    key_bits: int = 3072,
    one_key: bool = False,
) -> dict[str, Any]:
    """Make the sandbox in `state`, or complete the one that is there."""
    if config_path(state).exists():
        return _completed(state, key_bits)
    if not 0 <= block <= 255:
        raise SandboxError("The block is a number from 0 to 255.")
    for folder in (state, state / "host_keys", state / "accounts"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    spread = addresses == "loopback" or (addresses == "auto" and _can_bind(block))
    config = {
        "hosts": Plan(spread, block, port, key_bits, one_key).entries(state),
        "control": {
            "url": f"http://127.0.0.1:{control_port}",
            "token": secrets.token_urlsafe(32),
        },
        "smtp": {"host": "127.0.0.1", "port": smtp_port},
    }
    write_defaults(state)
    write_config(state, config)
    return config


def _completed(state: Path, key_bits: int) -> dict[str, Any]:
    """An older sandbox gets the hosts of the platforms that came since."""
    config = read_config(state)
    first = config["hosts"][0]
    spread = first["address"] != "127.0.0.1"
    block = int(first["address"].split(".")[1]) if spread else 0
    plan = Plan(spread, block, first["port"], key_bits)
    missing = plan.entries(state, {host["name"] for host in config["hosts"]})
    if missing:
        config["hosts"] += missing
        write_config(state, config)
    return config


def read_host_key(state: Path, name: str) -> asyncssh.SSHKey:
    """A host's private key; made by us, so its numbers are not proved again."""
    return asyncssh.read_private_key(
        state / "host_keys" / name, unsafe_skip_rsa_key_validation=True
    )


def host_key(state: Path, name: str, bits: int) -> str:
    """The host's public key line; the key pair is made if there is none."""
    path = state / "host_keys" / name
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-rsa", key_size=bits)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(key.export_private_key())
    key = read_host_key(state, name)
    return key.export_public_key().decode().strip()


def new_host_key(state: Path, name: str) -> str:
    """Another key pair of the same size in place of the host's; its public line."""
    size = getattr(read_host_key(state, name).pyca_key, "key_size", 3072)
    key = asyncssh.generate_private_key("ssh-rsa", key_size=size)
    text = key.export_private_key().decode()
    write_atomically(state / "host_keys" / name, text)
    return key.export_public_key().decode().strip()


def _can_bind(block: int) -> bool:
    """Linux answers on all of 127/8, macOS on 127.0.0.1 alone."""
    with socket.socket() as probe:
        try:
            probe.bind((f"127.{block}.1.131", 0))
        except OSError:
            return False
    return True
