using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// What this node has spent for each tenant, in a file of its data directory: the node's id, sums so far, then a line for each charge. A
/// charge is in the file when <see cref="Add"/> returns, so that a killed process loses none, and on the disk after <see cref="Flush"/>. No
/// sum may be reported before: after a power cut it would be smaller than what was reported, and what is spent then would not count.
/// </summary>
public sealed class ChargeJournal : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string Name = "charges.jsonl";

    private readonly string _path;
    private readonly int _maxBytes;
    private readonly Dictionary<(TenantId Tenant, DateOnly Day), decimal> _sums = [];
    private readonly Dictionary<(TenantId Tenant, DateOnly Day), decimal> _refused = []; // by the disk; not in the file yet
    private readonly FileStream _lock;
    private FileStream _file;
    private long _length; // bytes of whole lines; a torn one is overwritten
    private bool _isFlushed;

    private ChargeJournal(string path, int maxBytes, Random random, DateOnly today)
    {
        (_path, _maxBytes) = (path, maxBytes);
        // Against a second process with the same data directory, whose sums would be mixed with these.
        _lock = Open(path + ".lock", FileShare.None);
        _file = Open(path, FileShare.Read);
        Node = Read() ?? NodeId.New(random);
        Compact(today);
    }

    /// <summary>The node's id.</summary>
    public NodeId Node { get; }

    /// <summary>What was spent on each day of the month, in US dollars.</summary>
    public IEnumerable<(TenantId Tenant, DateOnly Day, decimal Usd)> Sums => _sums.Select(sum => (sum.Key.Tenant, sum.Key.Day, sum.Value));

    /// <summary>
    /// Opens the journal in a directory, and keeps the sums of this month. A file of more than <paramref name="maxBytes"/> is replaced by its
    /// sums. Throws <see cref="IOException"/> if it cannot be read or written, or if another process uses it.
    /// </summary>
    public static ChargeJournal Open(string directory, DateOnly today, int maxBytes = 16 * 1024 * 1024)
    {
        PrivateFiles.CreateDirectory(directory);
        return new ChargeJournal(Path.Combine(directory, Name), maxBytes, Random.Shared, today);
    }

    /// <summary>Adds a charge. What the disk refuses is kept and written by a later <see cref="Flush"/>.</summary>
    public void Add(SessionId call, TenantId tenant, DateOnly day, decimal usd, DateTimeOffset at)
    {
        _sums[(tenant, day)] = _sums.GetValueOrDefault((tenant, day)) + usd;
        _isFlushed = false;
        try
        {
            if (_length > _maxBytes) Compact(day);
            else Write(new ChargeLine { Tenant = tenant.Value, Day = day, Usd = usd, Call = call.Value, At = at });
        }
        catch (IOException)
        {
            _refused[(tenant, day)] = _refused.GetValueOrDefault((tenant, day)) + usd;
        }
    }

    /// <summary>Writes everything to the disk. False: it takes nothing.</summary>
    public bool Flush()
    {
        try
        {
            foreach (var (of, usd) in _refused.ToList())
            {
                Write(new ChargeLine { Tenant = of.Tenant.Value, Day = of.Day, Usd = usd });
                _refused.Remove(of);
            }
            if (!_isFlushed) RandomAccess.FlushToDisk(_file.SafeFileHandle);
            return _isFlushed = true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _file.Dispose();
        _lock.Dispose();
    }

    private static FileStream Open(string path, FileShare share) =>
        PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);

    private NodeId? Read()
    {
        NodeId? node = null;
        using var reader = new StreamReader(_file, leaveOpen: true);
        while (reader.ReadLine() is { } text)
        {
            ChargeLine? line;
            try
            {
                line = JsonSerializer.Deserialize(text, ChargeJson.Default.ChargeLine);
            }
            catch (JsonException)
            {
                continue; // torn by a power cut: it was never reported
            }
            node ??= NodeId.Read(line?.Node);
            if (TenantId.Read(line?.Tenant) is { } tenant && line is { Day: { } day, Usd: > 0 and var usd })
                _sums[(tenant, day)] = _sums.GetValueOrDefault((tenant, day)) + usd;
        }
        return node;
    }

    // The new file takes the place of the old one in one step.
    private void Compact(DateOnly today)
    {
        var first = DaySum.MonthOf(today);
        foreach (var of in _sums.Keys.Where(of => of.Day < first).ToList()) _sums.Remove(of);
        var (old, length) = (_file, _length);
        var next = _path + ".new";
        try
        {
            File.Delete(next);
            (_file, _length) = (Open(next, FileShare.Read), 0);
            Write(new ChargeLine { Node = Node.Value });
            foreach (var (of, usd) in _sums) Write(new ChargeLine { Tenant = of.Tenant.Value, Day = of.Day, Usd = usd });
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
            File.Move(next, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!ReferenceEquals(_file, old)) _file.Dispose();
            (_file, _length) = (old, length);
            throw e as IOException ?? new IOException(e.Message, e);
        }
        old.Dispose();
        _refused.Clear(); // part of the sums
        _isFlushed = true;
    }

    private void Write(ChargeLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, ChargeJson.Default.ChargeLine), (byte)'\n'];
        PrivateFiles.Write(_file, bytes, _length);
        _length += bytes.Length;
    }
}

/// <summary>A line of <see cref="ChargeJournal"/>: the node, a sum, or a charge, which names its call.</summary>
internal sealed record ChargeLine
{
    /// <summary>The node's id; only in the first line.</summary>
    public string? Node { get; init; }

    /// <summary>Whose money it is.</summary>
    public string? Tenant { get; init; }

    /// <summary>The day (UTC).</summary>
    public DateOnly? Day { get; init; }

    /// <summary>US dollars, exact.</summary>
    public decimal? Usd { get; init; }

    /// <summary>The call that spent it; null: a sum of charges.</summary>
    public string? Call { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>How lines are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChargeLine))]
internal sealed partial class ChargeJson : JsonSerializerContext;
