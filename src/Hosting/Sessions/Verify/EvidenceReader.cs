using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Sessions.Verify;

/// <summary>Reads a session's folder for <see cref="SessionVerifier"/>. Of the wire log, only what is charged is kept.</summary>
/// <param name="prices">What usages on the wire cost.</param>
public sealed class EvidenceReader(PriceList prices)
{
    // A line of a wire log holds a frame of at most 16 MiB, and escapes may double it.
    private const int MaxLine = 48 * 1024 * 1024;
    private const int MaxFile = 4 * 1024 * 1024;
    private const int WavHeader = 44;

    // Of each file: a session of another program would fill the screen.
    private const int MaxFaults = 100;

    private static readonly string[] Lines = ["session.log", "timeline.jsonl", "records.jsonl"];

    /// <summary>The evidence in a folder. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public SessionEvidence Read(string folder)
    {
        var directory = new DirectoryInfo(folder);
        List<FileEvidence> files = [.. directory.GetFileSystemInfos().Select(Evidence)];
        var (faults, records) = (new List<LineEvidence>(), new List<RecordEvidence>());
        var session = new SessionEvidence(directory.Name)
        {
            IsOpen = SessionUse.IsOpen(folder), Files = files, Faults = faults, Records = records,
            Mode = OperatingSystem.IsWindows() ? null : directory.UnixFileMode,
        };
        session = session with { Config = Config(folder, session, faults), Summary = Summary(folder, session) };
        foreach (var line in Read(folder, "turns.jsonl", session, faults))
        {
            if (RecordReader.Decode(line.Bytes) is not { } record || !HasIds(record.Record))
                faults.Add(new("turns.jsonl", line.Number, LineFault.Invalid));
            else if (Text(record.Json, "session") is { } of && of != session.Id)
                faults.Add(new("turns.jsonl", line.Number, LineFault.Foreign));
            else records.Add(new(line.Number, record));
        }
        foreach (var name in Lines) ReadLog(folder, name, session, faults);
        return session with { Wire = Wire(folder, session, faults), Sounds = [.. Sounds(folder, session)] };
    }

    private static FileEvidence Evidence(FileSystemInfo entry) => new(
        entry.Name, entry is FileInfo { LinkTarget: null } && IsRegular(entry), entry is FileInfo file ? file.Length : 0,
        OperatingSystem.IsWindows() ? null : entry.UnixFileMode);

