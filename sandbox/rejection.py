"""What a .rej file says: a code and a reason.

4007 is the one rejection code that HKEX prints; the 9000s are the sandbox's own.
"""

import re
from dataclasses import dataclass

LEGAL_NAME = re.compile(r"[A-Za-z0-9.\-_ @]+")  # Guide A §3.5.1


@dataclass(frozen=True)
class Rejection:
    """One of them."""

    code: str
    reason: str

    def line(self) -> bytes:
        """Code and reason in Windows text (Guide A §4.6.2, taken for files too)."""
        return f"{self.code} {self.reason[:255]}\r\n".encode()


def ours(code: int, reason: str) -> Rejection:
    """A code that is the sandbox's own, and says so."""
    return Rejection(str(code), f"[sandbox] {reason}")


ILLEGAL_NAME = Rejection("4007", "File name contains invalid characters")
