"""Layers that find reasons to hold a comment. None of them approves or deletes one."""
