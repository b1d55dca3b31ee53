using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>
/// The recorded calls of this process's directory, and those that only the store has: of other machines, and of folders that are gone.
/// Without an answer of the store there are those of the directory.
/// </summary>
/// <param name="folders">Those of the directory.</param>
/// <param name="sessions">Those of the store.</param>
/// <param name="isUp">Whether the store answers: else it is not asked.</param>
internal sealed class StoredCalls(IRecordedCalls folders, PostgresSessions sessions, Func<bool> isUp) : IRecordedCalls
{
    /// <inheritdoc/>
    public IEnumerable<RecordedCall> Newest(int most, IReadOnlySet<string> live)
    {
        List<RecordedCall> here = [.. folders.Newest(most, live)];
        var ids = here.Select(call => call.Id.Value).ToHashSet(StringComparer.Ordinal);
        return here.Concat(Ask(store => store.Newest(most + live.Count), [])
                .Where(call => !ids.Contains(call.Id) && !live.Contains(call.Id)).Select(Recorded).OfType<RecordedCall>())
            .OrderByDescending(call => call.Id.Value, StringComparer.Ordinal).Take(most);
    }

    /// <inheritdoc/>
    public RecordedCall? Find(SessionId id) =>
        folders.Find(id) ?? Ask(store => store.Call(id.Value) is { } call ? Recorded(call) : null, null);

    /// <inheritdoc/>
    public IEnumerable<NumberedRecord> Records(SessionId id)
    {
        if (folders.Find(id) is not null) return folders.Records(id);
        // Those that survive a call, as of one that was not served.
        var lines = Ask(store => store.Records(id.Value), []).Select(line => RecordCodec.Encode(line.Json)).ToList();
        if (Ask(store => store.Summary(id.Value), null) is { } summary) lines.Add(RecordCodec.Encode(summary));
        return lines.Select((line, i) => new NumberedRecord(i + 1, line));
    }

    /// <inheritdoc/>
    public Stream? OpenAudio(SessionId id, string file) => folders.OpenAudio(id, file);

    private static RecordedCall? Recorded(StoredCall call) => CallIds.Read(call.Id) is { } id
        ? new RecordedCall(
            id, PostgresSessions.Source(call.Source), call.StartedAt, call.Turns, call.TotalUsd, call.IsFinished, IsHere: false)
        : null;

    private T Ask<T>(Func<PostgresSessions, T> what, T nothing)
    {
        try
        {
            return isUp() ? what(sessions) : nothing;
        }
        catch (ConfigException)
        {
            return nothing; // the loop that fills it says so
        }
    }
}
