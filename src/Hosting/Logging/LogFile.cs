using System.Globalization;
using System.Text;
using RealtimeAkka.Hosting.Net;
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

    // Each logs thousands of lines, one after the other: the text of a line is written over the one before.
    private const int MaxKeptText = 16 * 1024;

    [ThreadStatic] private static StringWriter? t_text;

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
        var text = (t_text ??= new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" }).GetStringBuilder().Clear();
        _formatter.Format(logEvent, t_text);
        var bytes = new PooledBufferWriter();
        var encoder = Encoding.UTF8.GetEncoder(); // a pair may stand in two pieces
        foreach (var piece in text.GetChunks()) encoder.Convert(piece.Span, bytes, flush: false, out _, out _);
        Write(bytes.Written.Span);
        bytes.Return();
        if (text.Capacity > MaxKeptText) t_text = null;
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            try
            {
                for (; _waiting.TryPeek(out var next); _waiting.Dequeue()) _file.Write(next);
                _file.Write(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                Failure = e.Message;
                if (_waiting.Count < MaxWaiting) _waiting.Enqueue(line.ToArray());
                else _lost++;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
