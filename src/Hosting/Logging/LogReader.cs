using System.Text;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>Reads whole lines of a file that may still grow; an unfinished last line is kept until its end arrives.</summary>
public sealed class LogReader(Stream stream)
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8);
    private readonly StringBuilder _line = new();
    private readonly char[] _buffer = new char[8192];
    private (int From, int To) _unread; // in the buffer

    /// <summary>The next whole line; null if there is none yet.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        while (_unread.From < _unread.To || await FillAsync(cancellation).ConfigureAwait(false))
        {
            var unread = _buffer.AsMemory(_unread.From.._unread.To);
            var end = unread.Span.IndexOf('\n');
            _line.Append(end < 0 ? unread : unread[..end]);
            _unread.From = end < 0 ? _unread.To : _unread.From + end + 1;
            if (end < 0) continue;
            var line = _line.ToString().TrimEnd('\r');
            _line.Clear();
            return line;
        }
        return null;
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        _unread = (0, await _reader.ReadAsync(_buffer, cancellation).ConfigureAwait(false));
        return _unread.To > 0;
    }
}
