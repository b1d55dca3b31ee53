namespace RealtimeAkka.Bench.Load;

/// <summary>A folder that is deleted with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("realtime-akka-load-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
