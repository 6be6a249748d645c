"""The tables of access to the exchange, one file a subject."""

from keys.models.accounts import (
    CircuitKind,
    Consent,
    Login,
    LoginOutcome,
    LoginPurpose,
    ReadinessMark,
    RemoteIp,
    RenewalPolicy,
    SftpAccount,
    Subnet,
)
from keys.models.expiries import CalendarFeed, ExpiryAcknowledgment, ExpiryNotice
from keys.models.facilities import (
    Environment,
    Facility,
    FacilityNotice,
    Host,
    HostKeyConfirmation,
    HostKeySource,
    Platform,
    PreFlight,
    Site,
)
from keys.models.passwords import EncryptionPassword, FileEncryption, PasswordStatus
from keys.models.renewals import (
    KeyRenewal,
    KeyResult,
    KeyUpload,
    KeyUploadOutcome,
    RenewalReason,
)
from keys.models.ssh_keys import ExpiryWarning, KeyRegistration, Origin, SshKey, Taken
from keys.models.tries import UploadTry

__all__ = [
    "CalendarFeed",
    "CircuitKind",
    "Consent",
    "EncryptionPassword",
    "Environment",
    "ExpiryAcknowledgment",
    "ExpiryNotice",
    "ExpiryWarning",
    "Facility",
    "FacilityNotice",
    "FileEncryption",
    "Host",
    "HostKeyConfirmation",
    "HostKeySource",
    "KeyRegistration",
    "KeyRenewal",
    "KeyResult",
    "KeyUpload",
    "KeyUploadOutcome",
    "Login",
    "LoginOutcome",
    "LoginPurpose",
    "Origin",
    "PasswordStatus",
    "Platform",
    "PreFlight",
    "ReadinessMark",
    "RemoteIp",
    "RenewalPolicy",
    "RenewalReason",
    "SftpAccount",
    "Site",
    "SshKey",
    "Subnet",
    "Taken",
    "UploadTry",
]
