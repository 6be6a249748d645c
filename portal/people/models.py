"""User, Participant, Identity and Membership."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from portal.people import codes
from portal.rows import Row


class User(AbstractUser):
    """A person who signs in. first_name and last_name are replaced by full_name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField()
    full_name = models.CharField(max_length=120, blank=True)
    is_site_admin = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    # Where the last sign-in came from; when is last_login.
    last_address = models.GenericIPAddressField(null=True, editable=False)

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.username


class Participant(Row):
    """An exchange participant; its kinds may be combined."""

    code = models.SlugField(max_length=20, unique=True)  # "CP00010", in URLs
    name = models.CharField(max_length=200)
    is_ep = models.BooleanField("Exchange Participant", default=False)
    is_non_ep_rri = models.BooleanField("non-EP RRI", default=False)
    is_cp = models.BooleanField("Clearing Participant", default=False)
    uses_wings = models.BooleanField(default=False)
    approval_required = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Raises ValidationError: the code's shape, and at least one kind."""
        faults = {}
        if fault := codes.fault_of_participant(self.code):
            faults["code"] = fault
        if not (self.is_ep or self.is_non_ep_rri or self.is_cp):
            faults["is_ep"] = "A participant is an EP, a non-EP RRI, a CP, or several."
        if faults:
            raise ValidationError(faults)


class IdentityKind(models.TextChoices):
    CE_NUMBER = "ce_number", "CE number"
    FIRM_ID = "firm_id", "Firm ID"
    DCASS_CUSTOMER_CODE = "dcass_customer_code", "DCASS customer code"
    COMPANY_ID = "company_id", "Company ID"


class Identity(Row):
    """A code by which the exchange knows the participant."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="identities"
    )
    kind = models.CharField(max_length=20, choices=IdentityKind)
    code = models.CharField(max_length=20)
    wings_only = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "code"], name="identity_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_kind_display()})"

    def clean(self) -> None:
        """Raises ValidationError when the code has not the shape of its kind."""
        if self.kind not in IdentityKind.values:
            return  # the field's own choices say so
        if fault := codes.fault_of_identity(self.kind, self.code):
            raise ValidationError({"code": fault})


class Role(models.TextChoices):
    OPERATOR = "operator", "Operations"
    APPROVER = "approver", "Approver"
    ADMIN = "admin", "Administrator"
    COMPLIANCE = "compliance", "Compliance, read only"


class Membership(Row):
    """A person's roles and identities at one participant."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="memberships"
    )
    is_operator = models.BooleanField(default=False)
    is_approver = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    is_compliance = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    identities = models.ManyToManyField(Identity, blank=True)
    # The page the person begins with: its URL's name, "" for Today.
    home = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "participant"], name="membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.participant}"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role in Role if getattr(self, f"is_{role.value}"))

    @roles.setter
    def roles(self, roles: frozenset[Role]) -> None:
        for role in Role:
            setattr(self, f"is_{role.value}", role in roles)
