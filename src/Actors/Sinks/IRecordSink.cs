using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>Writes records to one destination, in order, one at a time.</summary>
public interface IRecordSink
{
    /// <summary>Names the sink in logs.</summary>
    string Name { get; }

    /// <summary>Completes when the record is written.</summary>
    Task WriteAsync(SessionRecord record);
}
