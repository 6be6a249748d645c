"""The names that HKEX gives to SFTP accounts, and the key file named after one."""

import re

from keys.publickeys import name_fault

CUSTOMER_CODE = re.compile(r"C[A-Z0-9]{3}")  # DCASS: "CXXX", "CXYZ" (Guide C §3.1)
_ANY = re.compile(r"[!-~]{1,80}")  # ECP: whatever Client Connect gave
_UNFIT = re.compile(r"[^A-Za-z0-9._@-]")
_COUNT = {"RAP": 4, "RRS": 2}
_PREFIX = {"RAP": "D", "RRS": ""}


def login_ids(platform: str, customer_code: str) -> tuple[str, ...]:
    """All that the platform can assign: `DCXYZ001` … (RAP), `CXYZ001` … (RRS).

    Raises ValueError for a code that is none, or for ECP, which assigns other names.
    """
    if not CUSTOMER_CODE.fullmatch(customer_code) or platform not in _COUNT:
        raise ValueError(f"{customer_code!r} gives no login IDs at {platform}")
    prefix = _PREFIX[str(platform)] + customer_code
    return tuple(f"{prefix}{n:03}" for n in range(1, _COUNT[str(platform)] + 1))


def login_id_fault(platform: str, login_id: str) -> str | None:
    """One sentence on what is wrong with it; None if nothing is. Case counts."""
    if platform not in _COUNT:
        fits = _ANY.fullmatch(login_id) is not None
        return None if fits else "A login ID is 1 to 80 characters without a blank."
    code = login_id.removeprefix(_PREFIX[str(platform)])[:4]
    if CUSTOMER_CODE.fullmatch(code) and login_id in login_ids(platform, code):
        return None
    first, *_, last = login_ids(platform, "CXYZ")
    return (
        f"A login ID at {platform} is the DCASS customer code and a number, in capital "
        f"letters, such as {first} to {last}: type it as HKEX wrote it."
    )


def key_file_name(login_id: str) -> str:
    """`<login ID>.pub` (Guides B and C §3.2.1); for ECP ours, within its rule."""
    name = f"{_UNFIT.sub('_', login_id)}.pub"
    fault = name_fault(name)
    if fault:
        raise ValueError(fault)
    return name
