"""Several pictures at once: they join the library, then somebody writes what they show."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from articles.models import Image
from articles.pictures.picture_files import clean_picture, title_of_file
from config.web.editing.safe_saving import NO_ROOM
from config.web.files.media_storage import no_orphans
from config.web.files.upload_limit import LostUpload
from config.web.files.whole_files import DISK_ERRORS
from config.web.text.fields import LineInput

ON_A_PAGE = 24
_NO_FILE = gettext_lazy("Choose one or more files first.")


class WordsForm(forms.Form):
    """What one picture shows. A form that is left empty is no error: there is a next time."""

    alt_text = LineInput(label=gettext_lazy("Alternative text"), max_length=300, required=False)
    is_decoration = forms.BooleanField(label=gettext_lazy("Decoration only"), required=False)

    def __init__(self, data: Any = None, *, image: Image) -> None:
        super().__init__(data, prefix=f"picture-{image.pk}")
        self.image = image

    def save(self) -> bool:
        """Write the words, unless somebody else wrote some meanwhile. Returns whether it did."""
        words = {**self.cleaned_data}
        words["is_decoration"] = words["is_decoration"] and not words["alt_text"]
        if not any(words.values()):
            return False
        return bool(Image.objects.without_words().filter(pk=self.image.pk).update(**words))


class ManyPictures(admin.ModelAdmin):
    """Mixed into the class of the library."""

    change_list_template = "admin/articles/picture_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("several/", view(require_POST(self.several_view)), name="articles_image_several"),
            path("words/", view(self.words_view), name="articles_image_words"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        about = {"without_words": self._without_words(request).count()}
        return super().changelist_view(request, {**about, **(extra_context or {})})

    def several_view(self, request: HttpRequest) -> HttpResponse:
        """Take several files; each good one becomes a picture, each bad one is named.

        A script (picture_drop.js, prose_pictures.js) sends one file at a time, with its words if it
        has some, and asks for JSON: the picture, or 422 with an `error`.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        uploads = request.FILES.getlist("files")
        added, refused = [], []
        for upload in uploads:
            try:
                added.append(self._add(request, upload))
            except ValidationError as error:
                refused.append(f"“{upload.name}”: {' '.join(error.messages)}")
        if request.accepts("application/json") and not request.accepts("text/html"):
            if refused or not added:
                return JsonResponse({"error": " ".join(refused) or str(_NO_FILE)}, status=422)
            return JsonResponse(for_script(added[0]))
        for text in refused or ([] if uploads else [str(_NO_FILE)]):
            messages.error(request, text)
        if added:
            text = ngettext("%d picture was added.", "%d pictures were added.", len(added))
            messages.success(request, text % len(added))
        page = "words" if added else "changelist"
        return HttpResponseRedirect(reverse(f"admin:articles_image_{page}"))

    @no_orphans()
    def _add(self, request: Any, upload: UploadedFile) -> Image:
        """A picture of the library made of an upload. Raises ValidationError."""
        if isinstance(upload, LostUpload):
            raise ValidationError(NO_ROOM)
        upload.seek(0)
        image = Image(
            file=clean_picture(upload.file or upload, upload.size or 0),
            title=title_of_file(upload.name or ""),
            alt_text=request.POST.get("alt_text", "").strip()[:300],
            uploaded_by=request.user,
        )
        image.is_decoration = "is_decoration" in request.POST and not image.alt_text
        try:
            image.save()
        except OSError as error:
            if error.errno not in DISK_ERRORS:
                raise
            raise ValidationError(NO_ROOM) from error
        self.log_addition(request, image, [{"added": {}}])
        return image

    def words_view(self, request: HttpRequest) -> HttpResponse:
        """One page of the pictures of which nobody has said what they show, newest first."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            forms_sent = self._sent_forms(request)
            if all(form.is_valid() for form in forms_sent):
                return self._saved(request, forms_sent)
        else:
            page = Paginator(self._without_words(request), ON_A_PAGE).get_page(1)
            forms_sent = [WordsForm(image=image) for image in page]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What do these pictures show?"),
            "forms": forms_sent,
            "has_errors": any(form.errors for form in forms_sent),
            "left": max(0, self._without_words(request).count() - len(forms_sent)),
        }
        return TemplateResponse(request, "admin/articles/picture_words.html", context)

    def _sent_forms(self, request: HttpRequest) -> list[WordsForm]:
        sent = [key for key in request.POST.getlist("picture") if key.isdecimal() and len(key) < 19]
        images = Image.objects.filter(pk__in=sent[:ON_A_PAGE]).order_by("-uploaded_at", "-pk")
        return [
            WordsForm(request.POST, image=image)
            for image in images
            if self.has_change_permission(request, image)
        ]

    def _saved(self, request: HttpRequest, sent: list[WordsForm]) -> HttpResponse:
        done = 0
        for form in sent:
            if form.save():
                done += 1
                self.log_change(request, form.image, [{"changed": {"fields": ["alt_text"]}}])
        text = ngettext(
            "%d picture now has alternative text.", "%d pictures now have alternative text.", done
        )
        messages.success(request, text % done)
        page = "words" if done and self._without_words(request).exists() else "changelist"
        return HttpResponseRedirect(reverse(f"admin:articles_image_{page}"))

    def _without_words(self, request: HttpRequest) -> Any:
        """Those that this person may describe: editors all, authors what they uploaded."""
        images = Image.objects.without_words().order_by("-uploaded_at", "-pk")
        if request.user.has_perm("articles.edit_any_article"):
            return images
        return images.filter(uploaded_by=request.user.pk)


def for_script(image: Image) -> dict[str, Any]:
    """What picture_picker.js, prose_pictures.js and the editor need to know of a picture."""
    return {
        "id": image.pk,
        "url": image.file.url,
        "title": image.title,
        "alt_text": image.alt_text,
        "caption": " ".join(filter(None, [image.caption, image.credit])),
    }
