using System.Globalization;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>Serilog as this program uses it: stderr for people, <c>session.log</c> for programs; stdout is reserved for records.</summary>
public static class SessionLog
{
    // Entries that wait for whoever reads stderr. A reader that does not read delays neither the session nor session.log.
    private const int Waiting = 10_000;

    /// <summary>
    /// A logger to stderr and, unless it is null, to <paramref name="file"/>, one file or several. <paramref name="display"/> is shown what
    /// stderr would get, and does not wait.
    /// </summary>
    public static Logger Create(LoggingPlan plan, ILogEventSink? file, ILogEventSink? display = null)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(plan.Min(isRecorded: file is not null));
        var format = new OneLineFormatter(plan.Console == LogEventLevel.Verbose);
        configuration = display is not null ? configuration.WriteTo.Sink(display, plan.Console)
            : configuration.WriteTo.Async(
                sinks => sinks.Console(format, plan.Console, standardErrorFromLevel: LogEventLevel.Verbose), Waiting);
        if (file is not null)
        {
            configuration = configuration.WriteTo.Logger(
                filed => filed.MinimumLevel.Verbose().Filter.ByIncludingOnly(e => plan.IsFiled(Actor(e), e.Level)).WriteTo.Sink(file));
        }
        return configuration.CreateLogger();
    }

    private static string Actor(LogEvent e) =>
        e.Properties.TryGetValue("Actor", out var actor) && actor is ScalarValue { Value: string name } ? name : "";

    // Reasons and names come from outside: they cannot command the terminal or pass for another line.
    private sealed class OneLineFormatter(bool exceptions) : ITextFormatter
    {
        private readonly MessageTemplateTextFormatter _line =
            new("{Timestamp:HH:mm:ss.fff} {Level:u3} {Actor,-10} {Message:lj}", CultureInfo.InvariantCulture);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var line = new StringWriter(CultureInfo.InvariantCulture);
            _line.Format(logEvent, line);
            output.WriteLine(TerminalText.Line(line.ToString()));
            if (exceptions && logEvent.Exception is { } exception) output.WriteLine(TerminalText.Block(exception.ToString()));
        }
    }
}
