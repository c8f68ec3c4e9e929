"""The log of a build: all its lines, live, folded by step, searched; `gui.build.log.view` puts its parts together."""
