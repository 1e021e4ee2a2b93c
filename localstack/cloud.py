"""Starts, stops and inspects a local cloud: `cloud.py start|stop|status|reset|logs|mails`. Each has a name, a port and a state directory."""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "reset", "logs", "mails"])
    parser.add_argument("--name", default="dev", help="state and pid file live under .local/<name>/")
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--throwaway", action="store_true", help="keep nothing: state from an earlier run is removed first")
    parser.add_argument("--function", help="logs: an operation, such as employees-create; none for every function")
    parser.add_argument("--follow", action="store_true", help="logs: go on printing")
    parser.add_argument("--json", action="store_true", help="mails: as JSON")
    args = parser.parse_args()
    home = ROOT / ".local" / args.name
    match args.command:
        case "start":
            start(home, args.port, args.throwaway)
        case "stop":
            stop(home)
        case "reset":
            stop(home)
            shutil.rmtree(home, ignore_errors=True)
            print(f"the cloud {args.name!r} is gone with its data")
        case "status":
            sys.exit(status(home, args.name))
        case "logs":
            logs(home, args.function, args.follow)
        case "mails":
            mails(home, args.json)


def start(home, port, throwaway):
    if running(home):
        known = endpoint(home)
        if healthy(known):
            print(f"running at {known}")
            return
        stop(home)
    if throwaway:
        shutil.rmtree(home, ignore_errors=True)
    state, scratch = home / "state", home / "tmp"
    for directory in (state, scratch):
        directory.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    if healthy(url):
        sys.exit(f"something else answers at {url}: stop it, or choose another port (PORT=...)")
    (home / "cloud.json").write_text(json.dumps({"endpoint": url}))
    began = time.monotonic()
    with open(home / "cloud.log", "w") as log:
        process = subprocess.Popen([sys.executable, ROOT / "localstack" / "emulator.py"], cwd=home, stdout=log, stderr=log,
                                   env=environment(port, state, scratch, persist=not throwaway), start_new_session=True)
    (home / "pid").write_text(str(process.pid))
    while time.monotonic() - began < START_SECONDS_MAX:
        if process.poll() is not None:
            break
        if healthy(url):
            print(f"started at {url} in {time.monotonic() - began:.1f} s")
            return
        time.sleep(0.1)
    stop(home)
    sys.exit("the cloud did not start:\n" + tail(home / "cloud.log"))


def environment(port, state, scratch, persist):
    """All the emulator sees of the caller's environment is the path: its functions inherit what it has."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),  # pid file, unpacked functions
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AUTH": "true",  # every call is checked against the caller's policies
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1" if persist else "0",
        "S3_PERSIST": "1" if persist else "0",
        "STATE_DIR": str(state),
        "S3_DATA_DIR": str(state / "s3"),
        "AWS_TIMEOUT_FACTOR": "10",  # the emulator answers slower than AWS
        "LOG_LEVEL": "INFO",
    }


def stop(home):
    pid = running(home)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while running(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        if running(home):
            os.killpg(pid, signal.SIGKILL)
        print("stopped")
    (home / "pid").unlink(missing_ok=True)


def running(home):
    """The pid of this home's emulator, if that process is really ours."""
    try:
        pid = int((home / "pid").read_text())
        command = subprocess.run(["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True).stdout
    except (FileNotFoundError, ValueError):
        return None
    return pid if "emulator.py" in command and not command.startswith("Z") else None


def healthy(url):
    try:
        with urllib.request.urlopen(f"{url}/_localstack/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def endpoint(home):
    return json.loads((home / "cloud.json").read_text())["endpoint"]


def status(home, name):
    pid = running(home)
    if not pid or not healthy(endpoint(home)):
        print(f"the cloud {name!r} is not running")
        return 1
    print(f"the cloud {name!r} runs at {endpoint(home)} (pid {pid})")
    outputs = home / "outputs.json"
    if outputs.exists():
        for key, value in json.loads(outputs.read_text()).items():
            print(f"  {key:18} {len(value) if isinstance(value, dict) else value}")
    return 0


def logs(home, operation, follow):
    """Prints the functions' log lines of the last hour, oldest first, from the CloudWatch Logs API."""
    import boto3

    client = boto3.client("logs", endpoint_url=endpoint(home), region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")
    outputs = json.loads((home / "outputs.json").read_text())
    if operation and operation not in outputs["Functions"]:
        sys.exit(f"no function {operation!r}; there are: {', '.join(sorted(outputs['Functions']))}")
    since, seen, functions = int((time.time() - 3600) * 1000), set(), {}
    while True:
        events = [event for page in client.get_paginator("filter_log_events").paginate(logGroupName=outputs["FunctionLog"], startTime=since)
                  for event in page["events"]]
        for event in events:  # the platform's lines do not say whose stream they are in; ours do
            if named := re.match(r'\{"timestamp":"[^"]*","service":"([^"]*)"', event["message"]):
                functions[event["logStreamName"]] = named[1]
        lines = [(event["timestamp"], functions.get(event["logStreamName"], "?"), event["message"].rstrip(), event["logStreamName"]) for event in events]
        lines = [line for line in lines if operation in (None, line[1]) and line not in seen]
        for at, function, message, _ in sorted(lines, key=lambda line: line[0]):
            print(time.strftime("%H:%M:%S", time.localtime(at / 1000)), function, message, flush=True)
        seen.update(lines)
        if not follow:
            return
        time.sleep(1)


def mails(home, as_json):
    """Prints the mails that were sent since the cloud was started, oldest first, from the emulator's own mailbox."""
    with urllib.request.urlopen(f"{endpoint(home)}/_ministack/ses/messages", timeout=10) as answer:
        kept = [mail for account in json.load(answer)["messages"].values() for mail in account]
    sent = [{"id": mail["MessageId"], "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(mail["Timestamp"])), "from": mail["Source"],
             "to": mail["To"], "subject": mail["Subject"], "text": mail["BodyText"], "html": mail["BodyHtml"]}
            for mail in sorted(kept, key=lambda mail: mail["Timestamp"])]
    if as_json:
        print(json.dumps(sent))
        return
    for mail in sent:
        print(f"{mail['at']}  {', '.join(mail['to'])}  {mail['subject']}")


def tail(path, lines=20):
    return "\n".join(path.read_text().splitlines()[-lines:])


if __name__ == "__main__":
    main()
