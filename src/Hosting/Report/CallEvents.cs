using System.Collections.Immutable;
using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Replay;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Report;

/// <summary>A span of the session's clock, in ms since the session opened.</summary>
/// <param name="FromMs">Its begin.</param>
/// <param name="ToMs">Its end; null: that of the session.</param>
/// <param name="Reason">Why, as the server or the network says it; null: nothing was said.</param>
public readonly record struct EventSpan(long FromMs, long? ToMs, string? Reason);

/// <summary>What <c>timeline.jsonl</c> says of a call: when its input was muted, and when it had no connection.</summary>
/// <param name="Muted">Pauses of the input while there was a connection.</param>
/// <param name="Disconnected">From the loss of a connection to the next one.</param>
public sealed record CallEvents(ImmutableArray<EventSpan> Muted, ImmutableArray<EventSpan> Disconnected)
{
    /// <summary>Nothing is recorded.</summary>
    public static CallEvents None { get; } = new([], []);

    // Shorter pauses are those between two frames.
    private const double LeastPause = 0.1;

    /// <summary>Reads a session's folder; without the file, or with a damaged one, nothing is known.</summary>
    public static CallEvents Read(string folder)
    {
        var path = Path.Combine(folder, "timeline.jsonl");
        if (!File.Exists(path)) return None;
        try
        {
            return Of(
                [
                    .. new RecordedLines(path).Read().Select(line => line.Deserialize(TimelineJson.Default.TimelineEntry))
                        .OfType<TimelineEntry>(),
                ]);
        }
        catch (Exception e) when (e is ConfigException or JsonException or NotSupportedException or InvalidOperationException)
        {
            return None;
        }
    }

    /// <summary>What these entries say.</summary>
    public static CallEvents Of(IReadOnlyList<TimelineEntry> entries)
    {
        var spoken = entries.OfType<TimelineEntry.Spoken>().ToList();
        if (spoken.Count == 0) return None;
        var opened = spoken[0].At;
        // Places of the input are bytes of the session's format.
        var format = entries.OfType<TimelineEntry.Began>().FirstOrDefault()?.SoundFormat ?? SoundFormat.Pcm16;
        long Ms(double t) => (long)Math.Round(Math.Clamp((t - opened) * 1000, 0, 365L * 24 * 3600 * 1000));

        var disconnected = ImmutableArray.CreateBuilder<EventSpan>();
        TimelineEntry.Ended? lost = null;
        var (open, closing) = ((int?)null, (int?)null);
        foreach (var entry in entries)
        {
            switch (entry)
            {
                case TimelineEntry.Connected connected:
                    if (lost is not null) disconnected.Add(new(Ms(lost.T), Ms(connected.T), lost.Reason));
                    (lost, open) = (null, connected.Connection);
                    break;
                case TimelineEntry.Closing our:
                    closing = our.Connection;
                    break;
                case TimelineEntry.Ended ended when ended.Connection == open:
                    (lost, open) = (ended, null);
                    break;
                default:
                    break;
            }
        }
        if (lost is not null && lost.Connection != closing) disconnected.Add(new(Ms(lost.T), null, lost.Reason));

        var muted = ImmutableArray.CreateBuilder<EventSpan>();
        foreach (var (before, after) in spoken.Zip(spoken.Skip(1)))
        {
            var from = before.At + (after.Place - before.Place) / 1000.0 / format.BytesPerMillisecond;
            if (after.At - from < LeastPause) continue;
            var span = new EventSpan(Ms(from), Ms(after.At), null);
            // Without a connection nothing can be sent: that is no mute.
            if (!disconnected.Any(gap => gap.FromMs <= span.ToMs && !(gap.ToMs < span.FromMs))) muted.Add(span);
        }
        return new(muted.ToImmutable(), disconnected.ToImmutable());
    }
}
