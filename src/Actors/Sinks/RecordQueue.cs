using RealtimeAkka.Actors.Stations;
using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Sinks.RecordQueue, RealtimeAkka.Actors.Sinks.SinkDecision>;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>What the queue of a sink wants done.</summary>
public abstract record SinkDecision
{
    private SinkDecision() { }

    /// <summary>Write this record. <c>Number</c> tells the writes apart.</summary>
    public sealed record Write(long Number, SessionRecord Record) : SinkDecision;

    /// <summary>Pass this record on to the next sink.</summary>
    public sealed record Forward(SessionRecord Record) : SinkDecision;

    /// <summary>Call <see cref="RecordQueue.WriteNext"/> after this time.</summary>
    public sealed record Retry(TimeSpan Wait) : SinkDecision;

    /// <summary>All records are written or lost: flush the next sink.</summary>
    public sealed record Flush : SinkDecision;

    /// <summary>Records are lost for the first time: log it.</summary>
    public sealed record ReportLoss : SinkDecision;

    /// <summary>Writing fails from now on: log and report it.</summary>
    public sealed record ReportFailure(Exception Cause) : SinkDecision;

    /// <summary>The destination is gone for good: log and report it.</summary>
    public sealed record ReportClosed(Exception Cause) : SinkDecision;

    /// <summary>Writing works again: log it.</summary>
    public sealed record ReportRecovery : SinkDecision;
}

/// <summary>
/// The records that wait for one writer, of which the first may be being written. A written record is passed on, so that it is on disk
/// before it is printed; while writing fails, records are passed on at once and wait here to be written.
/// </summary>
/// <param name="Capacity">Maximum number of records that wait behind the first.</param>
public sealed record RecordQueue(int Capacity)
{
    private static readonly Backoff Wait = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    private ImmutableQueue<SessionRecord> Waiting { get; init; } = [];
    private int Count { get; init; } // number of waiting records
    private int ForwardedCount { get; init; } // how many of them were passed on, counted from the first
    private long Writes { get; init; }
    private bool IsWriting { get; init; } // the first waiting record is being written
    private int Failures { get; init; } // in a row; 0 while writing works
    private bool IsFlushing { get; init; }

    private bool IsClosed { get; init; } // the destination is gone: every record is lost here and passed on

    /// <summary>Number of records that wait, with the one that is being written.</summary>
    public int Waits => Count;

    /// <summary>Number of records that are not written and will not be.</summary>
    public int Lost { get; init; }

    /// <summary>Why records were lost last; null while none was.</summary>
    public string? Reason { get; init; }

    /// <summary>A record is to be written; it is lost if too many wait.</summary>
    public Step Add(SessionRecord record)
    {
        if (IsClosed) return new Step(this with { Lost = Lost + 1 }, new SinkDecision.Forward(record));
        ImmutableArray<SinkDecision> forward = Failures == 0 ? [] : [new SinkDecision.Forward(record)];
        if (Count > Capacity) // the first is being written
        {
            return new Step(
                this with { Lost = Lost + 1, Reason = "too slow" }, Lost == 0 ? [new SinkDecision.ReportLoss(), .. forward] : forward);
        }
        var added = this with { Waiting = Waiting.Enqueue(record), Count = Count + 1 };
        return Failures == 0 ? added.WriteNext() : new Step(added with { ForwardedCount = added.Count }, forward);
    }

    /// <summary>Begins to write the first waiting record.</summary>
    public Step WriteNext()
    {
        if (IsWriting || Count == 0) return new Step(this);
        return new Step(this with { IsWriting = true, Writes = Writes + 1 }, new SinkDecision.Write(Writes + 1, Waiting.Peek()));
    }

    /// <summary>A write has succeeded. One that ended before changes nothing.</summary>
    public Step Written(long number)
    {
        if (number != Writes || !IsWriting) return new Step(this);
        var works = new Step(this with { Failures = 0 }, Failures == 0 ? [] : [new SinkDecision.ReportRecovery()]);
        return works.Then(queue => queue.Leave()).Then(queue => queue.WriteNext()).Then(queue => queue.EndFlush());
    }

    /// <summary>A write has failed. A record that cannot be written here may still be printed by the next sink.</summary>
    public Step NotWritten(long number, Exception cause)
    {
        if (number != Writes || !IsWriting) return new Step(this);
        if (cause is SinkClosedException) return Close(cause);
        var failed = this with { IsWriting = false, Failures = Failures + 1, Reason = cause.Message.TrimEnd('.') };
        if (Failures == 0) return failed.Report(cause).Then(queue => queue.Retry());
        return IsFlushing ? failed.Lose() : failed.Retry();
    }

    /// <summary>All records are to be written or given up, with one more try that does not wait.</summary>
    public Step Flush()
    {
        var flushing = this with { IsFlushing = true };
        return (Failures == 0 ? new Step(flushing) : flushing.WriteNext()).Then(queue => queue.EndFlush());
    }

    /// <summary>What is not written by now is lost, also the record that is being written.</summary>
    public Step Abandon()
    {
        var forwards = Forwards();
        var reason = Failures > 0 || Count == 0 ? Reason : "not written in time";
        return new Step(this with { IsFlushing = true, IsWriting = false, Reason = reason }, forwards).Then(queue => queue.Lose());
    }

    private Step Report(Exception cause) =>
        new(this with { ForwardedCount = Count }, [new SinkDecision.ReportFailure(cause), .. Forwards()]);

    private Step Close(Exception cause)
    {
        var closed = this with { IsClosed = true, IsWriting = false, Reason = cause.Message.TrimEnd('.') };
        return new Step(closed, [new SinkDecision.ReportClosed(cause), .. Forwards()]).Then(queue => queue.Lose());
    }

    // Those of an earlier failure have been passed on.
    private ImmutableArray<SinkDecision> Forwards() =>
        [.. Waiting.Skip(ForwardedCount).Select(record => new SinkDecision.Forward(record))];

    // While flushing, no time is left for a later try.
    private Step Retry() => IsFlushing ? WriteNext() : new Step(this, new SinkDecision.Retry(Wait.After(Failures - 1)));

    // All waiting records were passed on.
    private Step Lose() => (this with { Waiting = [], Count = 0, ForwardedCount = 0, Lost = Lost + Count }).EndFlush();

    // Removes the first waiting record, and passes it on unless that was done before.
    private Step Leave()
    {
        var left = this with { Waiting = Waiting.Dequeue(out var record), Count = Count - 1, IsWriting = false };
        return ForwardedCount > 0
            ? new Step(left with { ForwardedCount = ForwardedCount - 1 })
            : new Step(left, new SinkDecision.Forward(record));
    }

    private Step EndFlush() =>
        IsFlushing && !IsWriting && Count == 0 ? new Step(this with { IsFlushing = false }, new SinkDecision.Flush()) : new Step(this);
}
