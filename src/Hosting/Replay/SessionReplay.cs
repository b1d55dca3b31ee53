using System.Text.Json;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>What a replay gave.</summary>
/// <param name="Records">All records, in order.</param>
/// <param name="Deviations">Where this run asked for something else than the recorded one; one line each.</param>
/// <param name="Ended">How it ended.</param>
internal sealed record ReplayResult(IReadOnlyList<JsonElement> Records, IReadOnlyList<string> Deviations, SessionMessages.Ended Ended);

/// <summary>Feeds a recorded session to the whole machine again, without a server, on a virtual clock.</summary>
/// <param name="wire">The recording.</param>
/// <param name="session">The session as recorded.</param>
/// <param name="folder">Its folder.</param>
internal sealed class SessionReplay(RecordedWire wire, RecordedSession session, string folder)
{
    /// <summary>Runs the session to its end; <paramref name="published"/> gets each record as one line of JSON.</summary>
    /// <param name="plan">The settings.</param>
    /// <param name="canRenewKey">The session had a program that prints a key.</param>
    /// <param name="speed">So many times as fast as it was; null: as fast as it goes.</param>
    /// <param name="isWhole">The recording is replayed to its end, so that all of it must be used.</param>
    /// <param name="published">Called on another thread.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public async Task<ReplayResult> RunAsync(
        RunPlan plan, bool canRenewKey, double? speed, bool isWhole, Action<byte[]> published, CancellationToken cancellation)
    {
        var format = plan.Session.Facts.Format;
        using var sound = OpenSound(format);
        await using var host = await VoiceHost.StartAsync(
            $"{plan.Akka}\n{VirtualScheduler.Hocon}", plan.Logging.Console, cancellation).ConfigureAwait(false);
        var time = host.VirtualTime!;
        // The session connects at once: the recording began a little before that.
        var first = wire.Connections[0].ConnectingAt;
        var origin = time.Now - first;
        time.Start = wire.Began.At + first;

        var connector = new ReplayConnector(wire.Connections, time, origin, canRenewKey);
        var sink = new Sink(published);
        var ports = new SessionPorts(
            Source(sound, plan.Session.Mic, time, origin), new ReplaySpeaker(time, Speed(plan), format), connector, [sink], time);
        var actions = new ReplayAction([.. Recorded().OfType<ToolCalled>()], wire.ReturnedAt, time, origin);
        using var stop = new CancellationTokenSource();
        // A microphone has no end: it was switched off. Whatever else goes on at the end of the recording ends then.
        using var end = time.At(origin + (IsLive ? wire.LastFrameAt : null) ?? origin + wire.EndAt, stop.Cancel);
        var running = host.RunAsync(ReplayPlanner.With(plan.Session, actions), ports, stop.Token, cancellation);
        await RunAsync(time, running, speed, cancellation).ConfigureAwait(false);
        return new ReplayResult(sink.Records, [.. connector.Deviations(isWhole)], await running.ConfigureAwait(false));
    }

    // On a thread of its own, which belongs to the clock.
    private static async Task RunAsync(VirtualTime time, Task running, double? speed, CancellationToken cancellation)
    {
        try
        {
            var isDone = await Task.Factory.StartNew(
                () => time.Run(running, speed, cancellation),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            if (!isDone) throw new InvalidOperationException("The replay stands still: nothing is left to happen.");
        }
        finally
        {
            time.Release();
        }
    }

    /// <summary>The records of the recording, in order, and its summary if it has one.</summary>
    public IReadOnlyList<JsonElement> Expected()
    {
        var (lines, _) = session.Records();
        IEnumerable<JsonElement> summary = session.IsFinished ? [JsonElement.Parse(RecordCodec.Encode(session.Summary))] : [];
        return [.. lines.Select(line => line.Json), .. summary];
    }

    private bool IsLive => wire.Began.Source is CallSource.Mic or CallSource.Browser or CallSource.Telephone;

    private static double Speed(RunPlan plan) => plan.Output is OutputPlan.Nothing nothing ? nothing.Speed : 1;

    private IEnumerable<SessionRecord> Recorded() => session.Records().Lines.Select(line => line.Record).OfType<SessionRecord>();

    private RecordedSound OpenSound(SoundFormat format)
    {
        try
        {
            return new RecordedSound(folder, wire.Spoken, format);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigException($"{Path.Combine(folder, "input.wav")} cannot be used: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private IAudioSource Source(RecordedSound sound, MicSettings mic, VirtualTime time, TimeSpan origin) => IsLive
        ? new ReplayMicrophone(sound, mic.Frame, mic.Format.Bytes(mic.Frame), time)
        : new ReplaySource(sound, InputLength(mic), mic.Realtime ? [] : wire.FramesAt, time, origin);

    // What was sent, without the silence that the session itself adds at its end.
    private long? InputLength(MicSettings mic)
    {
        if (!session.IsFinished) return null;
        var added = session.Summary.Exit is "completed" or "budget"
            ? Math.Ceiling(mic.EndSilence / mic.Frame) * mic.Format.Bytes(mic.Frame) : 0;
        return Math.Max(0, session.Summary.Audio.SentMs * mic.Format.BytesPerMillisecond - (long)added);
    }

    // Synchronous: a write that ends on another thread would be work that the clock does not see.
    private sealed class Sink(Action<byte[]> published) : IRecordSink
    {
        private readonly List<JsonElement> _records = [];

        public string Name => "replay";

        public IReadOnlyList<JsonElement> Records => _records;

        public Task WriteAsync(SessionRecord record)
        {
            if (record is Activity) return Task.CompletedTask;
            var json = RecordCodec.Encode(record);
            _records.Add(JsonElement.Parse(json));
            published(json);
            return Task.CompletedTask;
        }
    }
}
