"""Exports of WordPress as text, small and made for the test. Imports of them."""

from io import StringIO

from django.core.management import call_command

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>Old</title><link>http://old.example</link>
<wp:base_site_url>http://old.example</wp:base_site_url><wp:base_blog_url>http://old.example</wp:base_blog_url>
"""
ADA = (
    "<wp:author><wp:author_login>ada</wp:author_login>"
    "<wp:author_display_name>Ada Leaf</wp:author_display_name></wp:author>"
)
# What plugins of WordPress keep in fields, as PHP writes it. To read it would make the objects.
SERIALISED = [
    'O:8:"stdClass":1:{s:4:"evil";s:10:"unserial_1";}',
    'a:2:{s:5:"width";i:60;s:4:"file";O:4:"Evil":1:{s:1:"x";s:10:"unserial_2";}}',
    'C:11:"ArrayObject":37:{x:i:0;a:1:{i:0;s:10:"unserial_3";};m:a:0:{}}',
    "b:0;",
]


def export(*parts, version="1.2"):
    return HEAD.format(version=version) + ADA + "\n".join(parts) + "</channel></rss>\n"


def cdata(text):
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def item(number, text="Some words.", *, inside="", meta=None, **fields):
    """A post; `fields` replace its elements, `inside` goes to its end."""
    values = {
        "title": f"Post {number}",
        "link": f"http://old.example/2019/03/post-{number}/",
        "dc:creator": "ada",
        "excerpt:encoded": "",
        "wp:post_date": "2019-03-04 05:06:07",
        "wp:post_date_gmt": "2019-03-04 05:06:07",
        "wp:comment_status": "open",
        "wp:post_name": f"post-{number}",
        "wp:status": "publish",
        "wp:post_type": "post",
        "wp:post_password": "",
        **{name.replace("__", ":"): value for name, value in fields.items()},
    }
    elements = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in values.items())
    return (
        f"<item>{elements}<content:encoded>{cdata(text)}</content:encoded>"
        f"<wp:post_id>{number}</wp:post_id>{meta_rows(meta or {})}{inside}</item>"
    )


def meta_rows(fields):
    return "".join(
        f"<wp:postmeta><wp:meta_key>{name}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
        for name, value in fields.items()
    )


def comment(number, body="Well said.", *, parent=0, **fields):
    values = {
        "comment_author": f"Reader {number}",
        "comment_author_email": f"reader{number}@example.org",
        "comment_date": "2019-03-05 00:00:00",
        "comment_date_gmt": "2019-03-05 00:00:00",
        "comment_content": body,
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": str(parent),
        **fields,
    }
    elements = "".join(
        f"<wp:{name}>{cdata(value)}</wp:{name}>"
        for name, value in values.items()
        if value is not None
    )
    return f"<wp:comment><wp:comment_id>{number}</wp:comment_id>{elements}</wp:comment>"


def picture(number, name="leaf.jpg", *, parent=0, caption="", alt="", **fields):
    """An attachment."""
    return item(
        number,
        "",
        inside=f"<wp:post_parent>{parent}</wp:post_parent>"
        f"<wp:attachment_url>http://old.example/wp-content/uploads/2019/03/{name}</wp:attachment_url>",
        meta={"_wp_attachment_image_alt": alt},
        wp__post_type="attachment",
        wp__status="inherit",
        excerpt__encoded=caption,
        title=name,
        **fields,
    )


def category(name, slug, *, domain="category"):
    return f'<category domain="{domain}" nicename="{slug}">{cdata(name)}</category>'


def term(name, slug, parent=""):
    return (
        f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent><wp:cat_name>{cdata(name)}</wp:cat_name></wp:category>"
    )


def move_in(folder, text, *options):
    """Import an export and return what the command said."""
    file = folder / "export.xml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = StringIO()
    call_command("import_from", "wordpress", str(file), *options, stdout=said)
    return said.getvalue()
