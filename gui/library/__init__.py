"""The library page: what the connection has. Pipelines, recipes, components and images, to look at and to use."""
