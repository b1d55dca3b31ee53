using System.Text.Json.Nodes;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Faults;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>A session to be disturbed: its scenario, and a factory for the parts that each run needs anew.</summary>
public sealed record Call(FaultScenario Scenario, Func<SessionStage> Stage)
{
    private static readonly SpokenCall Short = new(turns: 2, wordsPerTurn: 2);

    private static readonly (string, string)[] Live =
        [("mic.frame", "20 ms"), ("mic.ring", "10 s"), ("devices.retry", "50 ms"), ("devices.retry-max", "100 ms"),
        ("devices.give-up", "200 ms")];

    /// <summary>All calls; together they reach nearly every handler.</summary>
    public static IReadOnlyList<Call> All { get; } =
        [Desk(), Breaks(), BargeIn(), Renewed(), Microphone(), TalkKey(), Pauses(), Unheard(), NoMicrophone(), Refused(), Spent(), Stopped(),
        InTime(), Troubles(), SlowLine(), EarlyStop(), Stuck()];

    /// <inheritdoc/>
    public override string ToString() => Scenario.Name;

    // Tasks, tools and deliveries, and a budget whose steps are all reached.
    private static Call Desk()
    {
        var script = Short.Scenario();
        script["turns"]![0]!["answer"] =
            JsonNode.Parse("""{ "text": "Done.", "audio_ms": 200, "first": [ { "call": { "name": "look", "arguments": "{}" } } ] }""");
        script["turns"]![1]!["answer"] =
            JsonNode.Parse(
            """{ "text": "Done again.", "audio_ms": 200, "first": [ { "call": { "name": "write", "arguments": "{}" } }, { "status": "failed" } ] }""");
        return new(Scenario_("desk", script), () =>
        {
            var (port, actor) = (new ActionSettings(new Errands(), null, TimeSpan.FromSeconds(2), 3, 16),
                new ActionSettings(null, typeof(ErrandActor), TimeSpan.FromSeconds(2), 3, 16));
            return new SessionStage
            {
                Settings = s => s with
                {
                    Tasks = new TasksSettings([
                        Task("note", "every-turn", typeof(PromptActor), port),
                        Task("summary", "every 2 turns, on-end", typeof(SummaryActor), null),
                        Task("validation", "on-match [a-z]", typeof(ValidationActor), actor),
                    ], TimeSpan.FromSeconds(10)),
                    Tools = new ToolsSettings([Tool("look", needsTranscript: true, port), Tool("write", needsTranscript: false, actor)],
                    TimeSpan.FromSeconds(5)),
                    Ledger = s.Ledger with { Budget =
                    new Budget(0.001m) { Thresholds =
                    [new(0.1m, new BudgetStep.LimitContext(new ContextScope.Last(5))),
                    new(0.6m, new BudgetStep.LimitContext(new ContextScope.Last(1)))] } },
                },
            };
        });
    }

    // The user speaks over an answer that is being heard.
    private static Call BargeIn()
    {
        var script = Short.Scenario();
        script["turns"]![0]!["answer"] = JsonNode.Parse("""{ "text": "A long answer that nobody hears to its end.", "audio_ms": 30000 }""");
        return new(Scenario_("barge-in", script, ("echo.mode", "barge-in"), ("mic.pace", "realtime"), ("playback.speed", "1")),
            () => new SessionStage());
    }

    // The connection breaks twice, and the user may barge in.
    private static Call Breaks()
    {
        var script = Short.Scenario();
        script["turns"]![0]!["answer"] = JsonNode.Parse("""{ "text": "A long answer that nobody hears to its end.", "audio_ms": 30000 }""");
        script["connections"] = JsonNode.Parse($$"""
            [ { "close": { "after_audio_ms": {{Short.StartMs(1) + 200}}, "abrupt": true } }, { "refuse": "http_503" }, { "refuse": "hang" },
              { "faults": [ { "on": "input_audio_buffer.speech_stopped", "turn": 2, "do": "abort" }, { "on": "session.updated", "do": "inject", "event": {
                "type": "error", "event_id": "e", "error": { "type": "server_error", "code": "server_error", "message": "A hiccup.", "param": null, "event_id": null } } } ] } ]
            """);
        return new(Scenario_("breaks", script, ("echo.mode", "barge-in"), ("socket.backoff", "100 ms"), ("socket.open-timeout", "1 s")),
            () => new SessionStage());
    }

