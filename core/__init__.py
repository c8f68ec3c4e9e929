"""Bakehouse without a window: recipes, publishing, following builds, and the local Image Builder.

A folder is a stage of the data and imports only upstream; the contracts in pyproject.toml hold it. Nothing here knows a
GUI toolkit, so every part runs in a terminal, in a test and behind the service's socket alike.
"""
