import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.many_pictures import ManyPictures, for_script
from articles.admin.picture_files import PictureFileField
from articles.admin.widgets import thumbnail
from articles.models import Article, Author, Image, Page
from articles.pictures.picture_files import title_of_file
from config.web.editing.admin_search import WordSearch

PICTURES_ON_A_PAGE = 24
_FOCUS = ("focus_x", "focus_y")


class ImageForm(forms.ModelForm):
    file = PictureFileField(
        label=_("File"),
        help_text=_(
            "JPEG, PNG, WebP, AVIF, HEIC or GIF, up to 20 MB and 40 megapixels. Location and"
            " camera details are removed."
        ),
    )
    user: Any = None  # who fills the form in

    class Meta:
        model = Image
        fields = [
            *("file", "focus_x", "focus_y", "title", "alt_text", "is_decoration"),
            *("caption", "credit"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields and not self.instance.pk:
            self.fields["title"].required = False
            self.fields["title"].help_text = _(
                "Leave empty to use the name of the file. Readers do not see it."
            )
        if "file" in self.fields:
            self.file_field.user = self.user
        for name in {*_FOCUS} & {*self.fields}:
            self.fields[name].required = False

    @property
    def file_field(self) -> PictureFileField:
        field: Any = self.fields["file"]
        return field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.file_field.original_name and cleaned.get("title") == "":
            cleaned["title"] = title_of_file(self.file_field.original_name)
        for name in _FOCUS:
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = getattr(self.instance, name)
        if not cleaned.get("alt_text") and not cleaned.get("is_decoration"):
            self.add_error(
                "alt_text",
                _("Describe what the picture shows, or tick “Decoration only”."),
            )
        elif cleaned.get("alt_text"):
            cleaned["is_decoration"] = False
        return cleaned


class WordsFilter(admin.SimpleListFilter):
    title = _("alternative text")
    parameter_name = "words"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("missing", _("missing")), ("decoration", _("decoration only"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "missing":
            return queryset.without_words()
        return queryset.filter(is_decoration=True) if self.value() else queryset


@admin.register(Image)
class ImageAdmin(ManyPictures, WordSearch, admin.ModelAdmin):
    form = ImageForm
    list_display = ["picture", "title", "alt_text", "credit", "size", "uploaded_by", "uploaded_at"]
    list_display_links = ["title"]
    list_filter = [WordsFilter, "uploaded_at"]
    list_select_related = ["uploaded_by"]
    list_per_page = 50
    search_fields = ["title", "alt_text", "caption", "credit"]
    date_hierarchy = "uploaded_at"
    show_full_result_count = False
    fields = [
        "large_picture",
        _FOCUS,
        "file",
        "title",
        "alt_text",
        "is_decoration",
        "caption",
        "credit",
        "size",
        "uses",
        "uploaded_by",
        "uploaded_at",
    ]
    readonly_fields = ["large_picture", "size", "uses", "uploaded_by", "uploaded_at"]

    @property
    def media(self) -> forms.Media:
        script: Any = Script("admin_colophon/picture_focus.js", type="module")
        sheets: Any = {"all": ["admin_colophon/pictures.css"]}
        return super().media + forms.Media(css=sheets, js=[script])

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Editors change all pictures.

        Authors change those that they uploaded, unless a row shows one that they may not change.
        """
        user = request.user
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or user.has_perm("articles.edit_any_article"):
            return True
        if obj.uploaded_by_id != user.pk:
            return False
        editable = Article.objects.editable_by(user).values("pk")
        uses_of_others = (
            Article.objects.showing(obj).exclude(pk__in=editable),
            Author.objects.filter(portrait=obj).exclude(Q(user=user.pk)),
            Page.objects.filter(body__contains=str(obj.file.name)),
        )
        return not any(rows.exists() for rows in uses_of_others)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[Any]:
        """A new picture has nothing to show yet, and no point in it to choose."""
        about_file: set[Any] = {*self.readonly_fields, _FOCUS}
        return [name for name in self.fields or [] if obj or name not in about_file]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Image | None:
        image: Any = super().get_object(request, object_id, from_field)
        if image is not None:
            image.viewer = request.user  # uses() lists only rows that this user may see
        return image

    # Fields

    @admin.display(description=_("picture"))
    def picture(self, image: Image) -> str:
        return thumbnail(image)

    @admin.display(description=_("picture"))
    def large_picture(self, image: Image) -> str:
        return render_to_string("admin/articles/_picture_focus.html", {"image": image})

    @admin.display(description=_("size"), ordering="width")
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("used in"))
    def uses(self, image: Any) -> str:
        rows: list[Article | Author | Page] = [
            *Article.objects.showing(image).visible_to(image.viewer).only("title"),
            *Author.objects.filter(portrait=image).visible_to(image.viewer).only("name"),
        ]
        if image.viewer.has_perm("articles.view_page"):
            rows += Page.objects.filter(body__contains=str(image.file.name)).only("title")
        links = [
            (reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk]), row)
            for row in rows
        ]
        written = format_html_join("", '<div><a href="{}">{}</a></div>', links)
        return written or gettext("nothing you can see")

    # Saving and deleting

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)
        form.file_field.forget(form["file"].data)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        if request.method == "POST" and "file" in form.fields and "file" not in form.errors:
            form.file_field.keep(form["file"].data)
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        for image in queryset:  # one by one: delete() removes the file too
            image.delete()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Protects pictures of texts and working copies. Foreign keys protect the others."""
        deleted, counts, refused, protected = super().get_deleted_objects(objs, request)
        shown = [
            format_html("{}: {}", row._meta.verbose_name, row)
            for image in objs
            for row in (
                *Article.objects.showing(image).exclude(hero=image).only("title"),
                *Page.objects.filter(body__contains=str(image.file.name)).only("title"),
            )
        ]
        return deleted, counts, refused, [*protected, *shown]

    def response_add(
        self, request: HttpRequest, obj: Image, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_pick" in request.GET:  # uploaded from the library's window: go back to it
            query = request.GET.copy()
            del query["_pick"]
            return HttpResponseRedirect(
                f"{reverse('admin:articles_image_pick')}?{query.urlencode()}"
            )
        return super().response_add(request, obj, post_url_continue)

    # The library's window

    def get_urls(self) -> list[URLPattern]:
        pick = self.admin_site.admin_view(self.pick_view)
        return [path("pick/", pick, name="articles_image_pick"), *super().get_urls()]

    def pick_view(self, request: HttpRequest) -> HttpResponse:
        """The library in a window of its own, to choose one picture from."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.GET.get("q", "").replace("\x00", "").strip()[:200]
        found, _distinct = self.get_search_results(request, self.get_queryset(request), term)
        page = Paginator(found.order_by("-uploaded_at", "-pk"), PICTURES_ON_A_PAGE).get_page(
            request.GET.get("p")
        )
        call = {
            name: request.GET[name] for name in ("target", "CKEditorFuncNum") if name in request.GET
        }
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose a picture"),
            "is_popup": True,
            "page": page,
            "term": term,
            "call": call,
            "call_query": urlencode(call),
            "choices": [(image, json.dumps(for_script(image))) for image in page],
            "has_add_permission": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/articles/picture_library.html", context)
