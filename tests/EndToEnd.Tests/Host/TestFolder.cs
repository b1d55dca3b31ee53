namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Folders for what tests write and read again, below one that goes when all tests are done.</summary>
internal static class TestFolder
{
    private static readonly DirectoryInfo Root = Directory.CreateTempSubdirectory("realtime-akka-tests-");

    static TestFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete();

    /// <summary>A new one.</summary>
    public static DirectoryInfo New() => Root.CreateSubdirectory(Guid.NewGuid().ToString("N"));

    private static void Delete()
    {
        try
        {
            Root.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A program that was left running still writes there: the system's own cleaning takes it.
        }
    }
}
