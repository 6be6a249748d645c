"""What is known of a file that someone wants to submit; the rules look at this only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from transfers.spec.catalogue import FileId
from transfers.spec.windows import Window
from transfers.zips import Member, Opening


@dataclass(frozen=True)
class Consent:
    """The declaration of client consent, as the portal recorded it."""

    declared_on: dt.date
    declared_by: str


@dataclass(frozen=True)
class Encryption:
    """Guide A §3.6: whether it is enabled at ECP, and a password registered there."""

    is_enabled: bool = False
    is_registered: bool = False


@dataclass(frozen=True)
class Earlier:
    """A submission that was sent before: the reference, what became of it."""

    reference: str
    status: str


@dataclass(frozen=True)
class Target:
    """Where the file would go, for whom, and when: everything but the file."""

    entry: FileId
    menu: str  # the title of the menu that was chosen
    identity_kind: str
    identity_code: str
    environment: str  # production, test, sandbox
    environment_words: str  # "production", "the end-to-end test", "the sandbox"
    megabyte: int
    window: Window
    now: dt.datetime
    is_wings: bool = False  # an EP that authenticates through SFC WINGS
    consent: Consent | None = None
    encryption: Encryption = field(default_factory=Encryption)


@dataclass(frozen=True)
class Candidate:
    """The file. members: None when the zip cannot be read, and fault says why.
    plain_name: of the plain file that the zip is still to be made of; then size is the
    plain one's. same_content, same_name: known of the whole file only, as is opening:
    what the registered password does to its encrypted members."""

    name: str
    size: int
    members: Sequence[Member] | None = None
    fault: str = ""
    sha256: str = ""
    same_content: Earlier | None = None
    same_name: Earlier | None = None
    plain_name: str = ""
    opening: Opening | None = None
