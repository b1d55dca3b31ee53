namespace RealtimeAkka.TestSupport;

/// <summary>Temporary folders below one root that is deleted when the test process ends.</summary>
internal static class TestFolder
{
    private static readonly DirectoryInfo Root = Directory.CreateTempSubdirectory("realtime-akka-tests-");

    static TestFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete();

    /// <summary>A new folder.</summary>
    public static DirectoryInfo New() => Root.CreateSubdirectory(Guid.NewGuid().ToString("N"));

    private static void Delete()
    {
        try
        {
            Root.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A program that still runs writes there: the system's temporary-file cleaning removes it.
        }
    }
}
