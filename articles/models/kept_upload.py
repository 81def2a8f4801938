import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import models
from django.utils import timezone

from config.web.text.fields import CharField


def new_key() -> str:
    return secrets.token_urlsafe(16)


class KeptUploadQuerySet(models.QuerySet["KeptUpload"]):
    def usable_by(self, user: Any) -> "KeptUploadQuerySet":
        """What this person chose and may still use."""
        return self.filter(user=user, kept_at__gt=timezone.now() - KeptUpload.FOR)

    def forget_old(self) -> None:
        self.filter(kept_at__lte=timezone.now() - KeptUpload.FOR).delete()


class KeptUpload(models.Model):
    """A picture that somebody chose in a form that came back with an error.

    It is kept as it was sent, with its metadata, so it is in the database and never in the public
    folder, and only its owner's forms can use it. What uses it checks it like any other upload.
    """

    FOR = timedelta(days=1)
    MOST = 5  # of one person

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = CharField(max_length=22, unique=True, default=new_key, editable=False)
    name = CharField(max_length=255)
    content = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    objects = KeptUploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "kept_at"], name="kept_upload_of_user")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, upload: UploadedFile, *, by: Any) -> "KeptUpload":
        """Keep an upload for a day, and of one person the newest few."""
        upload.seek(0)
        kept = cls.objects.create(user=by, name=(upload.name or "")[-255:], content=upload.read())
        newest = cls.objects.filter(user=by).order_by("-kept_at", "-pk").values("pk")[: cls.MOST]
        cls.objects.filter(user=by).exclude(
            pk__in=list(newest.values_list("pk", flat=True))
        ).delete()
        return kept

    def as_upload(self) -> UploadedFile:
        return SimpleUploadedFile(self.name, bytes(self.content))
