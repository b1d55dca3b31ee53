using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Serilog.Events;

namespace RealtimeAkka.Bench.Load;

/// <summary>Full sessions in one actor system: input from a file, output played in real time into nothing, open microphone.</summary>
internal sealed class OurClient : ILoadClient
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(60);

    private readonly LoadOptions _options;
    private readonly Tally _tally;
    private readonly RunPlan _plan;
    private readonly HostTelemetry _telemetry = new(); // as it is shipped
    private readonly TelemetryExport? _export;
    private readonly Task<VoiceHost> _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _ended = [];

    public OurClient(LoadOptions options, Tally tally)
    {
        (_options, _tally) = (options, tally);
        _plan = Plan(options);
        if (_plan.Telemetry.IsSent) _export = TelemetryExport.Start(_plan.Telemetry);
        // No logging: the cost of a log file is the same for every client.
        _host = VoiceHost.StartAsync(_plan.Akka, LogEventLevel.Fatal, CancellationToken.None);
    }

    public string Runtime => VoiceHost.Runtime;

    public async Task StartAsync(int number)
    {
        var host = await _host.ConfigureAwait(false);
        var source = new CallSource(_options.Wav);
        var watch = new SessionWatch(_tally, _options.Frame);
        var endpoint = _plan.Endpoint!;
        var session = _plan.Session with { Facts = _plan.Session.Facts with { Id = new SessionId($"s-load-{number}") } };
        var observed = _telemetry.Begin(TraceFacts.Of(session, endpoint, withWords: false), TimeProvider.System);
        var files = new CallFiles(_plan with { Session = session }, TimeProvider.System); // none, unless --record asks for them
        var connector = new WebSocketConnector(
            endpoint, LoadOptions.Model, new KeySource(_options.Key.Length > 0 ? _options.Key : null, []), _plan.Connection,
            files.Wire, observed);
        var speaker = new PacedSpeaker(null, SharedTicker.Instance, ((OutputPlan.Nothing)_plan.Output).Speed, SoundFormat.Pcm16)
            { Recorder = files.Sounds };
        var ports = new SessionPorts(
            source, speaker, new WatchedConnector(connector, watch),
            observed.Observe(files.Folder is { } folder ? [folder, watch] : [watch]), TimeProvider.System)
            { Depths = observed.Depths, Recorder = files.Input };
        _ended.Add(EndAsync(host.RunAsync(session, ports, _stop.Token, CancellationToken.None), source, watch, observed, files));
        await watch.Opened.ConfigureAwait(false);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_ended).WaitAsync(CloseLimit).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await using var host = await _host.ConfigureAwait(false);
        _export?.Dispose();
        _telemetry.Dispose();
        _stop.Dispose();
    }

    private async Task EndAsync(
        Task<SessionMessages.Ended> ended, CallSource source, SessionWatch watch, SessionTelemetry observed, CallFiles files)
    {
        var end = await ended.ConfigureAwait(false);
        foreach (var loss in files.Close()) _tally.Fail(loss);
        files.Dispose();
        source.Dispose();
        observed.End(end);
        watch.End();
        if (end.Exit != ExitKind.Completed) _tally.Fail(end.Reason ?? end.Exit.ToString());
    }

    private static RunPlan Plan(LoadOptions options)
    {
        var files = AppContext.BaseDirectory;
        Dictionary<string, string> values = new()
        {
            ["session.url"] = options.Url.ToString(), ["session.model"] = LoadOptions.Model, ["session.asr-model"] = LoadOptions.AsrModel,
            ["session.insecure"] = "on", ["mic.input"] = options.Wav,
            ["mic.frame"] = Durations.Format(options.Frame), ["playback.output"] = "null", ["echo.mode"] = "barge-in",
            ["data.directory"] = "none",
        };
        foreach (var pair in options.Set.Select(pair => pair.Split('=', 2))) values[pair[0].Trim()] = pair[1].Trim();
        var layer = new ConfigLayer("bench/load",
            values.ToDictionary(pair => pair.Key.StartsWith("akka.", StringComparison.Ordinal) ? pair.Key
            : $"{StrictConfig.Root}.{pair.Key}", pair => pair.Value));
        var stack = ConfigStack.Load(Path.Combine(files, "hocon"), profile: null, [layer]);
        var now = TimeProvider.System.GetUtcNow();
        return new RunPlanner(files, VoiceHost.Runtime, now, new VoiceApp()).Plan(
            stack, SessionId.New(now, Random.Shared), demo: false);
    }
}

