"""Deploys template.yaml, unmodified, to a LocalStack-compatible endpoint: code to S3, the stack by CloudFormation, routes if they are missing."""

import argparse
import hashlib
import io
import json
import re
import sys
import time
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
STACK_SECONDS_MAX = 600
BEGAN = time.monotonic()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566")
    parser.add_argument("--stack", default="muster-local")
    parser.add_argument("--template", type=Path, default=ROOT / "template.yaml")
    parser.add_argument("--outputs", type=Path, default=ROOT / ".local/dev/outputs.json", help="where the outputs are written")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the template")
    parser.add_argument("--invoke", action="append", default=[], metavar="OPERATION", help="a function to run once when all is deployed")
    args = parser.parse_args()

    aws = Aws(args.endpoint)
    bucket = f"{args.stack}-code"
    chosen = {"Stage": "local"} | dict(pair.split("=", 1) for pair in args.set)
    template, operations = package(aws, bucket, args.template)
    changed = deploy(aws, args.stack, bucket, template, chosen)
    resources = physical_ids(aws, args.stack)
    processed = processed_template(aws, args.stack)
    lock_buckets(aws, args.stack, processed, resources)
    expire_items(aws, processed, resources)
    verify_sender(aws, args.stack)
    api_id = add_routes(aws, args.stack, processed, resources, changed)
    outputs = read_outputs(aws, args.stack)
    if api_id:
        outputs["ApiUrl"] = f"http://{api_id}.execute-api.localhost:{args.endpoint.rsplit(':', 1)[1]}"
    outputs |= {"Stack": args.stack, "Endpoint": args.endpoint, "Region": REGION}
    outputs["Functions"] = {operation: resources[logical] for operation, logical in operations.items()}
    args.outputs.parent.mkdir(parents=True, exist_ok=True)
    args.outputs.write_text(json.dumps(outputs, indent=2) + "\n")
    for operation in args.invoke:
        invoke(aws, outputs["Functions"], operation)
    say(f"{len(operations)} functions at {outputs.get('ApiUrl', 'no API')}")


class Aws:
    """One boto3 client per service, all at the endpoint."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self.config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, read_timeout=120)

    def __getattr__(self, service):
        client = self.session.client(service, endpoint_url=self.endpoint, config=self.config)
        setattr(self, service, client)
        return client


def say(text):
    print(f"[{time.monotonic() - BEGAN:5.1f}s] {text}", flush=True)


# ---- code ----

CODE_URI = re.compile(r"^(\s+CodeUri:\s*)(\S*?([\w-]+)/bootstrap\.zip)\s*$", re.MULTILINE)
FUNCTION = re.compile(r"^  (\w+):\n    Type: AWS::Serverless::Function$", re.MULTILINE)


def package(aws, bucket, path):
    """The template with every CodeUri in S3, as `sam package` leaves it, and the logical id of every operation."""
    text = path.read_text()
    paths = {local: ROOT / local for _, local, _ in CODE_URI.findall(text)}
    missing = sorted(local for local, file in paths.items() if not file.exists())
    if missing:
        sys.exit("not built (make build): " + ", ".join(missing))
    present = ensure_bucket(aws, bucket)
    digests = Digests(ROOT / "target/lambda/.digests.json")
    keys, uploaded = {}, 0
    for local, file in paths.items():
        keys[local] = key = f"{file.parent.name}-{digests.of(file)[:32]}.zip"
        if key not in present:
            aws.s3.upload_file(str(file), bucket, key)
            uploaded += 1
            if uploaded % 10 == 0:
                say(f"{uploaded} functions uploaded")
    digests.save()
    say(f"code: {uploaded} of {len(paths)} functions uploaded")
    operations = {}
    for match in CODE_URI.finditer(text):
        operations[match[3]] = [m[1] for m in FUNCTION.finditer(text, 0, match.start())][-1]
    return CODE_URI.sub(lambda m: f"{m[1]}s3://{bucket}/{keys[m[2]]}", text), operations


def ensure_bucket(aws, bucket):
    """The keys that are in the code bucket, which is made if it is missing."""
    try:
        pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        aws.s3.create_bucket(Bucket=bucket)
        return set()


class Digests:
    """SHA-256 of the bootstrap inside a zip (zips differ by their timestamps), remembered by the zip's size and time."""

    def __init__(self, file):
        self.file = file
        self.known = json.loads(file.read_text()) if file.exists() else {}

    def of(self, path):
        stat = path.stat()
        tag = [stat.st_size, stat.st_mtime_ns]
        entry = self.known.get(path.parent.name)
        if not entry or entry[0] != tag:
            with zipfile.ZipFile(path) as archive:
                if archive.namelist() != ["bootstrap"]:
                    sys.exit(f"{path} must hold one file, bootstrap")
                entry = [tag, hashlib.sha256(archive.read("bootstrap")).hexdigest()]
            self.known[path.parent.name] = entry
        return entry[1]

    def save(self):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.known))


