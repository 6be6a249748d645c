"""What the submission page says of a choice and its file: the parts it swaps."""

import datetime as dt
import math
from dataclasses import dataclass, replace

from portal import clock
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from transfers.forms import CheckForm, ChoiceForm
from transfers.models import FileUpload, Packing, UploadStatus
from transfers.selectors import uploads as selectors
from transfers.selectors.uploads import Sender
from transfers.services import checks
from transfers.spec import plain
from transfers.spec.candidate import Encryption, Target
from transfers.spec.catalogue import FileId, limit_megabytes
from transfers.spec.estimates import bandwidth_words, upload_seconds
from transfers.spec.names import visible
from transfers.spec.results import Verdict
from transfers.spec.windows import Window

PACKING = (
    "The portal is making the zip. It is checked whole once it is made, and can be "
    "sent then."
)
GONE = "The file is not here any more. Nothing was sent. Choose the file again."


@dataclass(frozen=True)
class Answer:
    """problem: why no rule could be asked. verdict: None without a file. upload: the
    file is here whole. packing: it came as a plain file. encryption: None for what is
    never encrypted."""

    acting: Acting
    now: dt.datetime
    problem: str = ""
    entry: FileId | None = None
    sender: Sender | None = None
    window: Window | None = None
    name: str = ""
    size: int | None = None
    upload: FileUpload | None = None
    packing: Packing | None = None
    encryption: Encryption | None = None
    verdict: Verdict | None = None
    approvers: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """With what cannot be seen written out."""
        return visible(self.name)

    @property
    def is_packing(self) -> bool:
        return self.upload is not None and self.upload.status == UploadStatus.PACKING

    @property
    def packed_percent(self) -> int:
        assert self.packing is not None  # noqa: S101  (asked beside it only)
        return 100 * self.packing.packed // max(1, self.packing.plain_size)

    @property
    def zip_name(self) -> str:
        """What the plain file will be called; empty when it is a zip."""
        if not plain.is_plain(self.name) or self.entry is None or self.sender is None:
            return ""
        if self.packing is not None:
            return self.packing.zip_name
        return plain.zip_name(self.entry, self.sender.identity.code, hk_day(self.now))

    @property
    def passes(self) -> bool:
        return self.verdict is not None and self.verdict.failing == 0

    @property
    def can_send(self) -> bool:
        return self.passes and self.upload is not None

    @property
    def may_upload(self) -> bool:
        """What can be asked beforehand passes: the body may come."""
        return self.passes and self.upload is None

    @property
    def needs_approval(self) -> bool:
        return self.acting.participant.approval_required

    @property
    def time_left(self) -> dt.timedelta | None:
        return self.window.time_left(self.now) if self.window else None

    @property
    def most_megabytes(self) -> int:
        if self.entry is None or self.sender is None:
            return 700
        return limit_megabytes(self.entry.file_id, self.sender.environment)

    @property
    def takes(self) -> dt.timedelta | None:
        """ECP-18; of a zip only: how large a plain file's will be nobody knows."""
        if self.size is None or self.sender is None or self.zip_name:
            return None
        bandwidth = self.sender.account.facility.bandwidth_bps
        seconds = math.ceil(upload_seconds(self.size, bandwidth))
        return dt.timedelta(seconds=max(1, seconds))

    @property
    def bandwidth(self) -> str:
        assert self.sender is not None  # noqa: S101  (asked beside `takes` only)
        return bandwidth_words(self.sender.account.facility.bandwidth_bps)


def without_file(acting: Acting, form: ChoiceForm) -> Answer:
    """Of the choice alone. A choice that is not whole or not allowed is a problem."""
    answer, _ = _of_choice(acting, form)
    return answer


def of_check(acting: Acting, form: CheckForm) -> Answer:
    """Of the choice and what is known of the file. Raises zips.NeedsTail."""
    answer, target = _of_choice(acting, form)
    if target is None or not form.has_file:
        return answer
    if pk := form.cleaned_data["upload"]:
        return of_upload(acting, form, selectors.mine(acting, pk))
    name, size = form.cleaned_data["name"], form.cleaned_data["size"] or 0
    tail = form.cleaned_data["tail"]
    verdict = checks.before_upload(target, name, size, tail.read() if tail else b"")
    return replace(answer, name=name, size=size, verdict=verdict)


def of_upload(acting: Acting, form: ChoiceForm, upload: FileUpload | None) -> Answer:
    """Of the choice and a file that is here whole: what alone decides."""
    answer, target = _of_choice(acting, form)
    if target is None:
        return answer
    if upload is None:
        return replace(answer, problem=GONE)
    if (packing := selectors.packing_of(upload)) is not None:
        answer = replace(answer, packing=packing)
        if upload.status != UploadStatus.COMPLETE:
            return _of_packing(answer, packing, upload)
    if upload.status != UploadStatus.COMPLETE:
        return replace(answer, problem=GONE)
    try:
        verdict = checks.whole(target, upload)
    except FileNotFoundError:
        return replace(answer, problem=GONE)
    return replace(
        answer,
        name=upload.file_name,
        size=upload.size,
        upload=upload,
        verdict=verdict,
    )


def before_upload(acting: Acting, form: ChoiceForm, name: str, size: int) -> Answer:
    """Of a plain file that a form brought, before anything of it is stored."""
    answer, target = _of_choice(acting, form)
    if target is None:
        return answer
    verdict = checks.before_upload(target, name, size, b"")
    return replace(answer, name=name, size=size, verdict=verdict)


def _of_packing(answer: Answer, packing: Packing, upload: FileUpload) -> Answer:
    """Its zip is not made yet, or could not be made, or was given up."""
    if upload.status == UploadStatus.PACKING:
        answer = replace(answer, upload=upload, problem=PACKING)
    else:
        answer = replace(answer, problem=packing.sentence or GONE)
    return replace(answer, name=packing.plain_name, size=packing.plain_size)


def _of_choice(acting: Acting, form: ChoiceForm) -> tuple[Answer, Target | None]:
    now = clock.now()
    if not form.is_valid():
        return Answer(acting, now, problem=first_error(form)), None
    target = checks.target(form.chosen, form.entry, form.menu_title, now)
    answer = Answer(
        acting,
        now,
        entry=form.entry,
        sender=form.chosen,
        window=target.window,
        encryption=target.encryption if form.entry.may_be_encrypted else None,
        approvers=selectors.approvers(acting, form.chosen.identity),
    )
    return answer, target


def first_error(form: ChoiceForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
