"""Deploys the unmodified template.yaml and its nested templates to a LocalStack-compatible endpoint, with code and templates in S3, as `sam deploy` does."""

import argparse
import hashlib
import json
import re
import sys
import time
import zipfile
from pathlib import Path

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
STACK_SECONDS_MAX = 600
NESTED = "AWS::CloudFormation::Stack"
BEGAN = time.monotonic()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566", help="URL of the cloud (default: http://127.0.0.1:4566)")
    parser.add_argument("--stack", default="muster-local", help="name of the stack (default: muster-local)")
    parser.add_argument("--template", type=Path, default=ROOT / "template.yaml", help="root template (default: template.yaml)")
    parser.add_argument("--outputs", type=Path, default=ROOT / ".local/dev/outputs.json", help="file for the outputs of the stack")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="value of a template parameter; repeatable")
    parser.add_argument("--invoke", action="append", default=[], metavar="OPERATION", help="function to invoke after the deployment; repeatable")
    args = parser.parse_args()

    aws = Aws(args.endpoint)
    bucket = f"{args.stack}-code"
    chosen = {"Stage": "local"} | dict(pair.split("=", 1) for pair in args.set)
    template, operations = package(aws, bucket, args.template)
    state = yaml.load(template, Untagged)["Resources"]
    deploy(aws, args.stack, bucket, template, chosen)
    resources = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources_of(aws, args.stack)}
    enable_object_lock(aws, args.stack, state, resources)
    enable_time_to_live(aws, state, resources)
    verify_sender(aws, args.stack)
    outputs = read_outputs(aws, args.stack)
    outputs["ApiUrl"] = f"http://{resources['Api']}.execute-api.localhost:{args.endpoint.rsplit(':', 1)[1]}"
    outputs |= {"Stack": args.stack, "Endpoint": args.endpoint, "Region": REGION}
    outputs["Functions"] = {operation: resources[logical] for operation, logical in operations.items()}
    args.outputs.parent.mkdir(parents=True, exist_ok=True)
    args.outputs.write_text(json.dumps(outputs, indent=2) + "\n")
    for operation in args.invoke:
        invoke(aws, outputs["Functions"], operation)
    say(f"Deployed {len(operations)} functions. API: {outputs['ApiUrl']}")


class Aws:
    """boto3 clients of the endpoint, one attribute per service."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self.config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, read_timeout=120)

    def __getattr__(self, service):
        client = self.session.client(service, endpoint_url=self.endpoint, config=self.config)
        setattr(self, service, client)
        return client


def say(text):
    """Prints a line with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.1f}s] {text}", flush=True)


# ---- code and templates ----

TEMPLATE_URL = re.compile(r"^(\s+TemplateURL:\s*)(\S+)$", re.MULTILINE)
CODE_URI = re.compile(r"^(\s+CodeUri:\s*)(\S*?([\w-]+)/bootstrap\.zip)$", re.MULTILINE)
FUNCTION = re.compile(r"^  (\w+):\n    Type: AWS::Serverless::Function$", re.MULTILINE)


class Untagged(yaml.SafeLoader):
    """YAML loader that replaces intrinsic functions by their arguments: `!Ref Stage` becomes `Stage`."""


Untagged.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode)
                               else loader.construct_sequence(node, deep=True))


def package(aws, bucket, root):
    """Uploads local code and templates to S3. Returns the root template with S3 URLs, as `sam package` does, and the logical id of every operation."""
    text = root.read_text()
    children = {local: (root.parent / local).read_text() for _, local in TEMPLATE_URL.findall(text)}
    zips = {(child, local): (root.parent / child).parent / local
            for child, template in children.items() for _, local, _ in CODE_URI.findall(template)}
    missing = sorted(zipped.parent.name for zipped in zips.values() if not zipped.exists())
    if missing:
        sys.exit("These functions are not built; run `make build`: " + ", ".join(missing))
    keys, urls, operations = upload(aws, bucket, zips), {}, {}
    for child, template in children.items():
        for match in CODE_URI.finditer(template):
            operations[match[3]] = [m[1] for m in FUNCTION.finditer(template, 0, match.start())][-1]
        packaged = CODE_URI.sub(lambda m: f"{m[1]}s3://{bucket}/{keys[child, m[2]]}", template)
        urls[child] = put_template(aws, bucket, packaged)
    return TEMPLATE_URL.sub(lambda m: m[1] + urls[m[2]], text), operations


def upload(aws, bucket, zips):
    """Uploads the zips that are missing in the bucket. Returns the key of each zip."""
    present, digests = ensure_bucket(aws, bucket), Digests(ROOT / "target/lambda/.digests.json")
    keys, uploaded = {}, 0
    for name, file in zips.items():
        keys[name] = key = f"{file.parent.name}-{digests.of(file)[:32]}.zip"
        if key not in present:
            aws.s3.upload_file(str(file), bucket, key)
            uploaded += 1
            if uploaded % 10 == 0:
                say(f"uploaded {uploaded} functions")
    digests.save()
    say(f"uploaded {uploaded} of {len(zips)} functions; the others are unchanged")
    return keys


def put_template(aws, bucket, text):
    """Uploads a template and returns its URL. The key depends only on the text, so an unchanged template keeps its URL and its stack is not updated."""
    key = f"template-{hashlib.sha256(text.encode()).hexdigest()[:32]}.yaml"
    aws.s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    return f"{aws.endpoint}/{bucket}/{key}"


def ensure_bucket(aws, bucket):
    """Creates the code bucket if it is missing. Returns the keys of its objects."""
    try:
        pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        aws.s3.create_bucket(Bucket=bucket)
        return set()


