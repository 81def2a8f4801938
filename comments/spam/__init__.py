"""What speaks against a comment. Each layer finds reasons to hold it; none of them ever approves or deletes."""
