using System.Text;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Serving;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Gateway;

public sealed class RecordFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realtime-akka-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_reader_that_is_behind_reads_to_the_end_after_the_call_is_over()
    {
        RecordLog log;
        using (var file = new RecordFile(Path.Combine(_folder.FullName, RecordFile.Name)))
        {
            log = new RecordLog(file);
            foreach (var text in (string[])["one", "two", "three"])
                await log.WriteAsync(new Notice(NoticeLevel.Warning, "test", text));
            Assert.Equal(1, log.Read(after: 0, most: 1).Records[^1].Number);
            log.Complete();
        }
        var rest = log.Read(after: 1, most: 10);
        Assert.True(rest.IsLast);
        Assert.Equal([2, 3], rest.Records.Select(record => record.Number));
        Assert.Contains("three", Encoding.UTF8.GetString(rest.Records[^1].Json.Span), StringComparison.Ordinal);
    }
}