class Digests:
    """SHA-256 hashes of the bootstrap files inside zips, cached by the size and modification time of the zip."""

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
                    sys.exit(f"{path} must contain only the file `bootstrap`. Run `make build`.")
                entry = [tag, hashlib.sha256(archive.read("bootstrap")).hexdigest()]
            self.known[path.parent.name] = entry
        return entry[1]

    def save(self):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.known))


# ---- stack ----

def deploy(aws, stack, bucket, template, chosen):
    """Creates or updates the stack with these parameters and waits for the end. A stack whose creation or deletion failed is deleted first. Exits if the deployment fails."""
    existing = describe(aws, stack)
    status = existing["StackStatus"] if existing else "DELETE_COMPLETE"
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        say(f"deleting the stack {stack}, which is in the state {status}")
        aws.cloudformation.delete_stack(StackName=stack)
        status = wait_until_stable(aws, stack, gone=True)
    action = aws.cloudformation.create_stack if status == "DELETE_COMPLETE" else aws.cloudformation.update_stack
    say(f"{'creating' if status == 'DELETE_COMPLETE' else 'updating'} the stack {stack}")
    started = time.time()
    try:
        action(StackName=stack, TemplateURL=put_template(aws, bucket, template), Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
               Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in chosen.items()])
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            sys.exit(f"CloudFormation refused the stack: {error}")
        say("the stack is unchanged")
        return
    end = wait_until_stable(aws, stack)
    if end not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        print_failed_events(aws, stack, started)
        sys.exit(f"The deployment failed; the stack is in the state {end}.")
    say(f"the stack is in the state {end}")


def describe(aws, stack):
    """Description of the stack; None if it does not exist."""
    try:
        return aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError:
        return None


def wait_until_stable(aws, stack, gone=False):
    """Waits until the stack is stable or, with `gone`, deleted; exits after STACK_SECONDS_MAX. Prints the progress every five seconds and returns the status."""
    deadline, printed = time.monotonic() + STACK_SECONDS_MAX, time.monotonic()
    while time.monotonic() < deadline:
        existing = describe(aws, stack)
        status = existing["StackStatus"] if existing else "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            if gone or status != "DELETE_COMPLETE":
                return status
        if time.monotonic() - printed > 5:
            printed = time.monotonic()
            done = sum(r["ResourceStatus"].endswith("_COMPLETE") for r in resources_of(aws, stack))
            say(f"{status}: {done} resources are complete")
        time.sleep(0.25)
    sys.exit(f"The stack is still in the state {status} after {STACK_SECONDS_MAX} s.")


def resources_of(aws, stack):
    """Resources of a stack and of its nested stacks."""
    for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            yield resource
            if resource["ResourceType"] == NESTED and resource.get("PhysicalResourceId"):
                yield from resources_of(aws, resource["PhysicalResourceId"])


def print_failed_events(aws, stack, since):
    """Prints the failures of the stack and of its nested stacks since a time, oldest first."""
    for event in reversed(aws.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]):
        if "FAILED" not in event["ResourceStatus"] or event["Timestamp"].timestamp() < since - 1:
            continue
        print(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '?')}")
        nested = event.get("PhysicalResourceId")
        if event["ResourceType"] == NESTED and nested and nested != event["StackId"]:
            print_failed_events(aws, nested, since)


def read_outputs(aws, stack):
    return {o["OutputKey"]: o["OutputValue"] for o in describe(aws, stack).get("Outputs", [])}


def parameters_of(aws, stack):
    return {p["ParameterKey"]: p["ParameterValue"] for p in describe(aws, stack).get("Parameters", [])}


def of_type(state, kind):
    """Logical ids and properties of the resources of one type."""
    return [(name, r["Properties"]) for name, r in state.items() if r["Type"] == kind]


# ---- object lock and time to live, which the emulator's CloudFormation ignores ----

def enable_object_lock(aws, stack, state, resources):
    """Sets the default retention of the buckets with object lock that have none."""
    for logical, properties in of_type(state, "AWS::S3::Bucket"):
        if not properties.get("ObjectLockEnabled"):
            continue
        try:
            aws.s3.get_object_lock_configuration(Bucket=resources[logical])
        except ClientError:
            retention = {"Mode": "GOVERNANCE", "Days": int(parameters_of(aws, stack)["RetentionDays"])}
            aws.s3.put_object_lock_configuration(Bucket=resources[logical], ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}})
            say(f"object lock is set on the bucket {resources[logical]}")


def enable_time_to_live(aws, state, resources):
    """Enables time to live on the tables of the template that have an attribute for it."""
    for logical, properties in of_type(state, "AWS::DynamoDB::Table"):
        specification, table = properties.get("TimeToLiveSpecification"), resources[logical]
        if not specification:
            continue
        status = aws.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if status == "DISABLED":
            aws.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={
                "Enabled": True, "AttributeName": specification["AttributeName"]})
            say(f"time to live is enabled on the table {table}")


# ---- mail: on AWS the owner verifies a sender identity; on the local cloud this script verifies it ----

def verify_sender(aws, stack):
    """Verifies the sender identity of the stack, if it has one that is not verified."""
    identity = parameters_of(aws, stack).get("MailIdentity")
    if not identity or identity in aws.ses.list_identities()["Identities"]:
        return
    if "@" in identity:
        aws.ses.verify_email_identity(EmailAddress=identity)
    else:
        aws.ses.verify_domain_identity(Domain=identity)
    say(f"the sender identity {identity} is verified")


def invoke(aws, functions, operation):
    """Invokes a function with an empty event and waits for its response. Exits if it fails."""
    answer = getattr(aws, "lambda").invoke(FunctionName=functions[operation], Payload=b"{}")
    body = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        sys.exit(f"The function {operation} failed: {body}")
    say(f"{operation} returned {body[:200]}")


if __name__ == "__main__":
    main()
