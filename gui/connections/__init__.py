"""The connections page: where recipes run, who one is there, and whether it works."""
