"""The rules and rejection reasons that a discussion starts with, in plainer words. Where they were changed they stay."""

from django.db import migrations

RULES = {
    "Write to help others: your own experience, a question, a correction with its source.":
        "Write to help others: share your experience, ask a question, or correct something and name the source.",
    "Be kind to people, also where you disagree. No advertising, and nothing private about somebody else.":
        "Be kind, even when you disagree. Do not advertise, and do not share private information about other people.",
    "Nobody here can examine you. Do not tell others to start or stop a medicine; with symptoms that worry you, see a"
    " doctor.":
        "We cannot give you medical advice. Do not tell others to start or stop a medicine. If symptoms worry you, see a"
        " doctor.",
}  # fmt: skip
REASONS = {
    "The comment is unkind to somebody.": "The comment is unkind to someone.",
    "The comment tells private things about somebody.": "The comment shares private information about someone.",
    "The comment says something as a fact that no good source supports.":
        "The comment states as a fact what no reliable source supports.",
}  # fmt: skip


def reword(apps, schema_editor):
    of_settings = apps.get_model("comments", "DiscussionSettings").objects.filter(rules="\n\n".join(RULES))
    of_settings.update(
        rules="\n\n".join(RULES.values()),
        rules_html="\n".join(f'<p dir="auto">{rule}</p>' for rule in RULES.values()),
    )
    reasons = apps.get_model("comments", "RejectionReason").objects
    for old, new in REASONS.items():
        reasons.filter(text=old).update(text=new)


class Migration(migrations.Migration):

    dependencies = [("comments", "0008_plain_words")]

    operations = [migrations.RunPython(reword, migrations.RunPython.noop)]
