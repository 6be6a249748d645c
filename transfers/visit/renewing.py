"""The renewal's part of a visit: upload the new key, find its answer, read warnings."""

import datetime as dt
import io
import logging
import uuid

from keys import key_files
from keys.models import Host, KeyRenewal, SftpAccount
from keys.renewal_states import MoveNotAllowed, RenewalStatus
from keys.selectors import renewals
from keys.selectors.keys import key_file
from keys.services import answers, exchange_warnings, uploads
from keys.warnings import is_warning
from portal import clock
from portal.exchange.errors import (
    BrokeBeforeOpen,
    OpenRefused,
    Refused,
    TooLarge,
    Unclear,
)
from portal.exchange.hktime import hk_day
from portal.exchange.session import Entry, Session
from transfers.visit.lease import Held

logger = logging.getLogger(__name__)


def renew(lease: Held, session: Session, host: Host, account: SftpAccount) -> bool:
    """The next step that is due; False when there is none. Raises SessionLost, and
    BrokeBeforeOpen or Unclear after they have been written down."""
    step, real = renewals.due(account.pk, clock.now()), clock.real_now()
    if step is None:
        return False
    if step.look_at and step.look_at <= real:
        read_key_folder(lease, session, account)
        answers.looked(lease, step.renewal, clock.now())
        return True
    if step.upload_at and step.upload_at <= real:
        return _upload(lease, session, host, step.renewal)
    return False


def next_answer_at(account_pk: uuid.UUID) -> dt.datetime | None:
    """When the answer to a key that was just sent is looked for (machine time)."""
    renewal = renewals.open_renewal(account_pk)
    if renewal is None or renewal.status != RenewalStatus.AWAITING_RESULT:
        return None
    return renewal.look_next_at


def read_key_folder(lease: Held, session: Session, account: SftpAccount) -> None:
    """What is new in it: answers to key uploads, and HKEX's warnings."""
    platform = account.facility.platform
    folder = key_files.folder(platform)
    try:
        entries = [e for e in session.listdir(folder) if not e.is_folder]
    except (Refused, TooLarge) as error:
        logger.warning("%s could not be listed: %s", folder, error.sentence)
        return
    for entry in _fresh_answers(account, entries):
        content = _content(session, folder, entry)
        name = key_files.answer_name(platform, entry.name)
        if content is not None and name is not None:
            found = answers.Found(entry.name, name, content, entry.modified_at)
            answers.keep(lease, account, found, clock.now())
    _read_warnings(lease, session, account, entries)


def _upload(lease: Held, session: Session, host: Host, renewal: KeyRenewal) -> bool:
    try:
        upload = uploads.claim(lease, renewal, host, clock.now())
    except MoveNotAllowed:
        return True  # withdrawn since it was read
    name, content = key_file(renewal.key)
    path = f"{key_files.folder(renewal.account.facility.platform)}/{name}"
    try:
        session.upload(
            io.BytesIO(content),
            path,
            len(content),
            before_open=lambda: uploads.intend(lease, upload, clock.now()),
        )
    except OpenRefused as error:
        uploads.refused(lease, upload, error, clock.now())
    except BrokeBeforeOpen as error:
        uploads.not_opened(lease, upload, error, clock.now())
        raise
    except Unclear as error:
        uploads.unclear(lease, upload, error, clock.now())
        raise
    else:
        uploads.delivered(lease, upload, clock.now())
    return True


def _fresh_answers(account: SftpAccount, entries: list[Entry]) -> list[Entry]:
    platform, today = account.facility.platform, hk_day(clock.now())
    return [
        entry
        for entry in entries
        if key_files.answer_name(platform, entry.name)
        and not answers.is_known(
            account,
            entry.name,
            hk_day(entry.modified_at) if entry.modified_at else today,
        )
    ]


def _read_warnings(
    lease: Held, session: Session, account: SftpAccount, entries: list[Entry]
) -> None:
    folder = key_files.folder(account.facility.platform)
    warned = [entry for entry in entries if is_warning(entry.name)]
    known = exchange_warnings.known(account, [entry.name for entry in warned])
    for entry in warned:
        if entry.name in known:
            continue
        content = _content(session, folder, entry)
        if content is not None:
            exchange_warnings.read(
                lease, account, entry.name, content, entry.modified_at, clock.now()
            )


def _content(session: Session, folder: str, entry: Entry) -> bytes | None:
    try:
        return session.read(f"{folder}/{entry.name}", key_files.KEEP_AT_MOST)
    except TooLarge as error:
        return error.head
    except Refused as error:
        logger.warning("%s could not be read: %s", entry.name, error.sentence)
        return None
