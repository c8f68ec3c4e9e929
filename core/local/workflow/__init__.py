"""The workflow engine: takes an image resource from PENDING to AVAILABLE by interpreting workflow documents."""
