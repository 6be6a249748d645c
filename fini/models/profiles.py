"""Who asks FINI: profiles and their keys, connection tests, and every call made."""

from django.db import models

from keys.models import Environment
from portal.people.models import Identity, Participant, User
from portal.rows import Row


class Profile(Row):
    """The agent and the machine profile of one participant in one environment.

    `gateway_key` and `clock_offset_ms` are what crypto meta last gave (FINI-07).
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_profiles"
    )
    environment = models.CharField(max_length=10, choices=Environment)
    company_id = models.ForeignKey(Identity, models.PROTECT, related_name="+")
    agent_issuer = models.CharField(max_length=200)  # any text of ours
    machine_uuid = models.CharField(max_length=64, blank=True)  # given by HKEX
    # The entitlements (notes): reference data, subscriptions, funding.
    may_reference = models.BooleanField(default=True)
    may_subscribe = models.BooleanField(default=False)
    may_fund = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    gateway_key = models.TextField(blank=True)  # base64 DER
    clock_offset_ms = models.BigIntegerField(default=0)  # theirs is ahead by so much
    meta_at = models.DateTimeField(null=True)
    # Machine time.
    reached_at = models.DateTimeField(null=True)
    unreachable_since = models.DateTimeField(null=True)
    unreachable_sentence = models.TextField(blank=True)
    ipos_asked_at = models.DateTimeField(null=True)  # a person wants them now
    ipos_next_at = models.DateTimeField(null=True)
    ipos_refreshed_at = models.DateTimeField(null=True)
    ipos_sentence = models.TextField(blank=True)  # why the last refresh failed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "environment"], name="fini_profile_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company_id.code} in {self.environment}"


class Part(models.TextChoices):
    AGENT = "agent", "Agent profile"
    MACHINE = "machine", "Machine profile"


class ProfileJwk(Row):
    """One RSA pair of one part; the private half is sealed (law 8). Two of a part may
    overlap, so that the new one is registered before the old one's `exp`."""

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="jwks")
    part = models.CharField(max_length=7, choices=Part)
    kid = models.CharField(max_length=64)
    public = models.JSONField()  # the JWK as it is shown to HKEX
    sealed_private = models.BinaryField()
    expires_at = models.DateTimeField()  # the JWK's `exp`
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(null=True)  # a person pasted it
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proved_at = models.DateTimeField(null=True)  # its first token
    retired_at = models.DateTimeField(null=True)  # replaced, discarded, compromised

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kid"], name="fini_jwk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.kid[:12]}"


class ConnectionTest(Row):
    """A walk token → crypto meta → IPO list, and how each step went.

    `steps`: [{"name", "ok", "sentence", "ms"}, …] in the order walked.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="tests")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    steps = models.JSONField(default=list)
    clock_offset_ms = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-asked_at"]

    @property
    def succeeded(self) -> bool:
        return bool(self.steps) and all(step["ok"] for step in self.steps)


class GatewayCall(Row):
    """One request to the gateway: a slot of the budget, and the record of it.

    `at` is machine time, taken before the request is sent.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    path = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP; null: no answer
    milliseconds = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["profile", "at"])]
