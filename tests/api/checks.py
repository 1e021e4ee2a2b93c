"""Checks and data of the fuzzer: a valid request is not refused as malformed, and a problem has a declared code."""

import datetime
import json
import os
import random
import re

import schemathesis
from fuzz import ID, sign_in
from hypothesis import strategies
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure

KNOWN = json.loads(os.environ.get("FUZZ_KNOWN", "{}"))
ME = os.environ.get("FUZZ_ME")
TODAY = datetime.datetime.combine(datetime.date.today(), datetime.time())
# Codes of rules about one value, which a schema can state: a request that satisfies the document never meets them.
OF_FORM = {
    "invalid", "malformed", "required", "missing", "missing_field", "unknown_field", "too_long", "too_short", "too_many",
    "out_of_range", "negative", "wrong", "one_of",
}
# Rules that bear such a code, but are about several values or about records; a schema cannot state them.
# Patterns of operation, place and code.
BEYOND_SCHEMAS = [
    # The length of a period is the distance of two dates.
    ("attendance-(get|late-arrivals|overtime|process)|leaves-calendar", "query:to", "too_long"),
    ("attendance-simulate|leave-delegations-(create|update)", "/to", "too_long"),
    ("compliance-validate|leaves-(create|preview)", "/end_date", "too_long"),
    ("leaves-move", "/to", "too_long"),
    ("compliance-calendars-update", r"/holidays/\d+/to", "too_long"),
    ("attendance-manual-entry", "/check_out_time", "too_long"),
    # Of two or three members one is required, or all, or at most one, or it depends on another.
    ("attendance-corrections-create", "/add", "required"),
    ("attendance-simulate", "/(department|site)", "one_of"),
    ("leaves-simulate", "/department", "one_of"),
    ("shift-assignments-(create|update)", "/to", "required"),
    ("leaves-(cancel|create|recounts-create)", "/reason", "required"),
    ("leaves-approve", "/comments", "required"),
    ("employees-(create|update)|leave-balances-preview-terms", r"/work_pattern/cycle/\d+/(from|to)", "required|too_short"),
    ("employees-(create|update)|leave-balances-preview-terms", "/work_pattern(/cycle)?", "out_of_range|too_many"),
    ("compliance-calendars-update", r"/week/\w+/hours", "required"),
    ("compliance-training-create", "/employee_id", "required"),
    ("compliance-validate", "/worked_hours", "required"),
    ("compliance-validate|leaves-(create|preview)", "/(from|to)", "required"),
    ("employees-create", "/role", "required"),
    ("leaves-(adjustments|credits|encashments)-create", "/(days|minutes)", "missing|one_of"),
    ("notifications-email", "/(subject|text)", "missing_field"),
    ("notifications-email", "/template", "invalid"),
    ("notification-preferences-update", "/quiet_hours/to", "invalid"),
    # The template `message`, which is also the default, requires these values.
    ("notifications-(bulk-create|send)", "/context/(title|text)", "missing_field"),
    # The current password is a secret.
    ("auth-password-update", "/current_password", "wrong"),
    # The least length depends on the second factor of the session, and normalisation changes lengths.
    ("auth-password-(reset|update)", "/new_password", "too_(short|long)"),
    # The depth and the size of a whole object, and numbers deep inside.
    ("notification(-templates-preview|s-(bulk-create|email|send))", "/context", "invalid"),
    ("audit-logs-create", "/(old|new)_values", "invalid"),
    # Relative to today or to the hire date; and the number of dates with other terms.
    ("employees-(create|update)|leave-balances-preview-terms", "/(hire_date|earlier_service_from)", "out_of_range"),
    ("employees-update|leave-balances-preview-terms", "/effective_from", "out_of_range|too_many"),
    # The schedule by hours needs a share, an entitlement and postings at the end, and no other schedule has a share.
    ("compliance-policies-(create|update)|leaves-simulate", r".*/(accrual/(worked_share.*|posted_at)|entitlement_days)", ".*"),
    # Bounds that are other values of the same policy: the length of the shift, the daily cap, the number of approvers.
    ("compliance-policies-(create|update)|attendance-simulate", r".*/shifts/\d+/break_minutes", "out_of_range"),
    ("compliance-policies-(create|update)", "/rules/minimum_block_minutes", "out_of_range"),
    ("compliance-policies-(create|update)", "/rules/approval", "too_many"),
    ("compliance-policies-(create|update)|leaves-simulate", r".*/approval/\d+/needed", "too_many"),
]


