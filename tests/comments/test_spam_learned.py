"""The filter that moderators train by deciding."""

import random
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, LearnedWord
from comments.spam import learned
from comments.spam.learned import looks_like_spam, relearn, spam_share
from comments.spam.tasks import learn_from_decisions
from config.web.database.at_once import run_at_once
from tests import factories
from tests.effort import assert_cheap

pytestmark = pytest.mark.django_db

# Sentences in pairs: the filter learns from the even ones and is asked about the odd ones.
GOOD = [
    "I take magnesium in the evening and it did nothing for my cramps.",
    "My cramps went away when I drank more during the day.",
    "My doctor told me to measure the blood pressure in both arms.",
    "We measure blood pressure twice a day and write it down for the doctor.",
    "Does the study say how old the patients were?",
    "How many patients took part in this study, and for how long?",
    "Walking after lunch brought my blood sugar down a little.",
    "After a walk my blood sugar is lower than before lunch.",
    "My mother stopped the tablets and slept better within weeks.",
    "I slept badly for weeks until I stopped drinking coffee after noon.",
    "Thank you for this article, the part on side effects was clear.",
    "The article explains the side effects well, thank you.",
    "I think the table is wrong: the dose should be in milligrams.",
    "In the second table the dose is given in grams, is that right?",
    "After the operation my knee hurt for months, then it got better.",
    "My knee got better only months after I began with exercises.",
    "Is this safe when I am pregnant or take other medicines?",
    "Can I take this together with other medicines for the heart?",
    "I disagree, my sister has the same disease and eats gluten.",
    "My sister was ill for years before anybody thought of gluten.",
    "The reference to the second study does not open any more.",
    "Could you add a reference for the sentence about older patients?",
    "For children the dose depends on the weight, ask the pharmacist.",
    "Our pharmacist said the same about the dose for children.",
    "I had a headache every morning until I got new glasses.",
    "New glasses helped, but the headache comes back in the evening.",
    "In our country the vaccine is paid for from the age of sixty.",
    "I am sixty and had no fever after the vaccine at all.",
    "It is hard to eat less salt when one eats at work.",
    "At work I bring my own lunch, that is the way to eat less salt.",
]
SPAM = [
    "Doctor Bright cured my herpes with his herbal medicine, contact him on whatsapp today.",
    "I was cured of diabetes by the herbal doctor, reach him on whatsapp or email.",
    "Make money online from home, earn 500 dollars daily, click the link in my profile.",
    "Earn dollars at home with this online method, click here and start making money.",
    "Buy cheap pills online without prescription, fast shipping and best price guaranteed.",
    "Best price for pills without prescription, order online now with fast shipping.",
    "This powerful spell caster brought back my ex lover in 24 hours, contact him now.",
    "My ex lover came back after I contacted the spell caster, his spell is powerful.",
    "Get rich with bitcoin trading, our experts guarantee daily profit, invest today.",
    "Invest in bitcoin with our trading platform and get guaranteed profit daily.",
    "Visit our casino for free spins and a welcome bonus, play slots online now.",
    "Play online slots with free spins, claim your casino bonus now.",
    "Great post! Check out my website for the best weight loss supplement and discount code.",
    "Check out this weight loss supplement, use the discount code on my website.",
    "We offer guest post and backlinks to rank your website first on search, contact us.",
    "Rank your website with our backlinks service, contact us for guest post price.",
    "Need an urgent loan? We offer loan at low interest, apply by email today.",
    "Apply today for an urgent loan with low interest, email our loan company.",
    "Hot girls near you want to chat, click the link and register free.",
    "Register free and chat with hot girls near you, click here.",
    "Hire a professional hacker to recover your lost funds and hack any phone.",
    "I hired this hacker to recover my lost bitcoin funds, contact him by email.",
    "Buy followers and likes cheap, fast delivery, visit our website.",
    "Cheap followers and likes with fast delivery, order on our website.",
    "Get your diploma and driving licence online without exam, contact whatsapp.",
    "Buy driving licence and passport online without exam, whatsapp us now.",
    "Replica watches at discount price, free shipping, order today.",
    "Order replica bags and watches with free shipping and discount.",
    "Herbal enlargement cream works in days, order now with discount.",
    "Order this herbal cream for enlargement, guaranteed to work in days.",
]
_numbers = count(1)


@pytest.fixture
def article():
    return factories.published_article()


@pytest.fixture
def mo():
    return factories.user("mo", group="Moderator")


def decided(article, sentences, status, *, by, number=120):
    """As moderators left them: each comment is two or three of the sentences."""
    dice = random.Random(4)
    rows = []
    for n in range(number):
        pk = next(_numbers) + 1_000_000
        rows.append(
            Comment(
                pk=pk, path=[pk], article=article, name=f"Reader {n}", email=f"r{pk}@example.org",
                body=" ".join(dice.sample(sentences, dice.choice([2, 3]))), digest=str(pk), status=status,
                decided_at=timezone.now() - timedelta(minutes=n), decided_by=by,
            )
        )  # fmt: skip
    return Comment.objects.bulk_create(rows)


