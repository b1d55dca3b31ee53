using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>
/// The records of a call in the order in which they were published, numbered from 1, for any number of readers at their own pace: a reader
/// asks for what follows its number, and nothing waits for it.
/// </summary>
/// <param name="store">Keeps the records.</param>
public sealed class RecordLog(IRecordStore store) : IRecordSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, decimal> _costs = []; // of the turns that may be amended
    private TaskCompletionSource _changed = New();
    private bool _isComplete;
    private int _turns;
    private decimal _usd;

    // As many as the turns station amends (docs/backpressure.md 4).
    private const int Amendable = 64;

    /// <inheritdoc/>
    public string Name => "log";

    /// <summary>The number of turns, and what the records cost in US dollars as far as that is known.</summary>
    public (int Turns, decimal Usd) Figures
    {
        get
        {
            lock (_lock) return (_turns, _usd);
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record)
    {
        if (record is Activity) return Task.CompletedTask;
        TaskCompletionSource changed;
        lock (_lock)
        {
            store.Add(RecordCodec.Encode(record));
            Count(record);
            (changed, _changed) = (_changed, New());
        }
        changed.SetResult();
        return Task.CompletedTask;
    }

    /// <summary>There will be no more records.</summary>
    public void Complete()
    {
        lock (_lock) _isComplete = true;
        _changed.TrySetResult();
    }

    /// <summary>
    /// The records after this number, at most <paramref name="most"/>; <c>IsLast</c>: none will follow them; <c>Changed</c> completes when
    /// there are more.
    /// </summary>
    public RecordPage Read(long after, int most)
    {
        lock (_lock)
        {
            var first = Math.Max(after + 1, store.First);
            var count = (int)Math.Clamp(store.Last - first + 1, 0, most);
            List<NumberedRecord> records = count == 0 ? []
                : [.. store.Read(first, count).Select((json, i) => new NumberedRecord(first + i, json))];
            var end = records.Count > 0 ? records[^1].Number : Math.Max(after, 0);
            return new RecordPage(records, _isComplete && end >= store.Last, _changed.Task);
        }
    }

    private void Count(SessionRecord record)
    {
        switch (record)
        {
            case TurnRecord turn:
                var usd = (turn.Oob.CostUsd ?? 0) + (turn.Asr.CostUsd ?? 0);
                _usd += usd - _costs.GetValueOrDefault(turn.Turn);
                if (record is TurnJoined) _turns++;
                _costs[turn.Turn] = usd;
                _costs.Remove(turn.Turn - Amendable);
                break;
            case AssistantReplied answer:
                _usd += answer.CostUsd ?? 0;
                break;
            case TaskCompleted task:
                _usd += task.CostUsd ?? 0;
                break;
            case SessionSummary summary:
                (_turns, _usd) = (summary.Turns, summary.TotalUsd);
                break;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A record as one line of JSON, without a line break.</summary>
public readonly record struct NumberedRecord(long Number, ReadOnlyMemory<byte> Json);

/// <summary>Records that follow each other.</summary>
public sealed record RecordPage(IReadOnlyList<NumberedRecord> Records, bool IsLast, Task Changed);

/// <summary>Keeps the records of one call; used by one caller at a time.</summary>
public interface IRecordStore
{
    /// <summary>Number of the oldest record that is kept.</summary>
    long First { get; }

    /// <summary>Number of the newest record; 0: there is none.</summary>
    long Last { get; }

    /// <summary>Adds a record; its number is one more than the last. Throws <see cref="IOException"/> if there is no room for it.</summary>
    void Add(ReadOnlyMemory<byte> json);

    /// <summary>The record of this number, and those that follow it; all of them are kept.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Read(long first, int count);
}

/// <summary>The records of a call that is recorded nowhere: the newest, in memory.</summary>
public sealed class RecordsInMemory : IRecordStore
{
    private const int MaxRecords = 200, MaxBytes = 1024 * 1024;

    private readonly Queue<ReadOnlyMemory<byte>> _records = new();
    private long _bytes;

    /// <inheritdoc/>
    public long First => Last - _records.Count + 1;

    /// <inheritdoc/>
    public long Last { get; private set; }

    /// <inheritdoc/>
    public void Add(ReadOnlyMemory<byte> json)
    {
        _records.Enqueue(json);
        _bytes += json.Length;
        Last++;
        while (_records.Count > 1 && (_records.Count > MaxRecords || _bytes > MaxBytes)) _bytes -= _records.Dequeue().Length;
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long first, int count) => _records.Skip((int)(first - First)).Take(count);
}
