"""A login at a facility: its addresses, its policy, its marks, its logins."""

from django.db import models

from keys.models.facilities import Facility, Host
from portal.people.models import Identity, Participant, User
from portal.rows import Row


class SftpAccount(Row):
    """A login at a facility; `visit_due_at` (machine time) asks for a visit."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="accounts")
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="accounts"
    )
    login_id = models.CharField(max_length=80)
    source_address = models.GenericIPAddressField(
        protocol="IPv4", null=True, blank=True
    )
    identities = models.ManyToManyField(Identity, related_name="accounts")
    is_enabled = models.BooleanField(default=True)
    # RAP and RRS: may the secondary site be tried without HKEX's recorded notice?
    may_fail_over = models.BooleanField(default=False)
    # A person asked for a login that only shows whether it works.
    test_asked_at = models.DateTimeField(null=True)
    visit_due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "login_id"], name="account_once"
            )
        ]

    def __str__(self) -> str:
        return self.login_id


class CircuitKind(models.TextChoices):
    SDNET = "sdnet", "SDNet/2"
    HSN = "hsn", "HSN"
    SDNET_TEST = "sdnet_test", "SDNet/2 Testing Line"
    HSTN = "hstn", "HSTN"


class Subnet(Row):
    """A subnet of one of the participant's circuits to HKEX."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="subnets")
    circuit = models.CharField(max_length=10, choices=CircuitKind)
    network = models.CharField(max_length=18)  # "10.163.3.0/24"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "circuit", "network"], name="subnet_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.network} ({self.get_circuit_display()})"


class RemoteIp(Row):
    """An address registered with HKEX for an account; `removed_on` ends it."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="remote_ips")
    address = models.GenericIPAddressField(protocol="IPv4")
    registered_on = models.DateField()
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "address"],
                condition=models.Q(removed_on=None),
                name="remote_ip_once",
            )
        ]

    def __str__(self) -> str:
        return self.address


class RenewalPolicy(Row):
    """Whether and when an account's key is renewed by itself; no row: it is not."""

    account = models.OneToOneField(
        SftpAccount, models.PROTECT, related_name="renewal_policy"
    )
    is_enabled = models.BooleanField(default=False)
    days_before = models.PositiveSmallIntegerField(default=30)
    approval_required = models.BooleanField(default=False)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)


class ReadinessMark(Row):
    """What only a person can know of an account: its circuit, a business function.

    `item` is one of `keys.readiness`: "circuit", "EU_ECPSFTP", …
    """

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="marks")
    item = models.CharField(max_length=40)
    marked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "item"], name="mark_once")
        ]


class LoginPurpose(models.TextChoices):
    VISIT = "visit", "Visit"
    PROOF = "proof", "Proof of a new key"


class LoginOutcome(models.TextChoices):
    TRYING = "trying", "Trying"
    LET_IN = "let_in", "Logged in"
    REFUSED = "refused", "Refused"
    NOT_REACHED = "not_reached", "Not reached"


class Login(Row):
    """One login tried at HKEX, saved before it: what the exchange counts, we count."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="logins")
    key = models.ForeignKey("keys.SshKey", models.PROTECT, null=True, related_name="+")
    host = models.ForeignKey(Host, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=5, choices=LoginPurpose)
    source_address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    outcome = models.CharField(
        max_length=11, choices=LoginOutcome, default=LoginOutcome.TRYING
    )

    class Meta:
        indexes = [models.Index(fields=["account", "-at"])]


class Consent(Row):
    """The one-off declaration of client consent (Guide A §3.1), as recorded here."""

    participant = models.OneToOneField(
        Participant, models.PROTECT, related_name="consent"
    )
    declared_on = models.DateField()
    declared_by = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(User, models.PROTECT)
    recorded_at = models.DateTimeField()
