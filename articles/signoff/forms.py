"""What an expert types behind a link."""

from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import ExpertLink, Notice, Remark, SignOff
from articles.signoff.passages import Passage
from config.web.database.keys import may_be_key
from config.web.mail.wanted_mail import MailKind
from config.web.requests.same_origin import tokenless_helper
from config.web.text.characters import upright
from config.web.text.fields import TextInput

MOST_REMARKS = 300  # of a link


class RemarkForm(forms.Form):
    """A remark at one of `passages`, or about the whole article."""

    paragraph = forms.IntegerField(required=False, widget=forms.HiddenInput)
    passage = TextInput(
        label=gettext_lazy("Passage"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "Copy the words that you mean from the paragraph. Leave empty to mean all of it."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = TextInput(
        label=gettext_lazy("Your remark"),
        max_length=3000,
        error_messages={
            "required": gettext_lazy("Enter your remark."),
            "max_length": gettext_lazy("Shorten this to 3,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, data: Any = None, *, link: ExpertLink, passages: list[Passage], at: str = ""
    ) -> None:
        super().__init__(data, auto_id="id_remark-%s", initial={"paragraph": at})
        self.link = link
        self.passages = {passage.number: passage for passage in passages}
        number = str(self["paragraph"].value() or "")
        self.at = self.passages.get(int(number)) if may_be_key(number) else None
        if self.at is None:
            self.fields["passage"].widget = forms.HiddenInput()
        self.helper = tokenless_helper(
            "paragraph", "passage", "text", Submit("remark", _("Send remark"))
        )

    def clean_passage(self) -> str:
        passage = upright(str(self.cleaned_data["passage"]))
        if self.at is None:
            return ""
        if passage and not self.at.says(passage):
            raise forms.ValidationError(
                _("These words are not in the paragraph. Copy them from there.")
            )
        return passage

    def clean_text(self) -> str:
        return upright(str(self.cleaned_data["text"]))

    def clean(self) -> dict[str, Any]:
        if self.link.remarks.count() >= MOST_REMARKS:
            self.add_error(None, _("There are too many remarks. Email the editors instead."))
        return super().clean() or self.cleaned_data

    @transaction.atomic
    def save(self) -> Remark:
        """Keep the remark, and tell the editors. The same one sent twice is kept once."""
        data = self.cleaned_data
        remark, is_new = self.link.remarks.get_or_create(
            paragraph=self.at.number if self.at else None,
            passage=data["passage"],
            text=data["text"],
            defaults={"beginning": self.at.beginning if self.at else ""},
        )
        if is_new:
            article, name = self.link.article, self.link.name
            Notice.objects.tell_of_expert(article, MailKind.REMARKED, name=name)
        return remark


class SignOffForm(forms.ModelForm):
    """Name, credentials and interests of an expert who stands by the revision."""

    interests = TextInput(
        label=gettext_lazy("Statement of interests"),
        max_length=500,
        help_text=gettext_lazy(
            "Money, positions or relationships that could influence you or seem to. If there"
            " are none, enter “None”. Readers may see this."
        ),
        error_messages={"required": gettext_lazy("Enter your interests, or “None”.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I have read this version and agree with what it says."),
        error_messages={"required": gettext_lazy("Tick this to sign the article off.")},
    )

    class Meta:
        model = SignOff
        fields = ["name", "credentials", "interests"]
        help_texts = {"credentials": gettext_lazy("Such as “MD, MPH”. Readers see them.")}

    def __init__(self, data: Any = None, *, link: ExpertLink) -> None:
        super().__init__(data, auto_id="id_sign-off-%s", initial={"name": link.name})
        self.link = link
        self.helper = tokenless_helper(
            "name", "credentials", "interests", "confirm", Submit("sign_off", _("Sign off"))
        )

    def clean_interests(self) -> str:
        return upright(str(self.cleaned_data["interests"]))

    def sign(self) -> bool:
        """Keep the sign-off, and tell the editors. False if the link was signed off before."""
        self.instance.link = self.link
        try:
            with transaction.atomic():
                self.save()
                article, name = self.link.article, self.instance.name
                Notice.objects.tell_of_expert(article, MailKind.SIGNED_OFF, name=name)
        except IntegrityError:
            return False
        return True