# ---- stack ----

def deploy(aws, stack, bucket, template, chosen):
    """Creates or updates the stack; false when the very same template and parameters stand already."""
    digest = hashlib.sha256((template + json.dumps(chosen, sort_keys=True)).encode()).hexdigest()[:32]
    standing = describe(aws, stack)
    status = standing["StackStatus"] if standing else None
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE") and {"Key": "deployed", "Value": digest} in standing.get("Tags", []):
        say("stack: unchanged")
        return False
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        say(f"stack: {status}, deleted first")
        aws.cloudformation.delete_stack(StackName=stack)
        wait(aws, stack, gone=True)
        status = None
    key = f"template-{digest}.yaml"
    aws.s3.put_object(Bucket=bucket, Key=key, Body=io.BytesIO(template.encode()))
    action = aws.cloudformation.update_stack if status and status != "DELETE_COMPLETE" else aws.cloudformation.create_stack
    say(f"stack: {action.__name__.replace('_', ' ')} {stack}")
    started = time.time()
    try:
        action(StackName=stack, TemplateURL=f"{aws.endpoint}/{bucket}/{key}", Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
               Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in chosen.items()],
               Tags=[{"Key": "deployed", "Value": digest}])
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            sys.exit(f"stack: refused: {error}")
        return False
    end = wait(aws, stack)
    if end not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        failed_events(aws, stack, started)
        sys.exit(f"stack: {end}")
    say(f"stack: {end}")
    return True


def describe(aws, stack):
    try:
        return aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError:
        return None


def wait(aws, stack, gone=False):
    """Waits for the stack to settle and says every five seconds how many resources are done."""
    deadline, told = time.monotonic() + STACK_SECONDS_MAX, time.monotonic()
    while time.monotonic() < deadline:
        standing = describe(aws, stack)
        status = standing["StackStatus"] if standing else "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            if gone or status != "DELETE_COMPLETE":
                return status
        if time.monotonic() - told > 5:
            told = time.monotonic()
            done = sum(r["ResourceStatus"].endswith("_COMPLETE") for r in resources_of(aws, stack))
            say(f"stack: {status}, {done} resources done")
        time.sleep(0.25)
    sys.exit(f"stack: still {status} after {STACK_SECONDS_MAX} s")


def resources_of(aws, stack):
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return [item for page in pages for item in page["StackResourceSummaries"]]


def physical_ids(aws, stack):
    return {r["LogicalResourceId"]: r.get("PhysicalResourceId", "") for r in resources_of(aws, stack)}


def failed_events(aws, stack, since):
    for event in reversed(aws.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]):
        if "FAILED" in event["ResourceStatus"] and event["Timestamp"].timestamp() >= since - 1:
            print(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '?')}")


def read_outputs(aws, stack):
    return {o["OutputKey"]: o["OutputValue"] for o in describe(aws, stack).get("Outputs", [])}


def parameters(aws, stack):
    return {p["ParameterKey"]: p["ParameterValue"] for p in describe(aws, stack).get("Parameters", [])}


def processed_template(aws, stack):
    body = aws.cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else body


def of_type(template, kind):
    return [(name, r.get("Properties", {})) for name, r in template["Resources"].items() if r["Type"] == kind]


# ---- object lock and time to live: the emulator's CloudFormation leaves them out ----

def lock_buckets(aws, stack, template, resources):
    for logical, properties in of_type(template, "AWS::S3::Bucket"):
        if not properties.get("ObjectLockEnabled"):
            continue
        try:
            aws.s3.get_object_lock_configuration(Bucket=resources[logical])
        except ClientError:
            retention = {"Mode": "GOVERNANCE", "Days": int(parameters(aws, stack)["RetentionDays"])}
            aws.s3.put_object_lock_configuration(Bucket=resources[logical], ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}})
            say(f"object lock: {resources[logical]}")


