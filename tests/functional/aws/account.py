"""A connection to an account that moto plays, or a server of the test's."""

from pathlib import Path

from core.aws.connection import AwsConnection
from core.aws.identity_center import Portals
from core.aws.sign_in import Surroundings
from core.aws.stored import Keys, KeySecret, StoredConnection
from core.secrets import SessionSecrets
from tests.fakes.signing_in import JumpingClock, Person, ScriptedClients

REGION = "eu-central-1"


def account_connection(region: str = REGION) -> AwsConnection:
    clock, person, clients = JumpingClock(), Person(), ScriptedClients()
    portals = Portals(SessionSecrets(), clock, person, clients, Path("/nowhere"))
    around = Surroundings(clock, person, portals, clients, lambda _: KeySecret("secret"))
    stored = StoredConnection(name="prod", region=region, source=Keys(access_key_id="AKIAIOSFODNN7EXAMPLE"))
    return AwsConnection(stored, lambda: around)
