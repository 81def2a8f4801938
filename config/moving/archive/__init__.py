"""The export of a whole site: one zip, which `import_from colophon` reads into an empty site.

tables.py says what is in it and what is not. docs/exporting.md tells it to those who run a site.
"""
