"""Pages of the desk that show what several apps have."""
