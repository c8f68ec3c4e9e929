"""The desktop app. Its folders have the names of `core`'s; imports go one way, as import-linter checks."""
