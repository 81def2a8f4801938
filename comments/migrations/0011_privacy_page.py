"""The delivered privacy page tells what comments keep since there are mails and reports. A page that somebody rewrote is
left as it is."""

from django.db import migrations

NETWORK = "which slows floods of spam down and does not point to you.</p>"
MORE = """which slows floods of spam down and does not point to you; it is deleted after 30 days.</p>
<p>Mail about a comment comes only when you ask for it and confirm your address, and each has links that end it. By the link that you get after sending you can change your comment for 15 minutes, and withdraw it at any time. Who reports a comment is not asked for a name or an address.</p>"""
RIGHTS = "<p>You may ask what is stored about you, have it put right, and have it deleted."
SEE = '<p>What comments keep of your e-mail address you can <a href="/comments/yours/">see, download and erase</a> yourself.</p>\n'


def tell(apps, schema_editor):
    Page = apps.get_model("articles", "Page")
    for page in Page.objects.filter(slug="privacy"):
        if NETWORK in page.body and RIGHTS in page.body:
            body = page.body.replace(NETWORK, MORE).replace(RIGHTS, SEE + RIGHTS)
            Page.objects.filter(pk=page.pk).update(body=body)


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_related"), ("comments", "0010_logs_in_order")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
