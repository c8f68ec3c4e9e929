"""What the local Image Builder remembers: resources, builds, logs, in one SQLite file."""
