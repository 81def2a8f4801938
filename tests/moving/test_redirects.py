"""Former addresses lead on where nothing else answers, and are looked after at the desk."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from articles.links.own_site import dead_paths
from articles.models import Article
from config.moving.models import Redirect
from config.moving.paths import path_of
from tests import factories
from tests.moving.wxr import category, export, item, move_in, term

pytestmark = pytest.mark.django_db


def redirect(path, **fields):
    return Redirect.objects.create(path=path, **fields)


def followed(client, address, **options):
    response = client.get(address, **options)
    return response.status_code, response.headers.get("Location")


# Following


def test_former_address_leads_to_the_article_and_follows_its_address(client):
    article = factories.published_article(slug="sleep")
    redirect("/2019/03/sleep/", article=article)

    assert followed(client, "/2019/03/sleep/") == (301, "/articles/sleep/")
    article.slug = "sleeping"
    article.save()
    assert followed(client, "/2019/03/sleep/") == (301, "/articles/sleeping/")


@pytest.mark.parametrize(
    "address", ["/2019/03/sleep", "/2019/03/sleep/?utm=1", "/2019/03/sleep?utm=1"]
)
def test_last_slash_and_further_queries_do_not_matter(client, address):
    redirect("/2019/03/sleep/", target="/about/")

    assert followed(client, address) == (301, "/about/")


def test_encoded_address_leads_on(client):
    redirect("/2019/03/睡眠/", target="/about/")

    assert followed(client, "/2019/03/%e7%9d%a1%e7%9c%a0/") == (301, "/about/")


def test_query_of_the_front_page_leads_on_and_others_do_not(client):
    redirect("/?p=5", target="/about/")

    assert followed(client, "/?p=5") == (301, "/about/")
    assert followed(client, "/?p=6")[0] == 404
    assert followed(client, "/")[0] == followed(client, "/?utm_source=a")[0] == 200


def test_what_answers_is_not_redirected(client):
    redirect("/about/", target="/privacy/")

    assert followed(client, "/about/")[0] == 200


def test_one_word_and_deep_paths_lead_on(client):
    redirect("/old/", target="/about/", status=302)

    assert followed(client, "/old/") == (302, "/about/")
    assert followed(client, "/old") == (302, "/about/")


def test_gone_is_410_with_the_page_for_missing_ones(client):
    redirect("/old/", status=410)

    response = client.get("/old/")

    assert response.status_code == 410
    assert "<h1" in response.text


def test_drafts_are_not_given_away(client):
    redirect("/old/", article=factories.draft(slug="secret-plan"))
    redirect("/soon/", article=factories.scheduled_article(slug="secret-date"))

    assert followed(client, "/old/") == (404, None)
    assert followed(client, "/soon/") == (404, None)


@pytest.mark.parametrize("page", ["/", "/feed/", "", "?before=1"])
def test_people_of_drafts_are_not_given_away(client, page):
    person = factories.author(name="Ina")
    redirect("/author/ina/", target=f"/authors/ina{page}")

    assert followed(client, "/author/ina/") == (404, None)
    factories.published_article(by=person)
    assert followed(client, "/author/ina/") == (301, f"/authors/ina{page}")


def test_forms_and_the_desk_are_not_redirected(client, client_of):
    redirect("/old/", target="/about/")
    redirect("/admin/old/", target="/about/")

    assert client.post("/old/").status_code == 405
    assert client_of(factories.user("eve", group="Editor")).get("/admin/old/").status_code == 404


def test_hits_are_counted(client):
    row = redirect("/old/", target="/about/")

    client.get("/old/")
    client.get("/old/")

    row.refresh_from_db()
    assert row.hits == 2
    assert row.last_hit_at is not None


def test_a_page_that_answers_asks_for_no_redirect(client, django_assert_max_num_queries):
    client.get("/about/")
    with django_assert_max_num_queries(5) as asked:
        client.get("/about/")

    assert not any("moving_redirect" in query["sql"] for query in asked)


@pytest.mark.parametrize(
    "address",
    ["/\\evil.example/", "/a%00b/", "/%ff%fe/", "/" + "x" * 3000 + "/"],
)
def test_hostile_addresses_are_not_found(client, address):
    assert client.get(address).status_code in {400, 404}


# What may be written


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "old", "target": "/about/"},
        {"path": "//old/", "target": "/about/"},
        {"path": "/old/", "target": "https://evil.example/"},
        {"path": "/old/", "target": "//evil.example/"},
        {"path": "/old/", "target": "/\\evil.example/"},
        {"path": "/old/", "target": ""},
        {"path": "/old/", "target": "/about/", "status": 410},
        {"path": "/old/", "target": "/old/"},
        {"path": "/old/", "target": "/old"},
        {"path": "/old/", "target": "/b/"},  # which leads to /old/ by way of /c/
    ],
)
def test_wrong_redirects_and_loops_are_refused(fields):
    redirect("/b/", target="/c/")
    redirect("/c/", target="/old/")

    with pytest.raises(ValidationError):
        Redirect(**fields).full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"target": "/old/"},
        {"target": ""},
        {"target": "/about/", "status": 410},
        {"target": "/about/", "status": 200},
        {"target": "https://evil.example/"},
    ],
)
def test_the_database_refuses_them_too(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        redirect("/old/", **fields)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://old.example/a/b/#c", "/a/b/"),
        ("/?p=5", "/?p=5"),
        ("http://old.example", "/"),
        ("http://[broken", ""),
        ("mailto:a@b.example", ""),
        ("//evil.example//x", ""),
    ],
)
def test_addresses_are_kept_as_paths(address, path):
    assert path_of(address) == path


# At the desk


def test_only_editors_look_after_redirects(client, client_of):
    for name, group, status in (
        ("eve", "Editor", 200),
        ("art", "Author", 403),
        ("mo", "Moderator", 403),
    ):
        desk = client_of(factories.user(name, group=group))
        for page in ("", "export/", "import/"):
            assert desk.get(f"/admin/moving/redirect/{page}").status_code == status
    assert client.get("/admin/moving/redirect/export/").status_code == 302


def test_csv_goes_out_and_comes_back(client_of):
    desk = client_of(factories.user("eve", group="Editor"))
    redirect("/old/", article=factories.published_article(slug="sleep"))
    redirect("/gone/", status=410)
    redirect("/?p=5", target="/about/", status=302)
    exported = desk.get("/admin/moving/redirect/export/").getvalue()
    Redirect.objects.all().delete()

    response = desk.post(
        "/admin/moving/redirect/import/",
        {"file": SimpleUploadedFile("r.csv", exported)},
        follow=True,
    )

    assert "3 redirects were saved." in response.text
    assert exported.decode().splitlines() == [
        "path,target,status", "/?p=5,/about/,302", "/gone/,,410", "/old/,/articles/sleep/,301"
    ]  # fmt: skip
    assert desk.get("/admin/moving/redirect/export/").getvalue() == exported
    assert Redirect.objects.get(path="/old/").article.slug == "sleep"


def test_file_with_a_mistake_is_not_taken(client_of):
    desk = client_of(factories.user("eve", group="Editor"))
    file = SimpleUploadedFile("r.csv", b"/a/,/about/\n/b/,https://evil.example/,301\n/c/,/c/\n")

    page = desk.post("/admin/moving/redirect/import/", {"file": file}).text

    assert "Line 2:" in page
    assert "Line 3:" in page
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"\x00", b'"', b"a" * 200_000, b"/x/," + b"9" * 5000]
)
def test_strange_files_get_a_message(client_of, content):
    desk = client_of(factories.user("eve", group="Editor"))

    response = desk.post(
        "/admin/moving/redirect/import/", {"file": SimpleUploadedFile("r.csv", content)}
    )

    assert response.status_code == 200
    assert "errorlist" in response.text


# Of an import


def test_import_fills_in_all_former_addresses(tmp_path, client):
    inside = category("Naps", "naps") + category("Green leaf", "leaf", domain="post_tag")
    meta = {"_wp_old_slug": "first-name"}

    move_in(
        tmp_path, export(term("Sleep", "sleep"), term("Naps", "naps", "sleep"), item(1, inside=inside, meta=meta)),
        "--publish",
    )  # fmt: skip

    for former in ("/2019/03/post-1/", "/2019/03/post-1/feed/", "/2019/03/first-name/", "/?p=1"):
        assert followed(client, former) == (301, "/articles/post-1/"), former
    for former, new in {
        "/category/naps/": "/topics/naps/",
        "/category/sleep/naps/": "/topics/naps/",
        "/category/naps/feed/": "/topics/naps/feed/",
        "/author/ada/": "/authors/ada-leaf/",
        "/tag/leaf/": "/search/?q=Green%20leaf",
        "/feed/rss2/": "/feed/",
        "/?feed=rss2": "/feed/",
    }.items():
        assert followed(client, former) == (301, new), former


def test_links_between_imported_posts_lead_here(tmp_path):
    text = '<a href="http://old.example/2019/03/post-2/#part">one</a> <a href="/?p=2">two</a> <a href="/none/">three</a>'

    said = move_in(tmp_path, export(item(1, text), item(2)), "--publish")

    body = Article.objects.get(title="Post 1").body
    assert body == (
        '<p><a href="/articles/post-2/#part">one</a> <a href="/articles/post-2/">two</a> '
        '<a href="http://old.example/none/">three</a></p>'
    )
    assert "1 link to the former site" in said


def test_redirect_of_somebody_else_stays(tmp_path):
    redirect("/2019/03/post-1/", target="/about/")

    said = move_in(tmp_path, export(item(1)))

    assert Redirect.objects.get(path="/2019/03/post-1/").target == "/about/"
    assert "/2019/03/post-1/ leads to /about/ already" in said


def test_links_that_redirect_are_not_dead():
    article, draft = factories.published_article(), factories.draft()
    Redirect.objects.create(path="/old/", article=article)
    Redirect.objects.create(path="/soon/", article=draft)
    Redirect.objects.create(path="/gone/", status=410)

    assert dead_paths(["/old", "/old/?from=mail", "/soon/", "/gone/"]) == {"/soon/", "/gone/"}
