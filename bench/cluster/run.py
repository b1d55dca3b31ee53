#!/usr/bin/env python3
"""Three nodes as processes of one machine, calls of the sample with the built-in simulator, tenants with budgets.

    bench/cluster/run.py PROGRAM.dll [--calls 150] [--tenants 10] [--budget USD] [--lease USD] [--kill | --stop | --partition | --rolling]
                                     [--postgres] [--store]

Prints what it finds: sums by tenant against the nodes' journals and the summaries, what was spent beyond the budget, places of tenants, how
long tenants were away, calls that were cut, and how long answers took before and after what was done.
--kill: kill -9 of node 2 with its calls, which starts again later. --stop: SIGSTOP of node 2 for a minute.
--partition: the nodes are in network namespaces on a bridge, with mutual TLS; node 2 is cut off for a minute. Needs root, ip and openssl.
--rolling: each node in turn gets SIGTERM and starts again while calls are placed on the others.
--postgres: the tenants' journal is in PostgreSQL, --store: so are the records; a server is started for that (Debian's packages).
KEEP=1 in the environment keeps the folder.
"""
import argparse, concurrent.futures, ctypes, glob, http.client, json, os, shutil, signal, socket, subprocess, sys, tempfile, time, wave
from datetime import datetime
from decimal import Decimal

arguments = argparse.ArgumentParser()
arguments.add_argument("program")
arguments.add_argument("--calls", type=int, default=150)
arguments.add_argument("--tenants", type=int, default=10)
arguments.add_argument("--budget", default="100", help="USD a day for each tenant")
arguments.add_argument("--lease", help="USD; by default 0.05, and 2 where calls have to go on without their tenants")
arguments.add_argument("--repeat", type=int, help="how often a caller says all of the sample (20 s)")
arguments.add_argument("--warm", type=float, default=20, help="seconds of undisturbed calls before something is done")
for what in ("kill", "stop", "partition", "rolling", "postgres", "store"):
    arguments.add_argument("--" + what, action="store_true")
options = arguments.parse_args()
if options.partition and (options.postgres or options.store):
    raise SystemExit("--partition goes without --postgres and --store: the server would be behind the bridge")
repeat = options.repeat or (4 if options.stop or options.partition or options.kill else 1)

