"""Plays the API document against a running local cloud: random requests that satisfy it, as three people with different roles.

Usage: fuzz.py OUTPUTS [--examples 10] [--role hr] [--only OPERATION] [--seconds 280]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "openapi.json"
PASSWORD = "quiet-otter-loud-violin"
ROLES = {"employee": "E1015", "manager": "E1007", "hr": "E1004"}
# Ends the session that all requests of a role share.
APART = ["auth-logout"]


def call(url, token=None, body=None):
    """Sends one request and returns the JSON of its response."""
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def sign_in(api, login):
    return call(f"{api}/api/v1/auth/login", body={"login": login, "password": PASSWORD})["access_token"]


def known_ids(api, token, protected):
    """Ids that lists show to HR, by their prefix, so that some requests meet records that exist."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    found = {}

    def collect(value):
        if isinstance(value, dict):
            for member in value.values():
                collect(member)
        elif isinstance(value, list):
            for member in value:
                collect(member)
        elif isinstance(value, str) and "_" in value and len(value.rsplit("_", 1)[1]) == 32:
            prefix = value.rsplit("_", 1)[0]
            if value not in protected:
                found.setdefault(prefix, set()).add(value)

    for path, methods in paths.items():
        if "get" in methods and "{" not in path:
            try:
                collect(call(f"{api}{path}", token))
            except (OSError, ValueError):
                continue  # needs a parameter, or is a file
    return {prefix: sorted(ids)[:20] for prefix, ids in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("outputs")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--role", choices=ROLES)
    parser.add_argument("--only")
    parser.add_argument("--seconds", type=int, default=280)
    args = parser.parse_args()
    api = json.loads(pathlib.Path(args.outputs).read_text())["ApiUrl"].rstrip("/")
    people = {role: call(f"{api}/api/v1/auth/me", sign_in(api, login))["id"] for role, login in ROLES.items()}
    ids = known_ids(api, sign_in(api, ROLES["hr"]), set(people.values()))
    roles = [args.role] if args.role else list(ROLES)
    deadline = time.monotonic() + args.seconds
    failed = []
    for nth, role in enumerate(roles):
        left = (deadline - time.monotonic()) / (len(roles) - nth)
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "checks",
            "PYTHONPATH": str(HERE),
            "FUZZ_LOGIN": ROLES[role],
            "FUZZ_API": api,
            "FUZZ_IDS": json.dumps(ids),
        }
        command = [
            str(pathlib.Path(sys.executable).parent / "schemathesis"),
            "--config-file", str(HERE / "schemathesis.toml"),
            "run", str(DOCUMENT), "--url", api,
            "--max-examples", str(args.examples),
            "--seed", "1",
            *(["--include-operation-id", args.only] if args.only else [f"--exclude-operation-id={name}" for name in APART]),
        ]
        print(f"-- as {role}, at most {left:.0f} s", flush=True)
        try:
            code = subprocess.run(command, env=environment, timeout=max(left, 1)).returncode
        except subprocess.TimeoutExpired:
            print(f"-- as {role}: not finished in time")
            code = 1
        if code:
            failed.append(role)
    if failed:
        sys.exit(f"the API and its document disagree as {', '.join(failed)}")


if __name__ == "__main__":
    main()
