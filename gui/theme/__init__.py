"""How everything looks: the one place of colours, type, spacing, icons, and of how a status is shown."""
