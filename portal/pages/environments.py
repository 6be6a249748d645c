"""The three environments of the band: production, end-to-end test, sandbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Environment:
    key: str  # `data-env`
    word: str
    note: str
    icon: str
    prefix: str  # of the page's title


ENVIRONMENTS = {
    "production": Environment(
        "production", "PRODUCTION", "What you send here reaches HKEX", "bolt", ""
    ),
    "test": Environment(
        "test",
        "END-TO-END TEST",
        "HKEX test facility, no regulatory effect",
        "flask",
        "[TEST] ",
    ),
    "sandbox": Environment(
        "sandbox", "SANDBOX", "Nothing here reaches HKEX", "box", "[SANDBOX] "
    ),
}


def current(deployment: str, environment: str) -> Environment:
    """A sandbox deployment is the sandbox, whatever its ENVIRONMENT says."""
    return ENVIRONMENTS["sandbox" if deployment == "sandbox" else environment]
