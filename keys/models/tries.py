"""What every try to hand HKEX a file has in common: saved before the call."""

from django.db import models

from portal.rows import Row


class UploadTry(Row):
    """Its outcome comes after; `intent_at` is the intent to OPEN: no return (law 4)."""

    number = models.PositiveSmallIntegerField()
    fence = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    intent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["number"]
