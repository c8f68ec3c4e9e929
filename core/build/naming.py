"""What a build is made of, as it is called to people."""

from core.recipe.names import Arn


def component_name(document: str) -> str:
    """A component as the log names it: ``nginx 1.0.0/1`` for its ARN, anything else as it is."""
    try:
        arn = Arn.parse(document)
    except ValueError:
        return document
    build = f"/{arn.build}" if arn.build else ""
    return f"{arn.name} {arn.version or ''}{build}".rstrip()
