using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>The records of a call in a file of its folder, one line each: only their positions are kept in memory.</summary>
public sealed class RecordFile(string path) : IRecordStore, IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string Name = "records.jsonl";

    private readonly LineFile _file = new(path);
    private readonly List<long> _ends = [0];

    /// <inheritdoc/>
    public long First => 1;

    /// <inheritdoc/>
    public long Last => _ends.Count - 1;

    /// <inheritdoc/>
    public void Add(ReadOnlyMemory<byte> json)
    {
        _file.Write([.. json.Span, (byte)'\n']);
        _ends.Add(_ends[^1] + json.Length + 1);
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long first, int count)
    {
        // Opened each time: a reader may still be behind when the call is over and this is disposed of.
        using var reading = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var number = (int)first; number < first + count; number++)
        {
            var start = _ends[number - 1];
            var record = new byte[_ends[number] - start - 1];
            for (int done = 0, read; done < record.Length; done += read)
            {
                read = RandomAccess.Read(reading, record.AsSpan(done), start + done);
                if (read == 0) throw new IOException("The records have become shorter.");
            }
            yield return record;
        }
    }

    /// <summary>No record is added any more; those that were can still be read.</summary>
    public void Dispose() => _file.Dispose();
}
