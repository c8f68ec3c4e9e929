"""Recipe file to running pipeline: a plan of API calls that can be shown, then applied."""
