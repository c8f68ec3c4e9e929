"""The command line: ``bakehouse bake web-server.yml`` and the rest.

Importing this package costs next to nothing; each command imports what it needs when it runs, so that `check` answers
at once and only those who bake wait for boto3.
"""


def main() -> None:
    """Run the command line of this process and leave with its exit status (0 done, 1 failed, 2 wrong use)."""
    from core.cli.outcome import run

    run()
