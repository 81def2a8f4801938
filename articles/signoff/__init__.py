"""Experts without an account: a secret link, remarks, a sign-off.

`links` makes and reads the addresses, `passages` cuts a text into paragraphs and finds the remarks
for them, `forms` and `views` are the page behind a link. What editors see of it is in
articles/admin/experts.py and on the preview.
"""
