"""Tests of the desktop app with real widgets, offscreen."""
