namespace RealtimeAkka.Bench.Load;

/// <summary>The file that all sessions play: the given one, or a generated one that is deleted on disposal.</summary>
internal sealed class TemporaryCall : IDisposable
{
    private readonly bool _ours;

    public TemporaryCall(string? path)
    {
        _ours = path is null;
        Path = path ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"call-{Guid.NewGuid():N}.wav");
        if (_ours) Call.Write(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_ours) File.Delete(Path);
    }
}
