"""Why a comment is held, in words for the queue."""

import pytest

from comments.spam.findings import describe, found


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (found("links", 1), "1 link"),
        (found("links", 3), "3 links"),
        (found("word", "viagra"), "word “viagra”"),
        (found("same", 123), "same text as comment 123"),
        (found("similar", "123 92"), "like comment 123 (92\u00a0% the same)"),
        (found("throwaway", "mailinator.com"), "disposable email address (mailinator.com)"),
        (found("learned", 97), "looks like earlier spam (97\u00a0%)"),
        (found("service"), "marked as spam by the external service"),
        (found("reject_word", "casino"), "word “casino”, on the reject list"),
        (found("ban", "writer"), "banned (commenter)"),
        (found("ban", "network"), "banned (network)"),
        (found("writer"), "commenter on hold"),
        (found("network"), "network on hold"),
        (found("new"), "new commenter"),
        (found("fault", "duplicates"), "not checked: duplicates failed"),
    ],
)
def test_each_finding_has_words(finding, words):
    assert describe([finding]) == [words]


def test_findings_keep_their_order():
    assert describe([found("links", 3), found("new")]) == ["3 links", "new commenter"]


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ({"code": "moon", "detail": "full"}, "moon full"),
        ({"code": "moon"}, "moon"),
        ({}, ""),
        ({"code": "links", "detail": "many"}, "links"),
        ({"code": "links", "detail": "²"}, "links"),
        ({"code": "similar", "detail": ""}, "like comment  (\u00a0% the same)"),
        ({"code": "word", "detail": "%(name)s %d"}, "word “%(name)s %d”"),
    ],
)
def test_finding_of_another_version_does_not_break_the_queue(finding, words):
    assert describe([finding]) == [words]
