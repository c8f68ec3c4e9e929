"""Base images: what a build starts from when the recipe names no image of its own."""
