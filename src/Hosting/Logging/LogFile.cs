using System.Globalization;
using System.Text;
using RealtimeAkka.Hosting.Sinks;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>
/// <c>session.log</c>: one JSON object per line. While the disk takes none, entries wait, up to a maximum; beyond that they are lost.
/// </summary>
public sealed class LogFile(string path) : ILogEventSink, IDisposable
{
    // Some 2 MB; a session that goes on for long on a full disk logs more.
    private const int MaxWaiting = 4000;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = new();
    private readonly JsonFormatter _formatter = new(renderMessage: true, formatProvider: CultureInfo.InvariantCulture);
    private readonly LineFile _file = new(path);

    private long _lost;

    /// <summary>Entries that are not written.</summary>
    public long Lost
    {
        get
        {
            lock (_lock) return _lost + _waiting.Count;
        }
    }

    /// <summary>The reason of the last failure; null: every entry was written.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        _formatter.Format(logEvent, line);
        lock (_lock)
        {
            if (_waiting.Count < MaxWaiting) _waiting.Enqueue(Encoding.UTF8.GetBytes(line.ToString()));
            else _lost++;
            try
            {
                for (; _waiting.TryPeek(out var next); _waiting.Dequeue()) _file.Write(next);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                Failure = e.Message;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
