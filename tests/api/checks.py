"""Checks and data of the fuzzer: a valid request is not refused as malformed, and a problem has a declared code."""

import json
import os
import random
import re

import schemathesis
from fuzz import sign_in
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure

IDS = json.loads(os.environ.get("FUZZ_IDS", "{}"))
ID = re.compile(r"^([a-z]+)_[0-9a-f]{32}$")
# Codes of single fields whose rule a schema can tell: a request that satisfies the document never meets them.
OF_FORM = {"malformed", "required", "missing_field", "unknown_field", "too_long", "too_short", "out_of_range", "negative", "wrong", "one_of"}


@schemathesis.auth()
class Token:
    """The access token of the person whose role is played."""

    def get(self, case, context):
        return sign_in(os.environ["FUZZ_API"], os.environ["FUZZ_LOGIN"])

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def with_known_ids(value, chance):
    """The same value with ids of records that exist, for most of its ids."""
    if isinstance(value, dict):
        return {name: with_known_ids(member, chance) for name, member in value.items()}
    if isinstance(value, list):
        return [with_known_ids(member, chance) for member in value]
    if isinstance(value, str) and (found := ID.match(value)) and found[1] in IDS and chance.random() < 0.8:
        return chance.choice(IDS[found[1]])
    return value


def _map(value):
    return with_known_ids(value, random.Random(json.dumps(value, sort_keys=True, default=str))) if value else value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return _map(path_parameters)


@schemathesis.hook
def map_query(context, query):
    return _map(query)


@schemathesis.hook
def map_body(context, body):
    return _map(body)


def problem_of(response):
    try:
        body = response.json()
    except ValueError:
        return None, {}
    kind = body.get("type", "") if isinstance(body, dict) else ""
    return kind.rsplit("/", 1)[-1], body


@schemathesis.check
def valid_request_is_not_malformed(context: CheckContext, response, case):
    """A request that satisfies the document is not refused for its form."""
    code, body = problem_of(response)
    if response.status_code == 400 and code != "invalid_cursor":
        raise Failure(operation=case.operation.label, title="A valid request is refused as malformed", message=json.dumps(body)[:600])
    faults = [fault for fault in body.get("errors", []) if fault["code"] in OF_FORM] if response.status_code == 422 else []
    if faults:
        raise Failure(operation=case.operation.label, title="A valid request is refused for its form", message=json.dumps(faults)[:600])


@schemathesis.check
def problem_has_a_declared_code(context: CheckContext, response, case):
    """The code of a problem is one that `x-problems` lists for its status."""
    if response.status_code < 400:
        return
    code, body = problem_of(response)
    declared = case.operation.definition.raw.get("x-problems", {}).get(str(response.status_code), [])
    if code not in declared:
        raise Failure(operation=case.operation.label, title="The code of a problem is not declared", message=f"{code}: {json.dumps(body)[:400]}")
