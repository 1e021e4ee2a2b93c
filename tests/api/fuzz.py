"""Sends random requests that satisfy the API document to a running local cloud, as three people with different roles.

Usage: fuzz.py OUTPUTS [--examples 10] [--seed 1] [--role hr] [--only OPERATION] [--seconds 280]

The requests depend on the seed, the document and the records of the cloud only. They change these records.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "openapi.json"
PASSWORD = "quiet-otter-loud-violin"
# HR comes last: it changes and ends what the others need.
ROLES = {"employee": "E1015", "manager": "E1007", "hr": "E1004"}
# Ends the session that all requests of a role share.
APART = ["auth-logout"]
ID = re.compile(r"^([a-z]+)_[0-9a-f]{32}$")
# Exit code of schemathesis after SIGINT, whether or not it found failures before.
INTERRUPTED = 130
# Codes that refer to records, by the lists that contain the records and the name of the code there.
CODES = {"leave_type": ("/api/v1/leave-types", "code"), "site": ("/api/v1/compliance/calendars", "site")}

_addresses = socket.getaddrinfo


def _local_addresses(host, *rest, **named):
    """The addresses of a host; those of `*.localhost` (RFC 6761) also where the resolver does not know them."""
    name = host.decode() if isinstance(host, bytes) else host
    return _addresses("127.0.0.1" if name and name.endswith(".localhost") else host, *rest, **named)


socket.getaddrinfo = _local_addresses


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


def known_records(api, token, protected):
    """Ids that lists show to HR, by their prefix, and codes, so that some requests meet records that exist."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    known = {}

    def collect(value):
        if isinstance(value, dict):
            for member in value.values():
                collect(member)
        elif isinstance(value, list):
            for member in value:
                collect(member)
        elif isinstance(value, str) and (found := ID.match(value)) and value not in protected:
            known.setdefault(found[1], set()).add(value)

    for path, methods in paths.items():
        if "get" in methods and "{" not in path:
            try:
                collect(call(f"{api}{path}", token))
            except (OSError, ValueError):
                continue  # needs a parameter, or is a file
    for name, (path, member) in CODES.items():
        known[name] = {item[member] for item in call(f"{api}{path}?limit=100", token)["items"]}
    return {name: sorted(values)[:20] for name, values in known.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("outputs")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--role", choices=ROLES)
    parser.add_argument("--only")
    parser.add_argument("--seconds", type=int, default=280)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    api = json.loads(pathlib.Path(args.outputs).read_text())["ApiUrl"].rstrip("/")
    people = {role: call(f"{api}/api/v1/auth/me", sign_in(api, login))["id"] for role, login in ROLES.items()}
    roles = [args.role] if args.role else list(ROLES)
    deadline = time.monotonic() + args.seconds
    failed = []
    for nth, role in enumerate(roles):
        left = (deadline - time.monotonic()) / (len(roles) - nth)
        known = known_records(api, sign_in(api, ROLES["hr"]), set(people.values()))
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "checks",
            "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(pathlib.Path(args.outputs).parent / "hypothesis"),
            "FUZZ_LOGIN": ROLES[role],
            "FUZZ_API": api,
            "FUZZ_ME": people[role],
            "FUZZ_KNOWN": json.dumps({**known, "user_id": [people[role]]}),
        }
        command = [
            str(pathlib.Path(sys.executable).parent / "schemathesis"),
            "--config-file", str(HERE / "schemathesis.toml"),
            "run", str(DOCUMENT), "--url", api,
            # The default of this option wins over the configuration file.
            "--mode", "positive",
            "--max-examples", str(args.examples),
            "--seed", str(args.seed),
            *(["--include-operation-id", args.only] if args.only else [f"--exclude-operation-id={name}" for name in APART]),
        ]
        print(f"-- as {role}, at most {left:.0f} s", flush=True)
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        # A slow machine is no disagreement: when the time of a role is over it stops, and its failures until then count.
        timer = threading.Timer(max(left, 1), process.send_signal, [signal.SIGINT])
        timer.start()
        found, sent = False, 0
        for line in process.stdout:
            print(line, end="", flush=True)
            found = found or line.startswith(("Failures:", "Errors:"))
            if count := re.search(r"(\d+) generated", line):
                sent = int(count[1])
        code = process.wait()
        timer.cancel()
        if code == INTERRUPTED and not found:
            print(f"-- as {role}: stopped after {left:.0f} s; the operations counted as skipped were not tested")
            code = 0
        if not sent:
            sys.exit(f"no request was sent as {role}")
        if code:
            failed.append(role)
    if failed:
        sys.exit(f"the API and its document disagree as {', '.join(failed)}")


if __name__ == "__main__":
    main()
