#!/usr/bin/env python3
"""Three nodes as processes on loopback, calls of the sample with the built-in simulator, tenants with budgets.

    bench/cluster/run.py PROGRAM.dll [--calls 150] [--tenants 10] [--kill] [--stop] [--rolling] [--postgres CONNECTION]

Prints what it finds: sums by tenant against the nodes' journals and the summaries, how long tenants were away, calls that were cut.
--kill: kill -9 of node 2 with its calls, which starts again 30 s later. --stop: SIGSTOP of node 2 for a minute, in place of a partition.
--rolling: each node in turn gets SIGTERM and starts again while calls are placed on the others.
"""
import argparse, json, os, shutil, signal, subprocess, tempfile, time, urllib.request
from decimal import Decimal

arguments = argparse.ArgumentParser()
arguments.add_argument("program")
arguments.add_argument("--calls", type=int, default=150)
arguments.add_argument("--tenants", type=int, default=10)
arguments.add_argument("--budget", default="100")
arguments.add_argument("--lease", default="0.05")
arguments.add_argument("--kill", action="store_true")
arguments.add_argument("--stop", action="store_true")
arguments.add_argument("--rolling", action="store_true")
arguments.add_argument("--postgres")
options = arguments.parse_args()

folder = tempfile.mkdtemp(prefix="cluster-bench-")
tenants = [f"t{i}" for i in range(options.tenants)]
nodes = {}


def start(n):
    environment = dict(os.environ, REALTIME_AKKA_CLUSTER_POSTGRES=options.postgres or "")
    settings = ["cluster.enabled=on", f"cluster.node=n{n}", f"cluster.port={18470 + n}",
                "cluster.seeds=" + ",".join(f"127.0.0.1:{18470 + i}" for i in (1, 2, 3)),
                f"cluster.journal={'postgres' if options.postgres else folder + '/tenants.db'}",
                f"tenant.per-day={options.budget}", f"budget.lease={options.lease}", "budget.ladder=100% end"]
    nodes[n] = subprocess.Popen(
        ["dotnet", options.program, "serve", "--urls", f"http://127.0.0.1:{18080 + n}", "--data", f"{folder}/n{n}"]
        + [part for setting in settings for part in ("--set", setting)],
        stdout=open(f"{folder}/out{n}", "a"), stderr=subprocess.STDOUT, env=environment)


def ask(n, path, body=None, limit=20):
    request = urllib.request.Request(f"http://127.0.0.1:{18080 + n}{path}", method="POST" if body else "GET")
    if body:
        request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request, json.dumps(body).encode() if body else None, limit) as answer:
            text = answer.read()
            return answer.status, json.loads(text, parse_float=Decimal) if text[:1] in (b"{", b"[") else None
    except urllib.error.HTTPError as e:
        return e.code, None
    except OSError:
        return 0, None


def until(what, is_so, limit=180):
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > limit:
            raise SystemExit(f"{what}: not within {limit} s; {folder}")
        time.sleep(0.2)
    return time.monotonic() - begin


def ready(n):
    return until(f"node {n} ready", lambda: ask(n, "/health/ready")[0] == 200)


def place(n, i):
    return ask(n, "/api/calls", {"input": "sample", "pace": "realtime", "tenant": tenants[i % len(tenants)]})


def live(n):
    return len([call for call in (ask(n, "/api/calls?state=live&limit=1000")[1] or {"calls": []})["calls"]])


def journal(n, tenant):
    with open(f"{folder}/n{n}/cluster/charges.jsonl") as lines:
        return sum((Decimal(line["usd"]) for line in map(lambda text: json.loads(text, parse_float=Decimal), lines)
                    if line.get("tenant") == tenant), Decimal(0))


def summaries():
    sums, cut, complete = {}, 0, 0
    for n in (1, 2, 3):
        for name in os.listdir(f"{folder}/n{n}"):
            path = f"{folder}/n{n}/{name}"
            if not name.startswith("s-"):
                continue
            with open(f"{path}/records.jsonl") as lines:
                tenant = json.loads(lines.readline())["tenant"]
            if not os.path.exists(f"{path}/summary.json"):
                cut += 1
                continue
            with open(f"{path}/summary.json") as text:
                summary = json.load(text, parse_float=Decimal)
            complete += summary["exit"] == "completed"
            sums[tenant] = sums.get(tenant, Decimal(0)) + summary["total_usd"]
    return sums, cut, complete


def compare():
    sums, cut, complete = summaries()
    wrong = 0
    for tenant in tenants:
        told = until(f"{tenant} settled", lambda: ask(1, f"/api/tenants/{tenant}")[0] == 200) or 0
        expected = sum(journal(n, tenant) for n in (1, 2, 3))
        until(f"{tenant} has {expected}", lambda: (ask(1, f"/api/tenants/{tenant}")[1] or {}).get("month_usd") == expected, 60)
        view = ask(1, f"/api/tenants/{tenant}")[1]
        difference = abs(expected - sums.get(tenant, 0))
        wrong += view["month_usd"] != expected or view["calls"] != 0 or (cut == 0 and difference > Decimal("0.00001"))
    total = sum(journal(n, tenant) for n in (1, 2, 3) for tenant in tenants)
    print(f"sums: {len(tenants) - wrong} of {len(tenants)} tenants equal the journals; {total} USD in all, "
          f"{sum(sums.values())} in summaries; calls complete {complete}, without summary {cut}")


try:
    for n in (1, 2, 3):
        start(n)
    print("ready after", [round(ready(n), 1) for n in (1, 2, 3)], "s")
    refused = 0
    begin = time.monotonic()
    for i in range(options.calls):
        refused += place(1 + i % 3, i)[0] != 201
    print(f"{options.calls} calls placed in {time.monotonic() - begin:.1f} s, {refused} refused; live by node 1: {live(1)}")
    if options.kill or options.stop:
        time.sleep(10)
        before = {n: live(n) for n in (1, 3)}
        nodes[2].send_signal(signal.SIGKILL if options.kill else signal.SIGSTOP)
        time.sleep(1)
        away = [until(tenant, lambda: ask(3, f"/api/tenants/{tenant}")[0] == 200) for tenant in tenants]
        print(f"every tenant answers again after {1 + sum(away):.1f} s; live before {before}, now {({n: live(n) for n in (1, 3)})}")
        time.sleep(30 if options.kill else 30)
        if options.kill:
            start(2)
            ready(2)
        else:
            nodes[2].send_signal(signal.SIGCONT)
            print("node 2 ends with", nodes[2].wait(400))
            start(2)
            ready(2)
    if options.rolling:
        for n in (1, 2, 3):
            nodes[n].send_signal(signal.SIGTERM)
            turn = 0
            while nodes[n].poll() is None:
                other = 1 + (n + turn % 2) % 3
                refused += place(other, turn)[0] != 201
                turn += 1
                time.sleep(1)
            print(f"node {n} ended with {nodes[n].returncode}; {turn} calls placed meanwhile, {refused} refused so far")
            start(n)
            ready(n)
    until("all calls over", lambda: all(live(n) == 0 for n in (1, 2, 3)), 300)
    time.sleep(3)
    compare()
    for n in (1, 2, 3):
        with open(f"/proc/{nodes[n].pid}/status") as status:
            print(f"node {n}:", next(line.split(None, 1)[1].strip() for line in status if line.startswith("VmRSS")))
finally:
    for process in nodes.values():
        process.kill()
    if os.environ.get("KEEP"):
        print(folder)
    else:
        shutil.rmtree(folder)
