"""Full-text search over published articles. docs/search.md says how it works and how fast it is."""
