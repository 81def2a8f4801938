"""A publication starts with a page about itself and one that tells readers what is stored about them."""

from django.db import migrations

ABOUT = """<p>This is a publication that names the people behind each article: who wrote it, who reviewed it, and when.</p>
<h2>How we work</h2>
<ul><li>Every article carries its authors. Each of them has a page that says who they are and what they have written here.</li><li>The date of publication, of the last substantial change and of the last review stand under the title, each by its own name.</li><li>Sources are numbered where they are used and listed at the foot of the article.</li><li>Mistakes are put right in the open: a correction stands under the article with its date.</li><li>Where somebody has an interest in a subject, or paid for an article, it says so at the top.</li></ul>
<h2>Answer us</h2>
<p>Readers can comment under most articles. A moderator reads each comment before it appears.</p>
<p>This page is a start. Whoever runs this publication can replace it with words of their own.</p>"""

PRIVACY = """<p>This page says what this website stores about you, and why. It describes the software as it is delivered; whoever runs this publication should add who they are and how to reach them.</p>
<h2>When you read</h2>
<p>Reading needs no account and sets no cookies. A choice of light or dark stays in your own browser. The pages load nothing from other websites, count no visits and follow nobody. The web server may keep a log of requests for a short time, as web servers do.</p>
<h2>When you comment</h2>
<p>We store the name, the e-mail address and the text that you send, and the time. Your name and text appear under the article once a moderator has approved them. Your e-mail address is never shown: moderators see it, to recognise earlier comments of the same person. Of your network address we keep a shortened form, which slows floods of spam down and does not point to you.</p>
<p>A comment may say more about you than you notice, above all about your health. Please think about that before you send it.</p>
<h2>When you subscribe to the newsletter</h2>
<p>We store your e-mail address, the wording that you agreed to, the page on which you did, and the times when you asked and confirmed. That is how we can show that you asked for it. Every issue has a link with which you leave. We do not measure whether you open an issue or follow its links.</p>
<h2>Your rights</h2>
<p>You may ask what is stored about you, have it put right, and have it deleted. Cookies are set only for people who log in to work on the publication.</p>"""


def write_first_pages(apps, schema_editor):
    Page = apps.get_model("articles", "Page")
    Page.objects.get_or_create(slug="about", defaults={"title": "About", "body": ABOUT})
    Page.objects.get_or_create(slug="privacy", defaults={"title": "Privacy", "body": PRIVACY})


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_roles")]

    operations = [migrations.RunPython(write_first_pages, migrations.RunPython.noop)]
