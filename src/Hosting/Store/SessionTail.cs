using System.Text.Unicode;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Hosting.Store;

/// <summary>What the store does not have yet of the session in a folder.</summary>
/// <param name="folder">The path of the folder.</param>
internal sealed class SessionTail(string folder)
{
    // At once, so that one long session does not keep the others waiting.
    private const int MaxRecords = 500, MaxBytes = 1024 * 1024;

    // A folder that cannot be read is tried again for some minutes.
    private const int MaxFailures = 20;

    private volatile bool _isLive;
    private int _failures;
    private DateTimeOffset _again;
    private long _shipped; // bytes, as the store last said
    private RecordedFacts? _facts;
    private bool _isKnown; // the store has a row of it

    /// <summary>The session's id.</summary>
    public string Id => Path.GetFileName(folder);

    /// <summary>This process still writes it.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>What the store has; null: it has to be asked.</summary>
    public ShipPosition? Position { get; private set; }

    /// <summary>The store says what it has; null: nothing.</summary>
    public void Known(ShipPosition? position) =>
        (Position, _isKnown, _shipped) = (position ?? default(ShipPosition), position is not null, position?.Bytes ?? 0);

    /// <summary>The store has this, too.</summary>
    public void Written(SessionPart part) => (Position, _isKnown, _shipped) = (part.To, true, part.To.Bytes);

    /// <summary>Nobody knows any more what the store has.</summary>
    public void Forget() => Position = null;

    /// <summary>Bytes of records that the store does not have, as far as it has said what it has.</summary>
    public long Waiting => new FileInfo(Path.Combine(folder, "turns.jsonl")) is { Exists: true, Length: var length }
        ? Math.Max(0, length - _shipped) : 0;

    /// <summary>Whether it may be read now, or has to wait after a failure.</summary>
    public bool IsDue(DateTimeOffset now) => now >= _again;

    /// <summary>It was read.</summary>
    public void Succeeded() => _failures = 0;

    /// <summary>It could not be read. False: so often in a row that it is not tried again.</summary>
    public bool Failed(DateTimeOffset now)
    {
        _again = now + StoreLoop.RetryAfter(++_failures);
        return _failures < MaxFailures;
    }

    /// <summary>
    /// What is new, and whether it ends at the end of the file; a null part: nothing is. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if the folder cannot be read.
    /// </summary>
    public (SessionPart? Part, bool IsAtEnd) Read(DateTimeOffset now)
    {
        var from = Position ?? throw new InvalidOperationException("The store has not been asked.");
        if (from.IsComplete || !Directory.Exists(folder)) return (null, true);
        // The summary is written last: where it is there, no record comes after those that are read now.
        var summary = RecordedSession.SummaryIn(folder);
        if (summary is var (json, _) && !Utf8.IsValid(json)) summary = null;
        List<ShippedRecord> records = [];
        var (to, isAtEnd) = Lines(from, records);
        if (!isAtEnd) summary = null;
        if (to == from && summary is null && _isKnown) return (null, isAtEnd);
        _facts ??= RecordedSession.Facts(folder);
        var length = summary is var (_, told) ? told.DurationMs
            : (long)(IsLive ? now - _facts.StartedAt : RecordedSession.LengthOf(folder)).TotalMilliseconds;
        return (new SessionPart(Id, _facts, records, to with { IsComplete = summary is not null }, summary, length), isAtEnd);
    }

    private (ShipPosition To, bool IsAtEnd) Lines(ShipPosition from, List<ShippedRecord> records)
    {
        var info = new FileInfo(Path.Combine(folder, "turns.jsonl"));
        if (info is not { Exists: true, LinkTarget: null } || info.Length <= from.Bytes) return (from, true);
        using var file = TextFile.OpenRegular(info.FullName);
        file.Position = from.Bytes;
        var lines = new GrowingLines(file, from.Bytes, RecordReader.MaxLine);
        var (count, skipped) = (from.Lines, from.Skipped);
        while (records.Count < MaxRecords && lines.Position - from.Bytes < MaxBytes)
        {
            if (!lines.TryRead(out var line)) return (new ShipPosition(lines.Position, count, skipped, IsComplete: false), true);
            count++;
            // The database takes no other text than valid UTF-8.
            if (line is { } bytes && Utf8.IsValid(bytes.Span) && RecordReader.Decode(bytes) is { } record)
                records.Add(new ShippedRecord(count, bytes.ToArray(), record.Type, record.Record));
            else if (line is null || !line.Value.Span.TrimEnd("\r "u8).IsEmpty) skipped++;
        }
        return (new ShipPosition(lines.Position, count, skipped, IsComplete: false), false);
    }
}
