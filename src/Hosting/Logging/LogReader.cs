using System.Text;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>Reads whole lines of a file that may still grow; an unfinished last line is kept until its end arrives.</summary>
public sealed class LogReader(Stream stream)
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8);
    private readonly StringBuilder _line = new();

    /// <summary>The next whole line; null if there is none yet.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var one = new char[1];
        while (await _reader.ReadAsync(one, cancellation).ConfigureAwait(false) == 1)
        {
            if (one[0] != '\n')
            {
                _line.Append(one[0]);
                continue;
            }
            var line = _line.ToString().TrimEnd('\r');
            _line.Clear();
            return line;
        }
        return null;
    }
}