def train(article, mo, *, number=120):
    decided(article, GOOD[::2], "approved", by=mo, number=number)
    decided(article, SPAM[::2], "spam", by=mo, number=number)
    learn_from_decisions.call()


def suspects(body, name="Ann"):
    comment = Comment(name=name, body=body)
    (findings,) = run_at_once(looks_like_spam(comment, DiscussionSettings()))
    return findings


def test_filter_tells_unseen_spam_from_unseen_comments(article, mo):
    train(article, mo)

    caught = [text for text in SPAM[1::2] if suspects(text)]
    wronged = [text for text in GOOD[1::2] if suspects(text)]

    assert len(caught) >= 0.8 * len(SPAM[1::2])
    assert wronged == []


def test_finding_tells_how_sure_it_is(article, mo):
    train(article, mo)

    (finding,) = suspects(SPAM[5])

    assert finding["code"] == "learned"
    assert 90 <= int(finding["detail"]) <= 100


def test_filter_is_silent_before_two_hundred_decisions(article, mo):
    train(article, mo, number=99)
    assert not any(map(suspects, SPAM))

    train(article, mo, number=1)
    assert any(map(suspects, SPAM))


@pytest.mark.parametrize("sentences", [(GOOD, "approved"), (SPAM, "spam")])
def test_filter_is_silent_when_it_knows_one_kind_only(article, mo, sentences):
    decided(article, *sentences, by=mo, number=300)
    relearn()

    assert not any(map(suspects, GOOD + SPAM))


def test_filter_is_silent_when_switched_off(article, mo):
    train(article, mo)

    off = DiscussionSettings(use_learned_filter=False)

    assert looks_like_spam(Comment(name="", body=SPAM[0]), off) == []


@pytest.mark.parametrize("status", ["rejected", "removed"])
def test_rejected_and_removed_comments_teach_nothing(article, mo, status):
    decided(article, SPAM, status, by=mo)
    relearn()

    assert [row.word for row in LearnedWord.objects.all()] == [""]


def test_what_the_program_decided_teaches_nothing(article):
    decided(article, GOOD, "approved", by=None)
    relearn()

    assert LearnedWord.objects.get().good == 0


def test_undone_decision_is_unlearned(article, mo):
    comments = [factories.comment(article, body="uncommon words") for _number in range(2)]
    for comment in comments:
        comment.mark_as_spam(by=mo)
    relearn()
    assert LearnedWord.objects.get(word="uncommon").spam == 2

    comments[0].undo(by=mo)
    comments[1].withdraw()
    relearn()

    assert not LearnedWord.objects.filter(word="uncommon").exists()


def test_learning_twice_is_learning_once(article, mo):
    train(article, mo)
    once = list(LearnedWord.objects.order_by("word").values_list())

    relearn()

    assert list(LearnedWord.objects.order_by("word").values_list()) == once


def test_word_of_one_comment_is_not_kept(article, mo):
    factories.comment(article, body="Xerxes Xerxes Xerxes").approve(by=mo)
    relearn()

    assert not LearnedWord.objects.filter(word="xerxes").exists()


def test_endless_words_and_their_flood_are_bounded(article, mo):
    train(article, mo)
    flood = " ".join(f"w{number}" for number in range(20_000)) + "x" * 10_000

    assert suspects(flood) == []
    assert_cheap(lambda: suspects(flood))


def test_asking_is_one_query(article, mo, django_assert_num_queries):
    train(article, mo)

    with django_assert_num_queries(1):
        suspects(SPAM[1])


def test_only_the_newest_comments_are_read(article, mo, monkeypatch):
    monkeypatch.setattr(learned, "NEWEST", 10)
    decided(article, GOOD, "approved", by=mo, number=30)
    relearn()

    assert LearnedWord.objects.get(word="").good == 10


def test_newest_decided_comments_are_found_by_an_index():
    with connection.cursor() as cursor:
        # An empty table gives the planner no reason to choose: it is told to.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")

    plan = learned.newest("spam").explain()

    assert "comment_decided" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("shares", "lowest", "highest"),
    [
        ([], 0.5, 0.5),
        ([0.5] * 100, 0.5, 0.5),
        ([0.99] * 20, 0.99, 1),
        ([0.01] * 20, 0, 0.01),
        ([0.99, 0.01] * 10, 0.4, 0.6),
        ([0.999999] * 10_000, 0.99, 1),
        ([1e-9] * 10_000, 0, 0.01),
    ],
)
def test_share_of_all_words(shares, lowest, highest):
    assert lowest <= spam_share(shares) <= highest
