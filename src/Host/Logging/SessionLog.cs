using System.Globalization;
using RealtimeAkka.Host.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace RealtimeAkka.Host.Logging;

/// <summary>Serilog as this program uses it: stderr for people, <c>session.log</c> for programs; stdout is reserved for records.</summary>
public static class SessionLog
{
    /// <summary>A logger to stderr and, with a path, to a file with one JSON object per line.</summary>
    public static Logger Create(LoggingPlan plan, string? path)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(plan.Min(isRecorded: path is not null))
            .WriteTo.Console(
                plan.Console, "{Timestamp:HH:mm:ss.fff} {Level:u3} {Actor,-10} {Message:lj}{NewLine}"
                + (plan.Console == LogEventLevel.Verbose ? "{Exception}" : ""), CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose);
        if (path is not null)
            configuration = configuration.WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture), path, plan.File);
        return configuration.CreateLogger();
    }
}
