"""The recipe page: the canvas with the pipeline as it runs, the shelf of components, the inspector, the problems."""
