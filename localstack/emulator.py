"""Runs the emulator MiniStack with corrections of its differences from AWS, one function each."""

import json
import re
import socketserver
from email.utils import parseaddr

# The Runtime API writes headers and body separately; Nagle's algorithm would cost two delayed ACKs (80 ms) per invocation.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack import app  # noqa: E402 (must follow the line above)
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
    """Retries a DynamoDB batch with `batchItemFailures`, which MiniStack treats as a success."""
    result = _execute(func, event)
    records = event.get("Records") if isinstance(event, dict) else None
    if records and records[0].get("eventSource") == "aws:dynamodb" and not result.get("error"):
        body = result.get("body")
        body = json.loads(body) if isinstance(body, str) and body else body
        if isinstance(body, dict) and body.get("batchItemFailures"):
            return {**result, "error": True, "body": {"errorType": "BatchItemFailures", "errorMessage": json.dumps(body)}}
    return result


def restore_state(data):
    """Resets the positions of stream readers after a restart, because MiniStack saves the positions but not the records."""
    return _restore({**data, "dynamodb_stream_positions": {}} if data else data)


def service_context(body):
    """Adds the IAM condition key `dynamodb:LeadingKeys`, taken from attributes named `pk` or `..._pk`."""
    context = _context(body)
    keys = sorted(set(leading_keys(json.loads(body or b"{}"))))
    service_context.latest = keys  # used by the transaction checks of the same request, which follow in the same thread
    return {**context, "dynamodb:LeadingKeys": keys} if keys else context


class ItemByItem(list):
    """Checks of a transaction, each with the leading key of its own item instead of all keys."""

    def __init__(self, checks, items, context):
        super().__init__(checks)
        self.items, self.context = items, context

    def __iter__(self):
        for check, item in zip(super().__iter__(), self.items):
            self.context[:] = sorted(set(leading_keys(item)))
            yield check


def transaction_checks(iam_action, body, region, account_id):
    """Checks each item of a transaction separately, as AWS does, so that a grant to put one item does not allow updating another."""
    checks = _transaction_checks(iam_action, body, region, account_id)
    items = json.loads(body or b"{}").get("TransactItems", []) if checks else []
    matching = len(items) == len(checks) and all(isinstance(item, dict) and len(item) == 1 for item in items)
    return ItemByItem(checks, items, service_context.latest) if matching else checks


def leading_keys(request):
    """Partition keys of all items and queries in a DynamoDB request, in no certain order."""
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
    """Maps SQS batch calls to the action of a single message, because AWS has no actions such as `sqs:SendMessageBatch`."""
    name = _action(service, *request)
    return name.removesuffix("Batch") if service == "sqs" and name else name


def resource_arn(service, method, path, headers, body, query_params, region, account_id):
    """Corrects the ARNs of schedules in groups and of mail identities; MiniStack knows only the default group and no identity."""
    schedule = re.fullmatch(r"/schedules/([^/]+)", path) if service == "scheduler" else None
    if schedule:
        group = given(query_params, "groupName") or json.loads(body or b"{}").get("GroupName") or "default"
        return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{schedule[1]}"
    if service == "ses" and given(query_params, "Action") in ("SendEmail", "SendRawEmail"):
        return f"arn:aws:ses:{region}:{account_id}:identity/{identity(given(query_params, 'Source'))}"
    return _resource_arn(service, method, path, headers, body, query_params, region, account_id)


def identity(sender):
    """SES identity of a sender: the address if it is a verified identity, otherwise its domain."""
    address = parseaddr(sender)[1]
    known = address in ses._identities or address in ses_v2._identities
    return address if known else address.rpartition("@")[2].lower()


async def schedules(method, path, headers, body, query_params):
    """Requires `iam:PassRole` on the role of a new or changed schedule, as AWS does."""
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
    """Applies the SAM transform to a nested stack's template in place; MiniStack transforms only the root."""
    _check_nested(parent, template)
    processed = engine._apply_transforms(template)
    template.clear()
    template.update(processed)


def update_resource(kind, physical_id, old, new, stack, logical_id=None, old_attributes=None):
    """Keeps the attributes of a nested stack's resource that an update does not change; MiniStack loses them."""
    if old_attributes is None:
        old_attributes = cloudformation._stacks[stack]["_resources"].get(logical_id, {}).get("Attributes")
    return _update(kind, physical_id, old, new, stack, logical_id, old_attributes)


def with_cors(call):
    """Converts the CORS settings of an HTTP API from CloudFormation's capitalised names, which MiniStack does not convert."""
    def converted(argument):
        cors = isinstance(argument, dict) and argument.get("CorsConfiguration")
        return {**argument, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}} if cors else argument

    return lambda *arguments: call(*map(converted, arguments))


def given(parameters, name):
    """Value of a query or form parameter; empty if it is missing."""
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
