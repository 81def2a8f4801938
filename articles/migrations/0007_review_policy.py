"""“Reviewed by” says little unless readers can learn what a review is here."""

from django.db import migrations

POLICY = """<p>Some articles say “Reviewed by”, with a name and a date. This page says what that means, and what it does not.</p>
<h2>What a review is</h2>
<p>A reviewer is a second person who reads an article before it is published, with the sources beside it. The reviewer asks:</p>
<ul><li>Do the sources exist, and do they say what the article says they say?</li><li>Are numbers given so that they mean something: how many people, how large a difference, for how long?</li><li>Is what is uncertain called uncertain?</li><li>Could somebody come to harm who follows the article to the letter?</li></ul>
<p>The author answers each point before the article is published. A review makes mistakes rarer. It is no promise that there are none, and it does not turn general information into advice for one person.</p>
<h2>Who reviews</h2>
<p>Reviewers are named, with their qualifications and where they work, and have a page that lists what they have reviewed here. Nobody reviews an article of their own. An article without the words “Reviewed by” was read by an editor only.</p>
<h2>How often</h2>
<p>Three dates stand under the title, where they apply. <strong>Published</strong> is the day an article first appeared. <strong>Updated</strong> is the last change of substance; a corrected comma is none. <strong>Reviewed</strong> is the day on which somebody last checked the facts against the sources, whether or not a word was changed. When an article is reviewed, the editors note by when that should happen again.</p>
<h2>Corrections</h2>
<p>A mistake that could mislead a reader is put right in the text and described at the foot of the article, with the date. <a href="/corrections/">All corrections are listed on one page</a>. An article that cannot be put right is withdrawn. If you find a mistake, please tell us: in a comment under the article, or by writing to us.</p>
<h2>Conflicts of interest</h2>
<p>Authors and reviewers tell the editors of money, work or ties that have to do with a subject. Whoever has such an interest does not review an article about it. Where an author has one, the article says so at its top, under “Disclosure”.</p>
<h2>Who pays</h2>
<p>Whoever runs this publication should say here who pays for it. Where somebody paid for an article or gave something for it, the article says so under “Disclosure”. Nobody who pays sees an article before it is published or has a say in what it says.</p>
<p>This page describes a way of working that this software supports. Whoever runs this publication should change it until it describes what is really done here.</p>"""


def write_review_policy(apps, schema_editor):
    Page = apps.get_model("articles", "Page")
    Page.objects.get_or_create(
        slug="review-policy", defaults={"title": "How we review", "body": POLICY}
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_corrections_log")]

    operations = [migrations.RunPython(write_review_policy, migrations.RunPython.noop)]
