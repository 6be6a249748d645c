"""One address of Redis, in redis-py's spelling and in Celery's."""

from pathlib import Path

import pytest
import redis
from kombu import Connection

from portal.bundled import broker_url, bundled_url, redis_socket


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://:pw@redis.example:6379/1", "redis://:pw@redis.example:6379/1"),
        ("unix:///run/r.sock", "redis+socket:///run/r.sock?virtual_host=0"),
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3"),
        (
            "unix:///run/r.sock?password=p%2Fw",
            "redis+socket://:p%2Fw@/run/r.sock?virtual_host=0",
        ),
        ("unix://:pw@/run/r.sock", "redis+socket://:pw@/run/r.sock?virtual_host=0"),
        ("rediss://:pw@host:6379/0", "rediss://:pw@host:6379/0?ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
    ],
)
def test_an_address_is_spelled_for_celery(url: str, broker: str) -> None:
    assert broker_url(url) == broker


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="REDIS_URL begins with"):
        broker_url("amqp://localhost")


def test_tls_keeps_the_certificate_authority() -> None:
    url = broker_url("rediss://host/0?ssl_ca_certs=/etc/ca.pem")
    assert url == "rediss://host/0?ssl_ca_certs=%2Fetc%2Fca.pem&ssl_cert_reqs=required"


def test_a_short_folder_holds_the_socket(tmp_path: Path) -> None:
    folder = Path("/tmp/p")
    assert bundled_url(folder) == "unix:///tmp/p/redis.sock"


def test_a_socket_path_too_long_for_the_kernel_moves_to_a_private_folder(
    tmp_path: Path,
) -> None:
    long = tmp_path / ("x" * 100)
    socket = redis_socket(long)
    assert len(str(socket)) <= 100
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert socket == redis_socket(long)
    socket.parent.rmdir()


def test_both_spellings_reach_the_same_server() -> None:
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    before = client.info("clients")["connected_clients"]
    with Connection(settings.CELERY_BROKER_URL) as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
        assert client.info("clients")["connected_clients"] > before
