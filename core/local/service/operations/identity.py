"""Who the caller is: there is one account and one user."""

from typing import Any

from core.local.endpoint import ACCOUNT_ID
from core.local.service.desk import Desk, Members, partition


def get_caller_identity(desk: Desk) -> Members:
    arn = f"arn:{partition(desk.region)}:iam::{ACCOUNT_ID}:user/bakehouse"
    return {"UserId": "AIDABAKEHOUSELOCAL00", "Account": ACCOUNT_ID, "Arn": arn}


OPERATIONS: dict[str, Any] = {"GetCallerIdentity": get_caller_identity}
