using RealtimeAkka.Hosting.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace RealtimeAkka.Pure.Tests.Logging;

public class LogFileTests
{
    [Fact]
    public void What_a_full_disk_does_not_take_is_counted_and_throws_nothing()
    {
        if (!OperatingSystem.IsLinux()) return; // needs /dev/full
        using var log = new LogFile("/dev/full");
        for (var i = 0; i < 3; i++) log.Emit(Entry("x"));

        Assert.Equal(3, log.Lost);
        Assert.Contains("No space left", log.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_entry_is_a_line_of_JSON()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("realtime-akka-log-").FullName, "session.log");
        var large = string.Concat(Enumerable.Repeat("é\U0001F600-", 10_000)); // in several pieces, with pairs across their ends
        using (var log = new LogFile(path))
        {
            log.Emit(Entry("one"));
            log.Emit(Entry(large));
            log.Emit(Entry("two"));
            Assert.Equal((0, null), (log.Lost, log.Failure));
        }
        Assert.Equal(["one", large, "two"], File.ReadAllLines(path).Select(line => LogEntry.TryParse(line)!.Message));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static LogEvent Entry(string text) =>
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplate(text, [new TextToken(text)]), []);
}
