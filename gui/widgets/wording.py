"""Names as they read within a sentence."""


def within(name: str) -> str:
    """A name with a small first letter; abbreviations such as AMI stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
