"""The window around the pages: navigation, menus, palette, top bar, status line, questions, reports, notifications."""
