namespace RealtimeAkka.Hosting.Logging;

/// <summary>
/// Limits how often one kind of log entry is written, so that whoever causes it, such as a server that sends errors without end, fills
/// neither the disk nor the terminal. What is left out is counted.
/// </summary>
/// <param name="burst">Entries of one kind that may come at once.</param>
/// <param name="perSecond">Entries of one kind per second after that.</param>
public sealed class LogLimiter(int burst, int perSecond)
{
    // A template of the program is a kind; there are some hundred of them.
    private const int MaxKinds = 1000;

    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether an entry of this kind is written at <paramref name="now"/>, and how many of its kind were left out since the last one.
    /// </summary>
    public (bool IsWritten, long LeftOut) Take(string kind, TimeSpan now)
    {
        if (!_kinds.TryGetValue(kind, out var known))
        {
            if (_kinds.Count >= MaxKinds) return Take("", now);
            known = new Kind(burst, now, 0);
        }
        var credit = Math.Min(burst, known.Credit + (now - known.At).TotalSeconds * perSecond);
        _kinds[kind] = credit >= 1 ? new Kind(credit - 1, now, 0) : new Kind(credit, now, known.LeftOut + 1);
        return credit >= 1 ? (true, known.LeftOut) : (false, 0);
    }

    /// <summary>The kinds of which entries were left out since the last one that was written, and how many; they count as reported.</summary>
    public IReadOnlyList<(string Kind, long LeftOut)> Rest()
    {
        List<(string, long)> rest = [];
        foreach (var (kind, known) in _kinds.Where(pair => pair.Value.LeftOut > 0).ToList())
        {
            rest.Add((kind, known.LeftOut));
            _kinds[kind] = known with { LeftOut = 0 };
        }
        return rest;
    }

    private readonly record struct Kind(double Credit, TimeSpan At, long LeftOut);
}
