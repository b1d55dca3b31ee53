using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>Writes records to one destination, in order, one at a time.</summary>
public interface IRecordSink
{
    /// <summary>Names the sink in logs.</summary>
    string Name { get; }

    /// <summary>
    /// Completes when the record is written. Throws <see cref="SinkClosedException"/> if none can be written here any more, any other
    /// exception if a later try may succeed.
    /// </summary>
    Task WriteAsync(SessionRecord record);
}

/// <summary>The destination of a sink is gone for good: the reader of a pipe has closed it.</summary>
public sealed class SinkClosedException(string message) : IOException(message);
