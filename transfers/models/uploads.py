"""Files on their way from a browser, and zips that the portal makes of them."""

from django.db import models

from keys.models import SftpAccount
from portal.people.models import Identity, Participant, User
from portal.rows import Row


class UploadStatus(models.TextChoices):
    OPEN = "open", "Open"
    PACKING = "packing", "Making the zip"
    COMPLETE = "complete", "Complete"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"


class FileUpload(Row):
    """A file on its way from a browser, in chunks; the part lives in portal.files."""

    participant = models.ForeignKey(Participant, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT)
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    status = models.CharField(
        max_length=9, choices=UploadStatus, default=UploadStatus.OPEN
    )
    stored_key = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # upper case, the portal's
    created_at = models.DateTimeField()
    last_chunk_at = models.DateTimeField()


class Packing(Row):
    """A zip that the portal makes of a plain file: the upload becomes the zip."""

    upload = models.OneToOneField(FileUpload, models.PROTECT, related_name="packing")
    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+")
    file_id = models.CharField(max_length=8)
    plain_name = models.CharField(max_length=255)
    zip_name = models.CharField(max_length=255)
    plain_size = models.PositiveBigIntegerField()
    packed = models.PositiveBigIntegerField(default=0)  # plain bytes that are in it
    is_encrypted = models.BooleanField(default=False)
    holder = models.UUIDField(null=True)  # the worker's run that makes it
    lease_until = models.DateTimeField(null=True)  # machine time
    sentence = models.TextField(blank=True)  # why it failed
