"""What stands in an issue: its blocks as HTML and as text, and issues made from articles."""