options.lease = options.lease or ("2" if options.stop or options.partition or options.kill else "0.05")
folder = tempfile.mkdtemp(prefix="cluster-bench-")
tenants = [f"t{i}" for i in range(options.tenants)]
places = -(-options.calls // options.tenants)
nodes = {}
ids = (1, 2, 3)
usd = Decimal("0.000001")


class Namespaces:
    """A network namespace for each node, each with one end of a pair of interfaces whose other end is on a bridge."""

    def __init__(self):
        if os.geteuid() != 0:
            raise SystemExit("--partition makes network namespaces: run it as root")
        self.tag = f"ra{os.getpid() % 100000}"
        self.main = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.ip(f"link add {self.tag}b type bridge")
        self.ip(f"link set {self.tag}b up")
        for n in ids:
            self.ip(f"netns add {self.tag}n{n}")
            self.ip(f"link add {self.tag}v{n} type veth peer name eth0 netns {self.tag}n{n}")
            self.ip(f"link set {self.tag}v{n} master {self.tag}b up")
            self.ip(f"-n {self.tag}n{n} addr add 10.213.7.{n}/24 dev eth0")
            self.ip(f"-n {self.tag}n{n} link set eth0 up")
            self.ip(f"-n {self.tag}n{n} link set lo up")
        self.files = {n: os.open(f"/run/netns/{self.tag}n{n}", os.O_RDONLY) for n in ids}

    def ip(self, words, check=True):
        subprocess.run(["ip"] + words.split(), check=check, stderr=None if check else subprocess.DEVNULL)

    def cut(self, n):
        self.ip(f"link set {self.tag}v{n} nomaster")

    def join(self, n):
        self.ip(f"link set {self.tag}v{n} master {self.tag}b")

    # A socket stays in the namespace in which it was made.
    def connect(self, n, port, limit):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.setns(self.files[n], 0x40000000)
        try:
            return socket.create_connection(("127.0.0.1", port), limit)
        finally:
            libc.setns(self.main, 0x40000000)

    def remove(self):
        for n in ids:
            os.close(self.files[n])
            self.ip(f"link del {self.tag}v{n}", check=False)
            self.ip(f"netns del {self.tag}n{n}", check=False)
        self.ip(f"link del {self.tag}b", check=False)


class Postgres:
    """A server of its own on loopback."""

    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1:]
        if not programs:
            raise SystemExit("--postgres and --store need PostgreSQL: apt-get install postgresql")
        self.data = tempfile.mkdtemp(prefix="cluster-bench-postgres-")
        self.user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.data, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        silent = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        subprocess.run(self.user + [f"{programs[0]}/initdb", "-D", f"{self.data}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                                    "--locale=C"], check=True, **silent)
        self.process = subprocess.Popen(self.user + [
            f"{programs[0]}/postgres", "-D", f"{self.data}/data", "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={self.data}"], **silent)
        self.connection = f"Host=127.0.0.1;Port={self.port};Username=postgres;Database=postgres"
        self.psql = f"{programs[0]}/psql"
        until("PostgreSQL", lambda: self.ask("SELECT 1") == "1")

    def ask(self, sql):
        return subprocess.run([self.psql, "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-Atc", sql, "postgres"],
                              capture_output=True, text=True).stdout.strip()

    def remove(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.data, ignore_errors=True)


def host(n):
    return f"10.213.7.{n}" if spaces else "127.0.0.1"


def certificates():
    """An authority, and one certificate for all nodes."""
    run = lambda *words: subprocess.run(["openssl", *words], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj",
        "/CN=bench authority", "-addext", "keyUsage=keyCertSign")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "node.key", "-out", "node.csr", "-subj", "/CN=node")
    run("x509", "-req", "-in", "node.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2", "-out",
        "node.pem")
    run("pkcs12", "-export", "-in", "node.pem", "-inkey", "node.key", "-out", "node.pfx", "-passout", "pass:bench")


def voice():
    """The sample, said several times, where all nodes find it."""
    os.mkdir(f"{folder}/inputs")
    with wave.open(os.path.join(os.path.dirname(options.program), "samples", "intake-call.wav")) as sample:
        form, sound = sample.getparams(), sample.readframes(sample.getnframes())
    with wave.open(f"{folder}/inputs/voice.wav", "w") as longer:
        longer.setparams(form)
        for _ in range(repeat):
            longer.writeframes(sound)


def start(n):
    environment = dict(os.environ, REALTIME_AKKA_TLS_PASSWORD="bench")
    if database:
        environment.update(REALTIME_AKKA_CLUSTER_POSTGRES=database.connection, REALTIME_AKKA_STORE=database.connection)
    settings = ["cluster.enabled=on", f"cluster.node=n{n}", f"cluster.host={host(n)}", f"cluster.port={18470 + n}",
                "cluster.seeds=" + ",".join(f"{host(i)}:{18470 + i}" for i in ids),
                f"cluster.journal={'postgres' if options.postgres else folder + '/tenants.db'}",
                f"tenant.per-day={options.budget}", f"budget.lease={options.lease}", "budget.ladder=100% end",
                f"tenant.max-calls={places}", f"serve.inputs={folder}/inputs"]
    if spaces:
        settings += [f"cluster.tls.certificate={folder}/node.pfx", f"cluster.tls.authority={folder}/authority.pem"]
    if options.store:
        settings.append("store.kind=postgres")
    nodes[n] = subprocess.Popen(
        (["ip", "netns", "exec", f"{spaces.tag}n{n}"] if spaces else [])
        + ["dotnet", options.program, "serve", "--urls", f"http://127.0.0.1:{18080 + n}", "--data", f"{folder}/n{n}"]
        + [part for setting in settings for part in ("--set", setting)],
        stdout=open(f"{folder}/out{n}", "a"), stderr=subprocess.STDOUT, env=environment)


def ask(n, path, body=None, limit=20):
    port = 18080 + n
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit)
    try:
        if spaces:
            connection.sock = spaces.connect(n, port, limit)
        connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text, parse_float=Decimal) if text[:1] in (b"{", b"[") else None
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()


def until(what, is_so, limit=180, pause=0.2):
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > limit:
            raise SystemExit(f"{what}: not within {limit} s; {folder}")
        time.sleep(pause)
    return time.monotonic() - begin


def ready(n):
    return until(f"node {n} ready", lambda: ask(n, "/health/ready")[0] == 200)


def place(n, i):
    return ask(n, "/api/calls", {"input": "voice.wav", "pace": "realtime", "tenant": tenants[i % len(tenants)]})[0]


def placed(wanted):
    """Places calls, each a node and a tenant, on all nodes at the same time; the answers' status."""
    with concurrent.futures.ThreadPoolExecutor(6) as many:
        return list(many.map(lambda call: place(*call), wanted))


def calls(n, state="live"):
    return (ask(n, f"/api/calls?state={state}&limit=1000")[1] or {"calls": []})["calls"]


def own(n):
    return [call["id"] for call in calls(n) if call["node"] == f"n{n}"]


def tenant(n, name):
    return ask(n, f"/api/tenants/{name}")[1] or {}


def lines(path):
    with open(path) as text:
        for line in text:
            if line.endswith("\n"):
                yield json.loads(line, parse_float=Decimal)