    // Rollover to a new connection in the first pause.
    private static Call Renewed() =>
        new(Scenario_("renewed", Short.Scenario(), ("socket.rollover", "1 s"), ("mic.pace", "realtime")), () => new SessionStage());

    // Microphone and speaker are lost and return.
    private static Call Microphone() => new(
        Scenario_("microphone", Short.Scenario(),
            [.. Live, ("echo.mode", "barge-in"), ("echo.min-interruption", "100 ms"), ("end.turns", "2")]),
        () => WithDevices(new LiveVoice(Short.Pcm, [], goesAtMs: Short.StartMs(2) - 300),
        new PluggedSpeaker(TimeSpan.FromMilliseconds(100))));

    // Enter ends turns.
    private static Call TalkKey() => new(
        Scenario_("talk key", Short.Scenario(), [.. Live, ("turn-detection.type", "manual"), ("echo.mode", "barge-in")]),
        () =>
        {
            var voice = new LiveVoice(Short.Pcm, [Short.StartMs(1) + 500, Short.StartMs(2) + 500, Short.Pcm.Length / 48 + 500]);
            return new SessionStage { Ports = ports => ports with { Source = voice, Key = voice } };
        });

    // Pauses found by the microphone end turns.
    private static Call Pauses() => new(
        Scenario_("pauses", Short.Scenario(), ("turn-detection.type", "manual"), ("manual.silence", "500 ms")), () => new SessionStage());

    // The speaker does not return.
    private static Call Unheard() => new(
        Scenario_("unheard", Short.Scenario(), [.. Live, ("echo.mode", "barge-in"), ("end.turns", "2")]),
        () => WithDevices(new LiveVoice(Short.Pcm, []), new PluggedSpeaker(TimeSpan.FromMilliseconds(100), comesBack: false)));

    // The microphone does not return after the first turn.
    private static Call NoMicrophone()
    {
        var call = new SpokenCall(turns: 1, wordsPerTurn: 2);
        return new(
            Scenario_("no microphone", call.Scenario(), call, [.. Live, ("echo.mode", "barge-in")]),
            () => WithDevices(new LiveVoice(call.Pcm, [], goesAtMs: call.Pcm.Length / 48, comesBack: false),
            new PluggedSpeaker(TimeSpan.FromHours(1))) with { Exit = ExitKind.Audio });
    }

    // The server refuses the key.
    private static Call Refused()
    {
        var script = Short.Scenario();
        script["connection"] = new JsonObject { ["refuse"] = "invalid_api_key" };
        return new(Scenario_("refused", script), () => new SessionStage { Exit = ExitKind.Configuration });
    }

    // The budget ends the session.
    private static Call Spent() => new(
        Scenario_("spent", LeftAlone(Short.Scenario(), false)),
        () => new SessionStage { Settings =
        s => s with { Ledger = s.Ledger with { Budget = new Budget(0.0001m) { Thresholds = [new(1m, new BudgetStep.EndSession())] } } },
        Exit = ExitKind.Budget });

    // Stopped in the middle.
    private static Call Stopped() => new(
        Scenario_("stopped", LeftAlone(Short.Scenario(), false), ("mic.pace", "realtime")),
        () => new SessionStage { Stop = new CancellationTokenSource(TimeSpan.FromSeconds(1.2)).Token });

    // Ended by its maximum duration.
    private static Call InTime() =>
        new(Scenario_("in time", LeftAlone(Short.Scenario(), false), ("mic.pace", "realtime"), ("end.duration", "1 s")),
        () => new SessionStage());

