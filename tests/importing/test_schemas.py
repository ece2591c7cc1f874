"""docs/schema is what the code says."""

import json
import tomllib

import jsonschema

from makegood.faces.api.schemas import schemas, texts
from makegood.policies.reading import SHIPPED
from tests import worlds
from tests.house.source import ROOT

SCHEMAS = ROOT / "docs" / "schema"


def test_they_are_current():
    assert {name: (SCHEMAS / name).read_text() for name in texts()} == texts(), "run scripts/schemas"


def test_they_take_what_we_take():
    parcels = [worlds.parcel_record("P1", {"BIRDS": 1})]
    record = worlds.order_record(parcels=parcels)
    jsonschema.validate(json.loads(record.model_dump_json()), schemas()["orders"])
    policy = json.loads(json.dumps(tomllib.loads(SHIPPED.read_text()), default=str))
    jsonschema.validate(policy, schemas()["policy"])
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