def charges(n):
    return [line for line in lines(f"{folder}/n{n}/cluster/charges.jsonl") if "tenant" in line]


def journal(n, name):
    return sum((line["usd"] for line in charges(n) if line["tenant"] == name), Decimal(0))


def sessions(n):
    return [f"{folder}/n{n}/{name}" for name in sorted(os.listdir(f"{folder}/n{n}")) if name.startswith("s-")]


def summaries():
    sums, cut, ends = {}, 0, {}
    for path in (path for n in ids for path in sessions(n)):
        name = next(lines(f"{path}/records.jsonl"))["tenant"]
        if not os.path.exists(f"{path}/summary.json"):
            cut += 1
            continue
        with open(f"{path}/summary.json") as text:
            summary = json.load(text, parse_float=Decimal)
        ends[summary["exit"]] = ends.get(summary["exit"], 0) + 1
        sums[name] = sums.get(name, Decimal(0)) + summary["total_usd"]
    return sums, cut, ends


def figures(n, since, to):
    """Of turns of a node between two times: how many, how many without both transcripts, and ms until the transcripts, sorted."""
    count, bad, waits = 0, 0, []
    for path in sessions(n):
        begin = None
        for record in lines(f"{path}/records.jsonl"):
            if record["type"] == "session":
                begin = datetime.fromisoformat(record["started_at"]).timestamp()
            if record["type"] != "turn" or not since <= begin + float(record["ended_ms"] or 0) / 1000 < to:
                continue
            count += 1
            bad += record["oob"]["status"] != "completed" or record["asr"]["status"] != "completed"
            waits.append(record["oob"]["latency_ms"] or 0)
    return count, bad, sorted(waits)


def show(what, n, since, to):
    count, bad, waits = figures(n, since, to)
    at = lambda part: waits[min(len(waits) - 1, int(len(waits) * part))] if waits else "-"
    print(f"  node {n} {what}: {count} turns, {bad} without both transcripts; transcript after {at(0.5)} ms (p50), {at(0.95)} ms (p95), "
          f"{at(1)} ms (most)")


def compare():
    sums, cut, ends = summaries()
    wrong, most = [], Decimal(0)
    for name in tenants:
        until(f"{name} answers", lambda: ask(1, f"/api/tenants/{name}")[0] == 200)
        expected = sum(journal(n, name) for n in ids)
        for n in ids:
            until(f"{name} has {expected} by node {n}", lambda: tenant(n, name).get("month_usd") == expected, 60)
        view = tenant(1, name)
        # The summary of a call rounds to the micro-dollar; a call that was killed has none.
        rounding = usd / 2 * sum(1 for _ in (path for n in ids for path in sessions(n)))
        if view["calls"] != 0 or (cut == 0 and abs(expected - sums.get(name, 0)) > rounding):
            wrong.append((name, view, sums.get(name)))
        most = max(most, expected)
    total = sum(journal(n, name) for n in ids for name in tenants)
    print(f"sums: {len(tenants) - len(wrong)} of {len(tenants)} tenants equal the nodes' ledgers; {total:.6f} USD in the ledgers, "
          f"{sum(sums.values()):.6f} in summaries; calls by exit {ends}, without summary {cut}")
    for one in wrong:
        print("  differs:", *one)
    # A journal begins with the sums of what it had before its node started again.
    largest = max((line["usd"] for n in ids for line in charges(n) if line.get("call")), default=Decimal(0))
    beyond = most - Decimal(options.budget)
    print(f"the tenant that spent most: {most:.6f} of {options.budget} USD; beyond it {max(beyond, Decimal(0)):.6f}; "
          f"three leases are {3 * Decimal(options.lease)}, the largest charge is {largest}")


def money(n):
    return sum((Decimal(tenant(n, name).get("month_usd", 0)) for name in tenants), Decimal(0))


def load():
    """Keeps the load average: the share of both processors that was busy is told at the end."""
    with open("/proc/stat") as text:
        parts = [int(part) for part in text.readline().split()[1:]]
    return sum(parts) - parts[3] - parts[4], sum(parts)