def expire_items(aws, template, resources):
    for logical, properties in of_type(template, "AWS::DynamoDB::Table"):
        wanted, table = properties.get("TimeToLiveSpecification"), resources[logical]
        if not wanted:
            continue
        status = aws.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if status == "DISABLED":
            aws.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={
                "Enabled": True, "AttributeName": wanted["AttributeName"]})
            say(f"time to live: {table}")


# ---- mail: on AWS the owner of an identity verifies it; here whoever deploys owns every domain ----

def verify_sender(aws, stack):
    identity = parameters(aws, stack).get("MailIdentity")
    if not identity or identity in aws.ses.list_identities()["Identities"]:
        return
    if "@" in identity:
        aws.ses.verify_email_identity(EmailAddress=identity)
    else:
        aws.ses.verify_domain_identity(Domain=identity)
    say(f"mail: {identity} may send")


# ---- routes: they stand in the OpenAPI body of the API, which emulators may ignore ----

def add_routes(aws, stack, template, resources, changed):
    """Makes the HTTP API answer what the template's body says; returns the API's id."""
    apis = of_type(template, "AWS::ApiGatewayV2::Api")
    if not apis:
        return None
    logical, properties = apis[0]
    api = resources[logical]
    standing = {r["RouteKey"]: r for r in pages(aws.apigatewayv2.get_routes, ApiId=api)}
    integrations = {i["IntegrationId"]: i.get("IntegrationUri") for i in pages(aws.apigatewayv2.get_integrations, ApiId=api)}
    targets = {key: integrations.get(route.get("Target", "").removeprefix("integrations/")) for key, route in standing.items()}
    wanted = {}
    for path, methods in properties["Body"]["paths"].items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            function = resources[re.search(r"\$\{(\w+)\.Arn\}", json.dumps(integration["uri"]))[1]]
            role = resources[integration["credentials"]["Fn::GetAtt"][0]]
            wanted[f"{method.upper()} {path}"] = (f"arn:aws:lambda:{REGION}:{account(aws)}:function:{function}",
                                                  f"arn:aws:iam::{account(aws)}:role/{role}")
    made = 0
    for key, (arn, role) in wanted.items():
        if targets.get(key) == arn:
            continue
        if key in standing:
            aws.apigatewayv2.delete_route(ApiId=api, RouteId=standing[key]["RouteId"])
        integration = aws.apigatewayv2.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, CredentialsArn=role,
                                                          PayloadFormatVersion="2.0", IntegrationMethod="POST")
        aws.apigatewayv2.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration['IntegrationId']}")
        made += 1
    stale = [route for key, route in standing.items() if key not in wanted]
    for route in stale:
        aws.apigatewayv2.delete_route(ApiId=api, RouteId=route["RouteId"])
    if changed:
        set_cors(aws, api, properties, parameters(aws, stack))
    say(f"routes: {len(wanted)}, {made} made, {len(stale)} removed")
    return api


def set_cors(aws, api, properties, values):
    cors = properties["Body"].get("x-amazon-apigateway-cors")
    if not cors:
        return
    names = {"allowOrigins": "AllowOrigins", "allowMethods": "AllowMethods", "allowHeaders": "AllowHeaders",
             "exposeHeaders": "ExposeHeaders", "maxAge": "MaxAge", "allowCredentials": "AllowCredentials"}
    value = {names[k]: [values[i["Ref"]] if isinstance(i, dict) else i for i in v] if isinstance(v, list) else v for k, v in cors.items()}
    aws.apigatewayv2.update_api(ApiId=api, CorsConfiguration=value)


def pages(call, **arguments):
    """Every item of an apigatewayv2 list, which has no paginator everywhere."""
    items, token = [], None
    while True:
        page = call(**arguments, MaxResults="500", **({"NextToken": token} if token else {}))
        items += page.get("Items", [])
        token = page.get("NextToken")
        if not token:
            return items


def account(aws):
    if "account_id" not in aws.__dict__:
        aws.account_id = aws.sts.get_caller_identity()["Account"]
    return aws.account_id


def invoke(aws, functions, operation):
    answer = getattr(aws, "lambda").invoke(FunctionName=functions[operation], Payload=b"{}")
    body = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        sys.exit(f"{operation} failed: {body}")
    say(f"{operation}: {body[:200]}")


if __name__ == "__main__":
    main()
