"""Starts, stops and inspects a local cloud, which has a name, a port and a state directory: `cloud.py start|stop|status|reset|logs|mails`."""

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
    parser.add_argument("--name", default="dev", help="name of the cloud; its state and pid file are in .local/<name>/ (default: dev)")
    parser.add_argument("--port", type=int, default=4566, help="port of the cloud (default: 4566)")
    parser.add_argument("--throwaway", action="store_true", help="start: erase the state of earlier runs and do not save any")
    parser.add_argument("--function", help="logs: only those of this operation, such as employees-create")
    parser.add_argument("--follow", action="store_true", help="logs: keep printing new lines")
    parser.add_argument("--json", action="store_true", help="mails: print them as JSON")
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
            print(f"Erased the local cloud '{args.name}' with its data.")
        case "status":
            sys.exit(print_status(home, args.name))
        case "logs":
            print_logs(home, args.function, args.follow)
        case "mails":
            print_mails(home, args.json)


def start(home, port, throwaway):
    """Starts the cloud unless it is running, and waits until it responds. With `throwaway`, its earlier state is erased and no state is saved."""
    if running_pid(home):
        url = endpoint(home)
        if is_healthy(url):
            print(f"The local cloud is already running at {url}.")
            return
        stop(home)
    if throwaway:
        shutil.rmtree(home, ignore_errors=True)
    state, scratch = home / "state", home / "tmp"
    for directory in (state, scratch):
        directory.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    if is_healthy(url):
        sys.exit(f"Another process already answers at {url}. Stop it, or choose another port with PORT=...")
    (home / "cloud.json").write_text(json.dumps({"endpoint": url}))
    start_time = time.monotonic()
    with open(home / "cloud.log", "w") as log:
        process = subprocess.Popen([sys.executable, ROOT / "localstack" / "emulator.py"], cwd=home, stdout=log, stderr=log,
                                   env=emulator_environment(port, state, scratch, persist=not throwaway), start_new_session=True)
    (home / "pid").write_text(str(process.pid))
    while time.monotonic() - start_time < START_SECONDS_MAX:
        if process.poll() is not None:
            break
        if is_healthy(url):
            print(f"Started the local cloud at {url} in {time.monotonic() - start_time:.1f} s.")
            return
        time.sleep(0.1)
    stop(home)
    sys.exit(f"The local cloud did not start. The end of {home / 'cloud.log'}:\n" + last_lines(home / "cloud.log"))


def emulator_environment(port, state, scratch, persist):
    """Environment of the emulator, which its functions inherit; only PATH comes from the caller."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),  # pid file and unpacked functions
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AUTH": "true",  # enforces IAM policies on every call
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1" if persist else "0",
        "S3_PERSIST": "1" if persist else "0",
        "STATE_DIR": str(state),
        "S3_DATA_DIR": str(state / "s3"),
        "AWS_TIMEOUT_FACTOR": "10",  # the emulator responds more slowly than AWS
        "LOG_LEVEL": "INFO",
    }


def stop(home):
    """Ends the emulator, by force after STOP_SECONDS_MAX. Does nothing if it is not running; the state stays."""
    pid = running_pid(home)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while running_pid(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        if running_pid(home):
            os.killpg(pid, signal.SIGKILL)
        print("Stopped the local cloud.")
    (home / "pid").unlink(missing_ok=True)


def running_pid(home):
    """Process id of this cloud's emulator, or None if the process is another one or has ended."""
    try:
        pid = int((home / "pid").read_text())
        command = subprocess.run(["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True).stdout
    except (FileNotFoundError, ValueError):
        return None
    return pid if "emulator.py" in command and not command.startswith("Z") else None


def is_healthy(url):
    """Whether an emulator responds at the URL."""
    try:
        with urllib.request.urlopen(f"{url}/_localstack/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def endpoint(home):
    """URL of the cloud that was started last."""
    return json.loads((home / "cloud.json").read_text())["endpoint"]


def print_status(home, name):
    """Prints the state and the outputs of the stack. Returns the exit code: 0 if the cloud is running, otherwise 1."""
    pid = running_pid(home)
    if not pid or not is_healthy(endpoint(home)):
        print(f"The local cloud '{name}' is not running. Start it with: make up")
        return 1
    print(f"The local cloud '{name}' is running at {endpoint(home)} (pid {pid}).")
    outputs = home / "outputs.json"
    if outputs.exists():
        for key, value in json.loads(outputs.read_text()).items():
            print(f"  {key:18} {len(value) if isinstance(value, dict) else value}")
    return 0


def print_logs(home, operation, follow):
    """Prints the functions' log lines of the last hour, oldest first, from CloudWatch Logs."""
    import boto3

    client = boto3.client("logs", endpoint_url=endpoint(home), region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")
    outputs = json.loads((home / "outputs.json").read_text())
    if operation and operation not in outputs["Functions"]:
        sys.exit(f"The function '{operation}' does not exist. Existing functions: {', '.join(sorted(outputs['Functions']))}")
    since, seen, functions = int((time.time() - 3600) * 1000), set(), {}
    while True:
        events = [event for page in client.get_paginator("filter_log_events").paginate(logGroupName=outputs["FunctionLog"], startTime=since)
                  for event in page["events"]]
        for event in events:  # only lines of our functions name their function; lines of the platform share their stream
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


def print_mails(home, as_json):
    """Prints the mails sent since the start of the cloud, oldest first, from the emulator's mailbox."""
    with urllib.request.urlopen(f"{endpoint(home)}/_ministack/ses/messages", timeout=10) as answer:
        messages = [mail for account in json.load(answer)["messages"].values() for mail in account]
    sent = [{"id": mail["MessageId"], "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(mail["Timestamp"])), "from": mail["Source"],
             "to": mail["To"], "subject": mail["Subject"], "text": mail["BodyText"], "html": mail["BodyHtml"]}
            for mail in sorted(messages, key=lambda mail: mail["Timestamp"])]
    if as_json:
        print(json.dumps(sent))
        return
    for mail in sent:
        print(f"{mail['at']}  {', '.join(mail['to'])}  {mail['subject']}")


def last_lines(path, lines=20):
    return "\n".join(path.read_text().splitlines()[-lines:])


if __name__ == "__main__":
    main()
