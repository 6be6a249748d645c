"""Runs Python in a real deployment's environment, its secrets made up on the spot.

`python -m tools.real_environment manage.py check --deploy`; nothing is connected to.
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile


def variables(var_dir: str) -> dict[str, str]:
    """What docs and README ask of a real deployment, complete."""
    return {
        "ENV_FILE": os.devnull,
        "DEPLOYMENT": "real",
        "ENVIRONMENT": "production",
        "BASE_URL": "https://portal.example.com",
        "BEHIND_PROXY": "1",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "MASTER_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        "VAR_DIR": var_dir,
        "DATABASE_URL": "postgres://portal:password@database.example.com/portal",
        "REDIS_URL": "rediss://:password@redis.example.com:6379/0",
        "EMAIL_URL": "smtp+tls://portal:password@mail.example.com:587",
    }


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as var_dir:
        environment = os.environ | variables(var_dir)
        run = [sys.executable, *arguments]
        return subprocess.run(run, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
