"""Uploads of a person, and the accounts and identities that they may send for."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from keys.models import Environment, Host, Platform, SftpAccount
from portal.people.guards import Acting
from portal.people.models import Identity, IdentityKind, Membership
from transfers.models import FileUpload, Packing, Submission, UploadStatus
from transfers.states import SubmissionStatus

S = SubmissionStatus
MAY_BE_REPLACED = (S.REJECTED, S.FAILED, S.ABANDONED)
KINDS = (IdentityKind.CE_NUMBER, IdentityKind.FIRM_ID)
ENVIRONMENT_WORDS = {
    Environment.PRODUCTION: "production",
    Environment.TEST: "the end-to-end test",
    Environment.SANDBOX: "the sandbox",
}


@dataclass(frozen=True)
class Sender:
    """An identity, and the account that would carry its file to a facility."""

    account: SftpAccount
    identity: Identity
    is_only_environment: bool

    @property
    def key(self) -> str:
        """What a form posts."""
        return f"{self.account.pk}.{self.identity.pk}"

    @property
    def environment(self) -> Environment:
        return Environment(self.account.facility.environment)

    @property
    def environment_words(self) -> str:
        return ENVIRONMENT_WORDS[self.environment]

    @property
    def words(self) -> str:
        """`AAA000 (CE number)`; the environment too, where there is a choice."""
        if self.is_only_environment:
            return str(self.identity)
        return f"{self.identity}, {self.environment.label}"

    @property
    def host(self) -> Host | None:
        """Where a visit would knock first."""
        facility = self.account.facility
        hosts = [h for h in facility.hosts.all() if h.site == facility.active_site]
        return hosts[0] if hosts else None


def senders(acting: Acting) -> list[Sender]:
    """ECP-03: the identities of the membership that an enabled ECP account carries."""
    mine = set(acting.membership.identities.values_list("pk", flat=True))
    accounts = (
        SftpAccount.objects.filter(
            participant=acting.participant,
            is_enabled=True,
            facility__platform=Platform.ECP,
        )
        .select_related("facility", "participant")
        .prefetch_related("identities", "facility__hosts")
        .order_by("facility__environment", "login_id")
    )
    found = [
        (account, identity)
        for account in accounts
        for identity in account.identities.all()
        if identity.pk in mine and identity.kind in KINDS
    ]
    only = len({account.facility.environment for account, _ in found}) <= 1
    return [Sender(account, identity, only) for account, identity in found]


def mine(acting: Acting, pk: uuid.UUID) -> FileUpload | None:
    """The person's own upload at this participant; None for anybody else's."""
    return (
        FileUpload.objects.select_related("participant", "user", "packing")
        .filter(pk=pk, participant=acting.participant, user=acting.user)
        .first()
    )


def packing_of(upload: FileUpload) -> Packing | None:
    """Of what came as a plain file; None of a zip."""
    found: Packing | None = getattr(upload, "packing", None)
    return found


def packed(acting: Acting) -> list[Packing]:
    """The person's zips that are being made, or were and wait to be submitted; the
    newest first."""
    sent = Submission.objects.filter(
        participant=OuterRef("upload__participant"), sha256=OuterRef("upload__sha256")
    )
    waits = Q(upload__status=UploadStatus.COMPLETE) & ~Exists(sent)
    return list(
        Packing.objects.filter(
            waits | Q(upload__status=UploadStatus.PACKING),
            upload__participant=acting.participant,
            upload__user=acting.user,
        )
        .select_related("upload")
        .order_by("-upload__created_at")[:5]
    )


def unfinished(acting: Acting) -> list[FileUpload]:
    """Newest first."""
    return list(
        FileUpload.objects.filter(
            participant=acting.participant, user=acting.user, status=UploadStatus.OPEN
        ).order_by("-last_chunk_at")
    )


def approvers(acting: Acting, identity: Identity) -> tuple[str, ...]:
    """Who may approve for this identity: every active approver but oneself."""
    return tuple(
        Membership.objects.filter(
            participant=acting.participant,
            is_approver=True,
            is_active=True,
            user__is_active=True,
            identities=identity,
        )
        .exclude(user=acting.user)
        .order_by("user__username")
        .values_list("user__username", flat=True)
    )


def replaceable(acting: Acting, pk: uuid.UUID) -> Submission | None:
    """What a corrected file may replace; None for anything else."""
    return Submission.objects.filter(
        participant=acting.participant, pk=pk, status__in=MAY_BE_REPLACED
    ).first()
