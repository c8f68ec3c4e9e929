"""The forms of the inspector: one for each part of a recipe file, made for its purpose."""