    // Tasks, tools, sinks and devices fail or respond too late.
    private static Call Troubles()
    {
        var script = Short.Scenario();
        script["turns"]![0]!["answer"] = JsonNode.Parse("""{ "text": "Done.", "audio_ms": 200, "first": [ { "rate_limit_ms": 100 } ] }""");
        script["turns"]![1]!["asr"] = JsonNode.Parse("""{ "delay_ms": 900 }""");
        script["turns"]![1]!["oob"] = JsonNode.Parse("""{ "delay_ms": 300, "first": [ { "status": "failed" } ] }""");
        script["turns"]![1]!["answer"] =
            JsonNode.Parse(
            """{ "text": "Done again.", "audio_ms": 200, "first": [ { "call": { "name": "look", "arguments": "{}" } }, { "call": { "name": "wait", "arguments": "{}" } } ] }""");
        return new(Scenario_("troubles", script, ("turns.asr-timeout", "600 ms")), () =>
        {
            var never = new ActionSettings(new Never(), null, TimeSpan.FromSeconds(0.3), 0, 16);
            return new SessionStage
            {
                Settings = s => s with
                {
                    Tasks = new TasksSettings(
                    [Task("broken", "every-turn", typeof(BrokenTask), null), Task("endless", "on-end", typeof(EndlessTask), null),
                    Task("note", "every-turn", typeof(PromptActor), never) with { Prompt = new BrokenPrompt() }],
                    TimeSpan.FromSeconds(0.5)),
                    Tools = new ToolsSettings([Tool("look", needsTranscript: true, never), Tool("wait", needsTranscript: false, never)],
                    TimeSpan.FromSeconds(0.2)),
                },
                Ports = ports => ports with { Source = new SlowSource(ports.Source), Speaker = new HoarseSpeaker(ports.Speaker),
                Sinks = [new FailingSink(), .. ports.Sinks] },
            };
        });
    }

    // Every send is asynchronous, and one fails.
    private static Call SlowLine() => new(
        Scenario_("slow line", Short.Scenario()),
        () => new SessionStage { Ports = ports => ports with { Connector = new SlowConnector(ports.Connector, failsAt: 40) } });

    // Stopped before the connection is open.
    private static Call EarlyStop()
    {
        var script = Short.Scenario();
        script["connection"] = new JsonObject { ["refuse"] = "hang" };
        return new(Scenario_("early stop", script),
            () => new SessionStage { Stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3)).Token });
    }

    // The connection is half-open, the session is stopped, one of its sinks is closed and one hangs: the session says what it lost.
    private static Call Stuck()
    {
        var script = Short.Scenario();
        script["connection"] = new JsonObject { ["close"] = new JsonObject { ["after_ms"] = 600, ["half_open"] = true } };
        return new(Scenario_("stuck", script, ("mic.pace", "realtime"), ("shutdown.drain", "500 ms"), ("socket.close-timeout", "300 ms"),
            ("socket.keep-alive-timeout", "20 s"), ("sinks.flush", "500 ms")), () => new SessionStage
        {
            Exit = ExitKind.Records,
            Stop = new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token, // a busy machine connects in that time, too
            Ports = ports => ports with { Sinks = [new ClosedSink(), .. ports.Sinks, new StuckSink()] },
        });
    }

    private static SessionStage WithDevices(LiveVoice voice, PluggedSpeaker speaker) =>
        new() { Ports = ports => ports with { Source = voice, Speaker = speaker } };

    // A session that ends early cannot publish every word.
    private static JsonObject LeftAlone(JsonObject script, bool words)
    {
        if (!words) script["connection"] = new JsonObject();
        return script;
    }

    private static FaultScenario Scenario_(string name, JsonObject script, params (string Key, string Value)[] settings) =>
        Scenario_(name, script, Short, settings);

    private static FaultScenario Scenario_(string name, JsonObject script, SpokenCall call, params (string Key, string Value)[] settings) =>
        new(name, call, script, FaultScenario.DeadlinesBeyondADeadLine.Concat(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)))
        .GroupBy(p => p.Key).ToDictionary(p => p.Key, p => p.Last().Value));

    private static TaskSettings Task(string name, string trigger, Type actor, ActionSettings? action) =>
        new(name, Prompt.Of("Do it."), TaskTrigger.Parse(trigger), new ContextScope.Last(1), JsonSchema.Parse("""{ "type": "object" }"""),
        TimeSpan.FromSeconds(5), 1) { Actor = actor, Action = action };

    private static ToolSettings Tool(string name, bool needsTranscript, ActionSettings action) =>
        new(name, "Does it.", JsonSchema.Parse("""{ "type": "object" }"""), needsTranscript, action);
}