/// <summary>Observes one of our sessions: the events it sends and receives, and the records it publishes.</summary>
internal sealed class SessionWatch(Tally tally, TimeSpan frame) : IRecordSink
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, long> _witnesses = new();
    private readonly Dictionary<int, (TurnJoined Turn, long Emitted)> _unanswered = [];
    private readonly Dictionary<int, string> _early = [];
    private long _lastFrame, _sentBytes;
    private int _joined;
    private AudioFigures? _audio;

    public string Name => "watch";

    /// <summary>Completes when the session streams audio.</summary>
    public Task Opened => _opened.Task;

    public void Sent(AppendAudio append)
    {
        var now = Stopwatch.GetTimestamp();
        tally.Sent(append.Audio.Length, _lastFrame == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_lastFrame, now), frame);
        _lastFrame = now;
        _sentBytes += append.Audio.Length;
    }

    public void Received(ServerEvent e)
    {
        var item = e switch
        {
            AsrCompleted asr => asr.ItemId.Value,
            ResponseDone { Response.Metadata: { } metadata } => metadata.GetValueOrDefault(OutOfBandMetadata.Item),
            _ => null,
        };
        if (item is not null) _witnesses[item] = Stopwatch.GetTimestamp();
    }

    public Task WriteAsync(SessionRecord record)
    {
        switch (record)
        {
            case SessionStarted:
                _opened.TrySetResult();
                break;
            case TurnJoined turn:
                Joined(turn, Stopwatch.GetTimestamp());
                break;
            case AssistantReplied { Turn: { } number } reply:
                if (_unanswered.Remove(number, out var told)) Print(told, reply.Text);
                else _early[number] = reply.Text;
                break;
            case SessionSummary summary:
                _audio = summary.Audio;
                break;
        }
        return Task.CompletedTask;
    }

    /// <summary>Adds the finished session to the tally.</summary>
    public void End()
    {
        _opened.TrySetException(new InvalidOperationException("it ended before it was open"));
        foreach (var told in _unanswered.Values) Print(told, null);
        tally.Ended(_joined, Call.TurnsIn(Pcm.Duration(_sentBytes)), _audio);
    }

    private void Joined(TurnJoined turn, long now)
    {
        _joined++;
        TimeSpan? waited = _witnesses.TryRemove(turn.ItemId.Value, out var last) ? Stopwatch.GetElapsedTime(last, now) : null;
        tally.Joined(turn.Turn, turn.Oob.Text, turn.Asr.Text,
            turn.Oob.Status == ResultStatus.Completed && turn.Asr.Status == ResultStatus.Completed, waited);
        if (_early.Remove(turn.Turn, out var reply)) Print((turn, now), reply);
        else _unanswered[turn.Turn] = (turn, now);
    }

    private void Print((TurnJoined Turn, long Emitted) told, string? assistant) =>
        tally.Print(told.Turn.ItemId.Value, told.Turn.Asr.Text, told.Turn.Oob.Text, assistant, told.Emitted);
}

/// <summary>A connector whose connections report their traffic to a <see cref="SessionWatch"/>.</summary>
internal sealed class WatchedConnector(IRealtimeConnector connector, SessionWatch watch) : IRealtimeConnector
{
    public async Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation) =>
        new Line(await connector.ConnectAsync(cancellation).ConfigureAwait(false), watch);

    private sealed class Line(IRealtimeConnection line, SessionWatch watch) : IRealtimeConnection
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public async ValueTask<ReceiveResult> ReceiveAsync()
        {
            var read = await line.ReceiveAsync().ConfigureAwait(false);
            if (read is ReceiveResult.Event { Value: var e }) watch.Received(e);
            return read;
        }

        public Task SendAsync(ClientEvent clientEvent)
        {
            if (clientEvent is AppendAudio append) watch.Sent(append);
            return line.SendAsync(clientEvent);
        }

        public Task CloseAsync() => line.CloseAsync();

        public ValueTask DisposeAsync() => line.DisposeAsync();
    }
}
