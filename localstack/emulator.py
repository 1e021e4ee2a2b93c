"""Runs MiniStack with some things put right that AWS does otherwise; each is a function below, and all of it is local only."""

import json
import re
import socketserver
from email.utils import parseaddr

# The Runtime API writes headers and body apart; Nagle would cost two delayed ACKs (80 ms) per invocation.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack import app  # noqa: E402 (the line above must come first)
from ministack.core import iam_actions, iam_evaluator, responses, router  # noqa: E402
from ministack.services import cloudformation, lambda_svc, scheduler, ses, ses_v2  # noqa: E402
from ministack.services.cloudformation import engine, provisioners  # noqa: E402

_execute = lambda_svc._execute_function
_restore = lambda_svc._restore_state
_context = iam_actions.dynamodb_service_context
_transaction_checks = iam_actions.dynamodb_transaction_checks
_action = iam_actions.extract_iam_action
_resource_arn = iam_actions.extract_resource_arn
_schedules = scheduler.handle_request
_check_nested = provisioners._check_nested_stack_capabilities
_update = provisioners._update_resource
_http_api = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]


def execute_function(func, event):
    """A DynamoDB batch with `batchItemFailures` has failed and is tried again; MiniStack takes it for a success."""
    result = _execute(func, event)
    records = event.get("Records") if isinstance(event, dict) else None
    if records and records[0].get("eventSource") == "aws:dynamodb" and not result.get("error"):
        body = result.get("body")
        body = json.loads(body) if isinstance(body, str) and body else body
        if isinstance(body, dict) and body.get("batchItemFailures"):
            return {**result, "error": True, "body": {"errorType": "BatchItemFailures", "errorMessage": json.dumps(body)}}
    return result


def restore_state(data):
    """Streams begin anew after a restart, and so must their readers: MiniStack keeps the positions but not the records."""
    return _restore({**data, "dynamodb_stream_positions": {}} if data else data)


def service_context(body):
    """Adds the condition key `dynamodb:LeadingKeys`, from attributes named `pk` or `..._pk`."""
    context = _context(body)
    keys = sorted(set(leading_keys(json.loads(body or b"{}"))))
    service_context.latest = keys  # the transaction's checks of the same request follow at once, in the same thread
    return {**context, "dynamodb:LeadingKeys": keys} if keys else context


class ItemByItem(list):
    """The checks of a transaction, each seeing the leading key of its own item instead of those of all."""

    def __init__(self, checks, items, context):
        super().__init__(checks)
        self.items, self.context = items, context

    def __iter__(self):
        for check, item in zip(super().__iter__(), self.items):
            self.context[:] = sorted(set(leading_keys(item)))
            yield check


def transaction_checks(iam_action, body, region, account_id):
    """As AWS does, checks each item of a transaction by itself: a grant to put one kind of item is not a grant to update it."""
    checks = _transaction_checks(iam_action, body, region, account_id)
    items = json.loads(body or b"{}").get("TransactItems", []) if checks else []
    one_each = len(items) == len(checks) and all(isinstance(item, dict) and len(item) == 1 for item in items)
    return ItemByItem(checks, items, service_context.latest) if one_each else checks


def leading_keys(request):
    if isinstance(request, list):
        for part in request:
            yield from leading_keys(part)
    if not isinstance(request, dict):
        return
    for name, value in request.items():
        if name in ("Key", "Item"):
            yield from value.get("pk", {}).values()
        elif name == "Keys":  # BatchGetItem
            yield from (text for key in value for text in key.get("pk", {}).values())
        elif name == "KeyConditionExpression":
            names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
            for attribute, placeholder in re.findall(r"([#\w]+)\s*=\s*(:\w+)", value):
                if names.get(attribute, attribute).endswith("pk"):
                    yield from values.get(placeholder, {}).values()
        elif not name.startswith("ExpressionAttribute"):
            yield from leading_keys(value)


def action(service, *request):
    """A batch of SQS is allowed by the action that does one: AWS has no `sqs:SendMessageBatch` to grant."""
    named = _action(service, *request)
    return named.removesuffix("Batch") if service == "sqs" and named else named


def resource_arn(service, method, path, headers, body, query_params, region, account_id):
    """A schedule is in its group, and a mail is sent as an identity: MiniStack knows the default group and no identity."""
    schedule = re.fullmatch(r"/schedules/([^/]+)", path) if service == "scheduler" else None
    if schedule:
        group = given(query_params, "groupName") or json.loads(body or b"{}").get("GroupName") or "default"
        return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{schedule[1]}"
    if service == "ses" and given(query_params, "Action") in ("SendEmail", "SendRawEmail"):
        return f"arn:aws:ses:{region}:{account_id}:identity/{identity(given(query_params, 'Source'))}"
    return _resource_arn(service, method, path, headers, body, query_params, region, account_id)


def identity(sender):
    """The identity that a sender's address belongs to: the address itself where that is one, or else its domain."""
    address = parseaddr(sender)[1]
    known = address in ses._identities or address in ses_v2._identities
    return address if known else address.rpartition("@")[2].lower()


async def schedules(method, path, headers, body, query_params):
    """As AWS does, asks whoever makes a schedule for `iam:PassRole` on the role that it runs with."""
    role = json.loads(body or b"{}").get("Target", {}).get("RoleArn") if method in ("POST", "PUT") and path.startswith("/schedules/") else None
    if role:
        key, region = router.extract_access_key_id(headers, query_params), responses.get_region()
        denied = iam_evaluator.enforce(key, "iam:PassRole", "iam", region, resource_arn=role,
                                       service_context={"iam:PassedToService": "scheduler.amazonaws.com"})
        if denied:
            return iam_actions.access_denied_response("scheduler", "iam:PassRole", getattr(denied, "principal_arn", ""),
                                                      responses.new_uuid(), headers=headers)
    return await _schedules(method, path, headers, body, query_params)


def check_nested(parent, template):
    """Applies the SAM transform of a nested stack's template in place; MiniStack does so for the root only."""
    _check_nested(parent, template)
    processed = engine._apply_transforms(template)
    template.clear()
    template.update(processed)


def update_resource(kind, physical_id, old, new, stack, logical_id=None, old_attributes=None):
    """Keeps the attributes of a nested stack's resource that an update leaves unchanged; MiniStack forgets them."""
    if old_attributes is None:
        old_attributes = cloudformation._stacks[stack]["_resources"].get(logical_id, {}).get("Attributes")
    return _update(kind, physical_id, old, new, stack, logical_id, old_attributes)


def with_cors(call):
    """Spells the CORS settings of an HTTP API as its own API does; MiniStack hands on the capitals of CloudFormation."""
    def spelt(argument):
        cors = isinstance(argument, dict) and argument.get("CorsConfiguration")
        return {**argument, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}} if cors else argument

    return lambda *arguments: call(*map(spelt, arguments))


def given(parameters, name):
    """One parameter of a query or a form."""
    value = (parameters or {}).get(name) or ""
    return value[0] if isinstance(value, list) else value


lambda_svc._execute_function = execute_function
lambda_svc._restore_state = restore_state
iam_actions.dynamodb_service_context = service_context
iam_actions.dynamodb_transaction_checks = transaction_checks
iam_actions.extract_iam_action = action
iam_actions.extract_resource_arn = resource_arn
scheduler.handle_request = schedules
provisioners._check_nested_stack_capabilities = check_nested
provisioners._update_resource = update_resource
_http_api.update(create=with_cors(_http_api["create"]), update=with_cors(_http_api["update"]))

if __name__ == "__main__":
    app.main()
