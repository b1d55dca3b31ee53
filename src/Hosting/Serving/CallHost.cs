using System.Collections.Concurrent;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Hosting.Store;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using Serilog;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>Composes the calls of <c>serve</c>: each has the plan's settings, a folder, a log and a connection of its own.</summary>
/// <param name="plan">The settings of every call.</param>
/// <param name="target">The model's server.</param>
/// <param name="keys">The key for it, shared by all calls.</param>
/// <param name="logs">The logs of the calls.</param>
/// <param name="telemetry">Observes the calls.</param>
/// <param name="store">Copies what is recorded; null: nobody does.</param>
/// <param name="cluster">The cluster; null: this process is alone, and no tenant has limits.</param>
/// <param name="abandon">Ends every call at once.</param>
internal sealed class CallHost(
    RunPlan plan, Endpoint target, KeySource keys, CallLogs logs, HostTelemetry telemetry, StoreRun? store, ICluster? cluster,
    CancellationToken abandon) : ICalls
{
    // Half the messages of the block that a sound device is given: a network delays more than that anyway.
    internal static readonly TimeSpan NetworkBlock = TimeSpan.FromMilliseconds(40);

    internal static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "intake-call.wav");

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly ConcurrentDictionary<SessionId, LiveCall> _live = new();
    private readonly ConcurrentDictionary<SessionId, Task> _running = new();

    // Not in the list yet, although there may be a folder.
    private readonly ConcurrentDictionary<SessionId, TaskCompletionSource> _opening = new();

    private readonly ConcurrentDictionary<SessionId, (TenantId Tenant, TenantBudget? Budget)> _tenants = new();

    /// <summary>Runs the sessions; set once, before the first call.</summary>
    public VoiceHost Host { get; set; } = null!;

    /// <inheritdoc/>
    public IReadOnlyList<LiveCall> Live => [.. _live.Values.OrderByDescending(call => call.StartedAt)];

    /// <summary>Completes when every call has ended and is recorded.</summary>
    public Task Ended => Task.WhenAll(_running.Values);

    /// <summary>Whether a call is being opened.</summary>
    public bool IsOpening(SessionId id) => _opening.ContainsKey(id);

    /// <inheritdoc/>
    public LiveCall? Find(SessionId id) => _live.GetValueOrDefault(id);

    /// <inheritdoc/>
    public async Task<(SessionId Id, CallRefusal? Refusal)> AdmitAsync()
    {
        var id = cluster?.NewCall(_clock.GetUtcNow()) ?? SessionId.New(_clock.GetUtcNow(), Random.Shared);
        var refusal = await Host.AdmitAsync(id).ConfigureAwait(false);
        if (refusal is { } reason) telemetry.Refused(reason);
        return (id, refusal);
    }

    /// <inheritdoc/>
    public async Task<CallRefusal?> EnterAsync(SessionId id, TenantId? tenant)
    {
        var whose = tenant ?? plan.Tenant.Default;
        var (refusal, budget) = cluster is null ? default : await cluster.EnterAsync(id, whose).ConfigureAwait(false);
        if (refusal is { } reason)
        {
            telemetry.Refused(reason);
            Host.Withdraw(id);
        }
        else if (cluster is not null || tenant is not null) _tenants[id] = (whose, budget);
        return refusal;
    }

    /// <inheritdoc/>
    public void Withdraw(SessionId id)
    {
        Host.Withdraw(id);
        if (_tenants.TryRemove(id, out _)) cluster?.Leave(id);
    }

    /// <inheritdoc/>
    public void Stop(SessionId id) => Host.Stop(id);

    /// <inheritdoc/>
    public Task<SessionMessages.Ended> RunAsync(SessionId id, CallPorts ports) =>
        RunAsync(id, ports, sounds => ports.RecordHeard?.Invoke(sounds.Heard));

    private Task<SessionMessages.Ended> RunAsync(SessionId id, CallPorts ports, Action<AudioRecorder> record)
    {
        _opening[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.Run(() => CarryAsync(id, ports, record));
        _running[id] = running;
        _ = running.ContinueWith(_ => _running.TryRemove(id, out Task? _), TaskScheduler.Default);
        return running;
    }

    /// <inheritdoc/>
    public async Task<(SessionId Id, CallRefusal? Refusal)> StartAsync(string input, bool isRealtime, TenantId? tenant)
    {
        var source = Open(input);
        var (id, refusal) = await AdmitAsync().ConfigureAwait(false);
        refusal ??= await EnterAsync(id, tenant).ConfigureAwait(false);
        if (refusal is not null)
        {
            source.Dispose();
            return (id, refusal);
        }
        var speaker = new PacedSpeaker(
            null, SharedTicker.Instance, plan.Output is OutputPlan.Nothing { Speed: var speed } ? speed : 1, plan.Session.Facts.Format);
        var ports = new CallPorts(CallSource.File, input == "sample" ? Path.GetFileName(Sample) : input, source, speaker)
            { IsRealtime = isRealtime };
        _ = RunAsync(id, ports, sounds => speaker.Recorder = sounds).ContinueWith(_ => source.Dispose(), TaskScheduler.Default);
        // Who started it asks for it next: by then it is in the list, or its failure is.
        if (_opening.TryGetValue(id, out var opening)) await opening.Task.ConfigureAwait(false);
        return (id, null);
    }

    private WavSource Open(string input)
    {
        var path = input == "sample" ? Sample
            : Path.Combine(
                plan.Serve.Inputs ?? throw new InputException("this server plays the sample only: serve.inputs names no folder"), input);
        // The name has no separator, so only a link could lead out of the folder.
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null }) throw new InputException("there is no such file in serve.inputs");
        try
        {
            return WavSource.Open(path, plan.Session.Facts.Format);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{input} cannot be used: {e.Message.TrimEnd('.')}", e);
        }
    }

    private async Task<SessionMessages.Ended> CarryAsync(SessionId id, CallPorts ports, Action<AudioRecorder> record)
    {
        RecordLog? records = null;
        SessionTelemetry? observed = null;
        try
        {
            var call = Of(id, ports);
            using var files = new CallFiles(call, _clock, ports.Input);
            using var file = files.Folder is { } folder ? folder.Create(() => new RecordFile(folder.File(RecordFile.Name))) : null;
            using var copied = files.Folder is null ? null : store?.Follow(id);
            records = new RecordLog(file is null ? new RecordsInMemory() : file);
            _live[id] = new LiveCall(id, ports.From, _clock.GetUtcNow(), records);
            Opened(id);
            if (files.Folder is not null) logs.Add(id, files.Folder.Log);
            if (files.Sounds is not null) record(files.Sounds);
            observed = telemetry.Begin(TraceFacts.Of(call.Session, target, plan.Telemetry.Transcripts), _clock);
            var session = new SessionPorts(
                ports.Source, ports.Speaker,
                new WebSocketConnector(target, call.Session.Facts.Model, keys, plan.Connection, files.Wire, observed),
                observed.Observe([.. ((IRecordSink?[])[files.Folder, records]).OfType<IRecordSink>()]), _clock)
                { Recorder = files.Input, Keypad = ports.Keypad, Depths = observed.Depths,
                Spending = cluster?.SpendingOf(id) };
            var ended = await Host.RunAsync(call.Session, session, CancellationToken.None, abandon).ConfigureAwait(false);
            observed.End(ended);
            records.Complete();
            _live.TryRemove(id, out _); // from now on it is found in its folder
            await Host.FlushLogAsync(id).ConfigureAwait(false);
            if (ended is { Exit: not ExitKind.Completed, Reason: { } reason }) Warn(id, reason);
            foreach (var loss in files.Close()) Warn(id, loss);
            logs.Remove(id);
            return ended;
        }
        catch (Exception e) when (e is ConfigException or IOException or UnauthorizedAccessException)
        {
            Warn(id, e.Message);
            return new SessionMessages.Ended(ExitKind.Failed, e.Message);
        }
        finally
        {
            records?.Complete();
            observed?.End(new SessionMessages.Ended(ExitKind.Failed, null)); // unless it has ended
            _live.TryRemove(id, out _);
            Opened(id);
            logs.Remove(id);
            Withdraw(id);
        }
    }

    private void Opened(SessionId id)
    {
        if (_opening.TryRemove(id, out var opening)) opening.SetResult();
    }

    private RunPlan Of(SessionId id, CallPorts ports)
    {
        var session = WithTheDay().Session;
        if (_tenants.TryGetValue(id, out var tenant))
        {
            session = session with
            {
                Facts = session.Facts with { Tenant = tenant.Tenant },
                Ledger = session.Ledger with { Budget = session.Ledger.Budget with { Tenant = tenant.Budget } },
            };
        }
        if (ports.Format is { } format) session = session.WithFormat(format);
        var playback = session.Playback;
        if (ports.BargesIn) playback = playback with { Block = NetworkBlock, MuteWhileHeard = !plan.Serve.BargeIn };
        return plan with
        {
            Session = session with
            {
                Facts = session.Facts with
                {
                    Id = id, Url = target.DisplayText, Input = ports.Input, Source = ports.From, RemoteAddress = ports.RemoteAddress,
                    Telephone = ports.Telephone,
                },
                Mic = session.Mic with { Realtime = ports.IsRealtime },
                Playback = playback,
                Turns = ports.Keypad is null ? session.Turns
                    : session.Turns with { Keys = plan.Serve.Keys, Farewell = plan.Serve.Farewell },
                End = session.End with { SaysLastWords = ports.Keypad is not null && plan.Serve.Farewell.Instructions is not null },
            },
        };
    }

    private RunPlan WithTheDay() => DayBudget.Add(plan, _clock.GetUtcNow(), warning => Log.Logger.Warning("{Reason:l}", warning));

    private static void Warn(SessionId id, string reason) =>
        Log.Logger.ForContext("Session", id.Value).ForContext("Actor", "call").Warning("The call {Session}: {Reason:l}", id.Value, reason);
}
