"""Links in texts and references: where they lead, and which of them lead nowhere.

`addresses` reads them from a text, `own_site` judges those to pages of this site, `reading` keeps
them in the table Link, and `checking` asks other sites for those that lead there.
"""
