using System.Text;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Invariants;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;
using Serilog.Events;

namespace RealtimeAkka.Faults;

/// <summary>Result of a session in this process.</summary>
public sealed record SessionOutcome(ExitKind Exit, string? Reason, TimeSpan Took, IReadOnlyList<string> Wire, IReadOnlyList<string> Output,
    IReadOnlyList<string> Violations);

/// <summary>Deviations of a session from the host's defaults.</summary>
public sealed record SessionStage
{
    /// <summary>Clock of the session.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Changes the settings read by the host.</summary>
    public Func<SessionSettings, SessionSettings> Settings { get; init; } = settings => settings;

    /// <summary>Changes the default ports: a call from memory and a speaker without output.</summary>
    public Func<SessionPorts, SessionPorts> Ports { get; init; } = ports => ports;

    /// <summary>Requests the end of the session.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Well above the duration of any scenario; a session that exceeds it hangs.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The expected exit.</summary>
    public ExitKind Exit { get; init; } = ExitKind.Completed;
}

/// <summary>
/// A whole session in this process: the host's own parts, assembled as by its <c>run</c> command, on a real WebSocket to a simulator.
/// Only source and sink differ: the call is read from memory, and the records are kept in memory.
/// </summary>
public static class SessionRun
{
    // Shared by all sessions of this process; scenarios do not configure it.
    private static readonly Lazy<Task<VoiceHost>> Host = new(StartHostAsync);

    /// <summary>Plays a scenario to its end and judges the session.</summary>
    public static async Task<SessionOutcome> PlayAsync(FaultScenario scenario, SessionStage? stage = null)
    {
        await using var simulator = await RealtimeSimulator.StartAsync(
            new SimulatorOptions { Scenario = Scenario.Parse(scenario.Script.ToJsonString()), Log = WireLogging.None })
            .ConfigureAwait(false);
        return await PlayAsync(scenario, simulator.Url, stage).ConfigureAwait(false);
    }

    /// <summary>Plays a scenario on a running simulator that has the same script.</summary>
    public static async Task<SessionOutcome> PlayAsync(FaultScenario scenario, Uri url, SessionStage? stage = null)
    {
        stage ??= new SessionStage();
        var folder = Directory.CreateTempSubdirectory("realtime-akka-fault-");
        var records = new KeptRecords();
        var start = TimeProvider.System.GetTimestamp();
        var ended = await RunAsync(scenario, url, Path.Combine(folder.FullName, "wire.jsonl"), records, stage).ConfigureAwait(false);
        var took = TimeProvider.System.GetElapsedTime(start);
        var wire = File.ReadAllLines(Path.Combine(folder.FullName, "wire.jsonl"));
        folder.Delete(recursive: true);

        var bounds = new SessionBounds(
            MaxInFlight: scenario.Settings.GetValueOrDefault("out-of-band.max-in-flight") is { } max ? int.Parse(max) : 4,
            AnswerWithin: FaultScenario.AnswerWithin.TotalSeconds);
        List<string> violations = [.. SessionJudge.Judge(wire, records.Lines, bounds), .. SpokenWords.Violations(scenario, records.Lines)];
        if (ended is null) violations.Add($"It did not end within {stage.Limit.TotalSeconds} s.");
        else if (ended.Exit != stage.Exit) violations.Add($"It ended as {ended.Exit}: {ended.Reason}");
        return new SessionOutcome(ended?.Exit ?? ExitKind.Interrupted, ended?.Reason, took, wire, records.Lines, violations);
    }

    private static async Task<SessionMessages.Ended?> RunAsync(
        FaultScenario scenario, Uri url, string wire, KeptRecords records, SessionStage stage)
    {
        var now = TimeProvider.System.GetUtcNow();
        var files = AppContext.BaseDirectory;
        var written = new ConfigLayer(
            scenario.Name, scenario.Settings.ToDictionary(pair => $"{StrictConfig.Root}.{pair.Key}", pair => pair.Value));
        var stack = ConfigStack.Load(Path.Combine(files, "hocon"), profile: null, [written]);
        var plan = new RunPlanner(files, VoiceHost.Runtime, now, new VoiceApp()).Plan(
            stack, SessionId.New(now, Random.Shared), demo: false);
        using var recorder = new WireRecorder(wire, keepAudio: false, TimeProvider.System);
        var connector = new WebSocketConnector(
            new Endpoint(url, IsAzure: false), plan.Session.Facts.Model, new KeySource(null, []), plan.Connection, recorder);
        var ports = stage.Ports(
            new SessionPorts(new SpokenSource(scenario.Call.Pcm), new PacedSpeaker(null, TimeProvider.System, speed: 100, SoundFormat.Pcm16), connector,
            [records], stage.Clock));
        using var abandon = new CancellationTokenSource(stage.Limit);
        var host = await Host.Value.ConfigureAwait(false);
        var ended = await host.RunAsync(stage.Settings(plan.Session), ports, stage.Stop, abandon.Token).ConfigureAwait(false);
        return abandon.IsCancellationRequested ? null : ended;
    }

    private static Task<VoiceHost> StartHostAsync() => VoiceHost.StartAsync(
        ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), profile: null, []).Akka, LogEventLevel.Fatal,
        CancellationToken.None);

    private sealed class SpokenSource(byte[] pcm) : IPullAudioSource
    {
        private int _at;

        public ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
        {
            var count = Math.Min(frame.Length, pcm.Length - _at);
            pcm.AsSpan(_at, count).CopyTo(frame.Span);
            _at += count;
            return new(count);
        }
    }

    private sealed class KeptRecords : IRecordSink
    {
        private readonly List<string> _lines = [];

        public string Name => "kept";

        public IReadOnlyList<string> Lines => _lines;

        public Task WriteAsync(SessionRecord record)
        {
            if (record is not Activity) _lines.Add(Encoding.UTF8.GetString(RecordCodec.Encode(record)));
            return Task.CompletedTask;
        }
    }
}
