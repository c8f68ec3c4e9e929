"""Where secrets rest: the OS keyring, a file only its owner can read on machines that have none, or memory.

Secrets never go into configuration, logs or process arguments. What this package offers is a `Secrets` shelf of named
texts; whoever opens one learns through `kind` whether it is a keyring, the file or this session's memory, so that it
can be said to the user. The file is for the local service's own key; secrets of AWS never go there.
"""

from core.secrets.shelf import (
    FileSecrets,
    KeyringSecrets,
    Kind,
    Secrets,
    SecretsUnavailable,
    SessionSecrets,
    UserSecrets,
    file_of,
    keyring_or_none,
)

__all__ = [
    "FileSecrets",
    "KeyringSecrets",
    "Kind",
    "Secrets",
    "SecretsUnavailable",
    "SessionSecrets",
    "UserSecrets",
    "file_of",
    "keyring_or_none",
]
