"""A process that keeps stored connections for a test: what the `keyring` library finds is one for a whole process.

It reads requests as lines of JSON and answers likewise. Secrets come on standard input, as they come from a form; all
log records of every library go to a file in the home, as a careless user could have set it up.
"""

import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.aws.book import Book, book_file, checked
from core.aws.stored import KeySecret
from core.errors import BakehouseError
from core.secrets import UserSecrets


def answer(book: Book, request: Mapping[str, Any]) -> Any:
    members = {name: value for name, value in request.items() if name not in {"action", "secret"}}
    secret = KeySecret(*request["secret"]) if "secret" in request else None
    match request["action"]:
        case "add":
            book.add(checked(**members), secret)
        case "replace":
            book.replace(checked(**members), secret)
        case "rename":
            book.rename(members["name"], members["new"])
        case "remove":
            book.remove(members["name"])
        case "list":
            return [each.name for each in book.list()]
        case "secret":
            kept = book.secret(members["name"])
            return [kept.secret_access_key, kept.session_token]
        case "kind":
            return book.secrets.kind
        case action:
            raise ValueError(action)
    return None


def main() -> None:
    logging.basicConfig(filename=Path.home() / "everything.log", level=logging.DEBUG)
    book = Book(book_file(), UserSecrets())
    for line in sys.stdin:
        try:
            said = {"done": answer(book, json.loads(line))}
        except BakehouseError as error:
            logging.getLogger("keeper").exception("refused")
            said = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