    // A pipe that nobody writes would never end.
    private static bool IsRegular(FileSystemInfo entry)
    {
        try
        {
            using var file = TextFile.OpenRegular(entry.FullName);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static JsonElement? Config(string folder, SessionEvidence session, List<LineEvidence> faults)
    {
        if (session.File("config.json") is not { IsFile: true, Length: <= MaxFile }) return null;
        var bytes = Bytes(folder, "config.json");
        var number = 0;
        foreach (var line in ByteLines.Read(new MemoryStream(bytes), MaxFile))
        {
            number++;
            if (SecretPattern.IsIn(line.Bytes.Span)) faults.Add(new("config.json", number, LineFault.Secret));
        }
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SessionSummary? Summary(string folder, SessionEvidence session)
    {
        if (session.File("summary.json") is not { IsFile: true, Length: > 0 and <= MaxFile }) return null;
        try
        {
            return RecordCodec.Decode(Bytes(folder, "summary.json")) is SessionSummary
            {
                Oob: not null, Asr: not null, Conversation: not null, Tasks: { ByTask: not null }, Unpriced: not null, Audio: not null,
            } summary ? summary : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string folder, string name)
    {
        using var file = TextFile.OpenRegular(Path.Combine(folder, name));
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // The whole lines of a file, without keys: what else is wrong with them is for the caller to find.
    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Read(
        string folder, string name, SessionEvidence session, List<LineEvidence> faults)
    {
        if (session.File(name) is not { IsFile: true }) yield break;
        using var file = TextFile.OpenRegular(Path.Combine(folder, name));
        var (number, before) = (0, faults.Count);
        foreach (var (bytes, isEnded) in ByteLines.Read(file, MaxLine))
        {
            number++;
            if (faults.Count - before >= MaxFaults) yield break;
            if (SecretPattern.IsIn(bytes.Span)) faults.Add(new(name, number, LineFault.Secret));
            if (bytes.Length > MaxLine) faults.Add(new(name, number, LineFault.Invalid));
            else if (isEnded) yield return (number, bytes);
            else if (!session.IsOpen) faults.Add(new(name, number, LineFault.Torn));
        }
    }

    // An id of another program's record may be missing.
    private static bool HasIds(SessionRecord? record) => record switch
    {
        TurnRecord turn => turn is { ItemId.Value: not null, Oob.ResponseId: null or { Value: not null } },
        AssistantReplied answer => answer.ResponseId.Value is not null,
        TaskCompleted task => task is { Task: not null, ResponseId: null or { Value: not null } },
        _ => true,
    };

    private static void ReadLog(string folder, string name, SessionEvidence session, List<LineEvidence> faults)
    {
        foreach (var (number, bytes) in Read(folder, name, session, faults))
        {
            if (Json(bytes) is not { } json) faults.Add(new(name, number, LineFault.Invalid));
            else if (OfSession(json) is { } of && of != session.Id) faults.Add(new(name, number, LineFault.Foreign));
        }
    }

    // Of a record or an entry of a timeline, or of a log entry.
    private static string? OfSession(JsonElement json) =>
        json.TryGetProperty("Properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        ? Text(properties, "Session") : Text(json, "session");

    private WireBill? Wire(string folder, SessionEvidence session, List<LineEvidence> faults)
    {
        const string name = "wire.jsonl";
        if (session.File(name) is not { IsFile: true }) return null;
        var asr = session.Setting("session.asr-model");
        var model = session.Setting("session.model");
        var bill = new WireBill(prices, model ?? "unknown", asr is "none" ? null : asr);
        var time = double.MinValue;
        foreach (var (number, bytes) in Read(folder, name, session, faults))
        {
            using var document = Document(bytes);
            if (document?.RootElement is not { } json || !json.TryGetProperty("t", out var t) || !t.TryGetDouble(out var at)
                || Text(json, "dir") is not ("sent" or "received") || !json.TryGetProperty("event", out var e))
            {
                faults.Add(new(name, number, LineFault.Invalid));
                continue;
            }
            if (at < time) faults.Add(new(name, number, LineFault.Backwards));
            time = at;
            if (Text(json, "dir") == "received" && IsCharged(e)) Charge(bill, number, e);
        }
        return model is null ? null : bill; // without a configuration nobody knows whose usages these are
    }

    private static bool IsCharged(JsonElement e) => e.ValueKind == JsonValueKind.Object && Text(e, "type") is
        "session.created" or "session.updated" or "response.done" or "conversation.item.input_audio_transcription.completed";

    // The program has skipped an event that it could not read: nothing was charged for it.
    private static void Charge(WireBill bill, int line, JsonElement e)
    {
        try
        {
            bill.On(line, RealtimeCodec.Decode(JsonMarshal.GetRawUtf8Value(e).ToArray()));
        }
        catch (JsonException)
        {
        }
    }

    private static IEnumerable<WavEvidence> Sounds(string folder, SessionEvidence session)
    {
        foreach (var name in (string[])["input.wav", "output.wav"])
        {
            if (session.File(name) is not { IsFile: true } file) continue;
            using var stream = TextFile.OpenRegular(Path.Combine(folder, name));
            WavEvidence sound;
            try
            {
                var (format, bytes) = WavFormat.Read(stream);
                // 0 in the header reads as unknown.
                sound = new(name, null, format, bytes == long.MaxValue ? 0 : bytes, Math.Max(0, file.Length - WavHeader));
            }
            catch (InvalidDataException e)
            {
                sound = new(name, e.Message, null, 0, 0);
            }
            yield return sound;
        }
    }

    private static JsonElement? Json(ReadOnlyMemory<byte> line)
    {
        using var document = Document(line);
        return document?.RootElement.Clone();
    }

    private static JsonDocument? Document(ReadOnlyMemory<byte> line)
    {
        try
        {
            var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? JsonText.Of(value) : null;
}

/// <summary>Recognizes keys by their form.</summary>
public static class SecretPattern
{
    private const int MinLength = 20;

    private static readonly SearchValues<byte> OfKey =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>
    /// Whether a line holds a key of the service (<c>sk-...</c>, <c>ek_...</c>) or a bearer token (<c>eyJ...</c>, three parts).
    /// </summary>
    public static bool IsIn(ReadOnlySpan<byte> line) =>
        Holds(line, "sk-"u8, isToken: false) || Holds(line, "ek_"u8, isToken: false) || Holds(line, "eyJ"u8, isToken: true);

    private static bool Holds(ReadOnlySpan<byte> line, ReadOnlySpan<byte> prefix, bool isToken)
    {
        for (int at; (at = line.IndexOf(prefix)) >= 0; line = line[(at + prefix.Length)..])
        {
            if (at > 0 && OfKey.Contains(line[at - 1])) continue; // within a word
            var rest = line[at..];
            var length = rest.IndexOfAnyExcept(OfKey) is >= 0 and var end ? end : rest.Length;
            if (length >= MinLength && (!isToken || rest[length..].StartsWith(".eyJ"u8))) return true;
        }
        return false;
    }
}
