"""Where secrets rest: the OS keyring, and a file only its owner can read on machines that have none.

Secrets never go into configuration, logs or process arguments. What this package offers is a `Secrets` shelf of named
texts; whoever opens one learns through `kind` whether it is a keyring or the file, so that it can be said to the user.
"""

from core.secrets.shelf import FileSecrets, KeyringSecrets, Kind, Secrets, SecretsUnavailable, file_of, keyring_or_none

__all__ = [
    "FileSecrets",
    "KeyringSecrets",
    "Kind",
    "Secrets",
    "SecretsUnavailable",
    "file_of",
    "keyring_or_none",
]