def disturb():
    time.sleep(options.warm)
    before, now = {n: own(n) for n in (1, 3)}, time.time()
    lost = own(2)
    print(f"node 2 has {len(lost)} calls, nodes 1 and 3 have {[len(before[n]) for n in (1, 3)]}")
    if options.partition:
        spaces.cut(2)
    else:
        nodes[2].send_signal(signal.SIGKILL if options.kill else signal.SIGSTOP)
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(tenants) + 1) as many:
        out = many.submit(until, "node 2 is put out", lambda: ask(2, "/health/ready")[0] != 200, 60) if options.partition else None
        away = [one for one in many.map(
            lambda name: until(name, lambda: ask(3, f"/api/tenants/{name}", limit=6)[0] == 200, 90), tenants)]
    print("tenants answer on node 3 after", ", ".join(f"{one:.1f}" for one in sorted(away)), "s")
    if options.kill:
        told = [sum(record["type"] == "turn" for record in lines(f"{folder}/n2/{one}/turns.jsonl")) for one in lost]
        print(f"turns of the killed calls in node 2's folder: {sum(told)} in {len(lost)} calls; listed as lost by node 1: "
              f"{len({call['id'] for call in calls(1, 'lost')} & set(lost))}")
        if options.store:
            wanted = ",".join(f"'{one}'" for one in lost)
            print("turns of the killed calls in the store:",
                  database.ask(f"SELECT count(*) FROM realtime_akka.turns WHERE session IN ({wanted})"))
        time.sleep(5)
    else:
        if options.partition:
            print(f"node 2 is not ready any more after {out.result():.1f} s; its own calls that go on: {len(own(2))} of {len(lost)}; "
                  f"a new call there gets {place(2, 0)}")
        time.sleep(max(0, 60 - (time.monotonic() - begin)))
        print(f"after {time.monotonic() - begin:.0f} s: calls that go on by node: {[len(own(n)) for n in ids]}")
        (spaces.join(2) if options.partition else nodes[2].send_signal(signal.SIGCONT))
        time.sleep(10)
        print(f"healed for 10 s: ready are {[n for n in ids if ask(n, '/health/ready')[0] == 200]}, put out is node 2; "
              f"money by node 1 {money(1)}, by node 3 {money(3)}")
        print("node 2 ends with", nodes[2].wait(400))
    after = time.time()
    start(2)
    print(f"node 2 is ready again after {ready(2):.1f} s")
    until("all calls over", lambda: all(len(own(n)) == 0 for n in ids), 400)
    for n in (1, 3) if options.kill else ids:
        show("before", n, now - options.warm, now)
        show("after", n, now, after)


def roll():
    refused = 0
    for n in ids:
        nodes[n].send_signal(signal.SIGTERM)
        turn = 0
        while nodes[n].poll() is None:
            refused += place(1 + (n + turn % 2) % 3, turn) != 201
            turn += 1
            time.sleep(1)
        print(f"node {n} ended with {nodes[n].returncode}; {turn} calls placed meanwhile, {refused} refused so far")
        start(n)
        print(f"node {n} is ready again after {ready(n):.1f} s")


spaces = database = None
signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
try:
    spaces = Namespaces() if options.partition else None
    database = Postgres() if options.postgres or options.store else None
    if spaces:
        certificates()
    voice()
    for n in ids:
        start(n)
    print("ready after", [round(ready(n), 1) for n in ids], "s")
    busy = load()
    begin, now = time.monotonic(), time.time()
    wanted = options.calls if not options.rolling else options.calls // 2
    answers = placed([(1 + i % 3, i) for i in range(wanted)])
    took = time.monotonic() - begin
    if not options.rolling:
        # Every tenant has all its places taken: wherever one more is asked for, there is none.
        more = placed([(n, i) for i in range(options.tenants) for n in ids])
        print(f"beyond the places of each tenant ({places}): {len(more)} calls asked for, {sum(one == 201 for one in more)} admitted")
    print(f"{wanted} calls asked for in {took:.1f} s, {sum(one == 201 for one in answers)} admitted, "
          f"live by node 1: {len(calls(1))}")
    if options.kill or options.stop or options.partition:
        disturb()
    if options.rolling:
        roll()
    until("all calls over", lambda: all(len(own(n)) == 0 for n in ids), 400)
    spent = [after - before for after, before in zip(load(), busy)]
    print(f"busy: {100 * spent[0] / spent[1]:.0f} % of {os.cpu_count()} processors over {time.monotonic() - begin:.0f} s, "
          f"load average {os.getloadavg()[0]:.1f}")
    if not (options.kill or options.stop or options.partition):
        for n in ids:
            show("all", n, 0, time.time())
    time.sleep(3)
    compare()
    if options.store:
        told = [record for n in ids for path in sessions(n) for record in lines(f"{path}/turns.jsonl") if record["type"] == "turn"]
        print("in the store: sessions, finished, turns:", database.ask(
            "SELECT count(*), count(*) FILTER (WHERE finished), (SELECT count(*) FROM realtime_akka.turns) FROM realtime_akka.sessions"),
              "turns in the folders:", len(told))
    for n in ids:
        with open(f"/proc/{nodes[n].pid}/status") as status:
            print(f"node {n}:", next(line.split(None, 1)[1].strip() for line in status if line.startswith("VmRSS")))
finally:
    for process in nodes.values():
        process.kill()
        process.wait()
    if database:
        database.remove()
    if spaces:
        spaces.remove()
    if os.environ.get("KEEP"):
        print(folder)
    else:
        shutil.rmtree(folder)
