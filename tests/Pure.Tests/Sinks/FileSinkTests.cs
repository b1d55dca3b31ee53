using System.Text;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sinks;

public class FileSinkTests
{
    private static readonly AssistantReplied Answer = new("s", new ResponseId("r"), 1, null, "completed", "Grüße", 0, null, null, null);
    private static readonly Notice Notice = new(NoticeLevel.Info, "c", "m");

    [Fact]
    public async Task JSON_is_one_line_per_record_and_nothing_of_a_live_display()
    {
        var output = new MemoryStream();
        var sink = new JsonSink(output);
        await sink.WriteAsync(Notice);
        await sink.WriteAsync(new Activity(ActivityKind.SpeechStarted));
        await sink.WriteAsync(Answer);
        Assert.Equal($"{Encoding.UTF8.GetString(RecordCodec.Encode(Notice))}\n{Encoding.UTF8.GetString(RecordCodec.Encode(Answer))}\n",
            Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task A_session_has_a_private_folder_with_its_records_its_summary_and_its_settings()
    {
        var root = Directory.CreateTempSubdirectory();
        try
        {
            using (var folder = new SessionFolder(root.FullName, new SessionId("s-1")))
            {
                folder.WriteConfig(new StrictConfig(Shipped.Reference, Shipped.Set("session.voice", "cedar")));
                foreach (var record in new SessionRecord[] { Notice, new Activity(ActivityKind.SpeechStarted), Answer })
                    await folder.WriteAsync(record);
                // on disk before the write completes
                Assert.Equal(Encoding.UTF8.GetString(RecordCodec.Encode(Answer)) + "\n", Read(folder.File("turns.jsonl")));
                await folder.WriteAsync(
                    new SessionSummary("s", 1, new MethodCost(0, 0), new MethodCost(0, 0), new Amount(0), TaskCosts.None, 0, null, [], 0,
                    null, [], new AudioFigures(0, 0, 0, 0), 0, 0, "completed"));

                Assert.Contains("\"type\":\"summary\"", Read(folder.File("summary.json")), StringComparison.Ordinal);
                Assert.Contains("\"value\": \"cedar\"", Read(folder.File("config.json")), StringComparison.Ordinal);
                Assert.True(File.Exists(folder.File("session.log")));
                if (OperatingSystem.IsWindows()) return;
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
                foreach (var file in Directory.EnumerateFiles(folder.Path))
                    Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_line_with_a_way_out()
    {
        var message = Assert.Throws<ConfigException>(
            () => new SessionFolder(Repository.At("RealtimeAkka.sln"), new SessionId("s-1"))).Message;
        Assert.StartsWith($"--data {Repository.At("RealtimeAkka.sln")} cannot be written: ", message, StringComparison.Ordinal);
        Assert.EndsWith("Name another directory, or none.", message, StringComparison.Ordinal);
    }

    private static string Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }
}
