"""The demonstration magazine: its texts, drawings and people, and what loads them."""
