"""What can be changed in the admin: how a row of each kind is made, and where it stands."""

from django.contrib.auth.models import Group, User

from articles.models import Article, Author, FrontPage, Image, Page, Series, Topic
from comments.models import DiscussionSettings, RejectionReason, Restriction
from config.moving.models import Redirect
from newsletter.models import Issue
from tests import factories

# How a row of each kind is made that the admin lets somebody change, and a text that everybody can change.
KINDS = {
    Article: (factories.draft, "standfirst"),
    Author: (factories.author, "role"),
    Topic: (factories.topic, "description"),
    Series: (factories.series, "description"),
    FrontPage: (FrontPage.current, "introduction"),
    Page: (lambda: Page.objects.create(title="About us", slug="about-us", body="<p>We.</p>"), "title"),
    Image: (factories.image, "caption"),
    RejectionReason: (lambda: RejectionReason.objects.create(text="Unkind"), "text"),
    Restriction: (
        lambda: Restriction.objects.create(kind="writer", value="x@example.org", effect="hold"),
        "note",
    ),
    Redirect: (lambda: Redirect.objects.create(path="/old/", target="/about/"), "note"),
    User: (lambda: factories.user("ursula", group="Author"), "first_name"),
    Group: (lambda: Group.objects.create(name="Proofreaders"), "name"),
    Issue: (factories.issue, "preheader"),
    DiscussionSettings: (DiscussionSettings.current, "rules"),
}  # fmt: skip
# Without actions on several rows
ONE_BY_ONE = {DiscussionSettings, FrontPage, Issue}


def address(row, page="change"):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{page}/"