def _around_today(days):
    span = datetime.timedelta(days=days)
    return strategies.datetimes(TODAY - span, TODAY + span)


# Dates of the years that the document admits; half of them near today, where records are.
schemathesis.openapi.format(
    "date",
    strategies.one_of(
        _around_today(100).map(lambda moment: str(moment.date())),
        strategies.dates(datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)).map(str),
    ),
)
# Instants of RFC 3339 in the years that the document admits; half of them near today.
schemathesis.openapi.format(
    "date-time",
    strategies.builds(
        lambda moment, offset: moment.isoformat() + offset,
        strategies.one_of(_around_today(100), strategies.datetimes(max_value=datetime.datetime(8999, 12, 31))),
        strategies.sampled_from(["Z", "+00:00", "-00:00", "+01:00", "-11:30", "+23:59", "-23:59"]),
    ),
)


@schemathesis.auth()
class Token:
    """The access token of the person with this role."""

    def get(self, case, context):
        return sign_in(os.environ["FUZZ_API"], os.environ["FUZZ_LOGIN"])

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def with_known_records(value, chance, reads, name=None):
    """The same value with ids and codes of records that exist, for most of its ids and codes."""
    if isinstance(value, dict):
        return {name: with_known_records(member, chance, reads, name) for name, member in value.items()}
    if isinstance(value, list):
        mapped = [with_known_records(member, chance, reads, name) for member in value]
        # A list of distinct values stays one.
        return mapped if distinct(mapped) or not distinct(value) else value
    if isinstance(value, float) and value.is_integer():
        # JSON Schema counts 5.0 as an integer. The API reads integers without a fraction only, as the document says.
        return int(value)
    if isinstance(value, str):
        found = ID.match(value)
        if reads and found and found[1] == "emp" and chance.random() < 0.4:
            return ME
        known = KNOWN.get(name) or (KNOWN.get(found[1]) if found else None)
        if known and chance.random() < 0.8:
            return chance.choice(known)
    return value


def distinct(values):
    return len({json.dumps(value, sort_keys=True, default=str) for value in values}) == len(values)


def _map(context, value):
    chance = random.Random(json.dumps(value, sort_keys=True, default=str))
    return with_known_records(value, chance, context.operation.method == "get") if value else value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return _map(context, path_parameters)


@schemathesis.hook
def map_query(context, query):
    # No random cursor is valid; with one, a list shows nothing.
    if query and "cursor" in query and len(query["cursor"]) % 3:
        query = {name: value for name, value in query.items() if name != "cursor"}
    return _map(context, query)


@schemathesis.hook
def map_body(context, body):
    return _map(context, body)


def problem_of(response):
    try:
        body = response.json()
    except ValueError:
        return None, {}
    kind = body.get("type", "") if isinstance(body, dict) else ""
    return kind.rsplit("/", 1)[-1], body


def is_beyond_schemas(name, fault):
    return any(
        re.fullmatch(operation, name) and re.fullmatch(place, fault["pointer"]) and re.fullmatch(code, fault["code"])
        for operation, place, code in BEYOND_SCHEMAS
    )


@schemathesis.check
def valid_request_is_not_malformed(context: CheckContext, response, case):
    """A request that satisfies the document is not refused for its form."""
    code, body = problem_of(response)
    if response.status_code == 400 and code != "invalid_cursor":
        raise Failure(operation=case.operation.label, title="A valid request is refused as malformed", message=json.dumps(body)[:600])
    if response.status_code != 422:
        return
    name = case.operation.definition.raw["operationId"]
    faults = [fault for fault in body.get("errors", []) if fault["code"] in OF_FORM and not is_beyond_schemas(name, fault)]
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
