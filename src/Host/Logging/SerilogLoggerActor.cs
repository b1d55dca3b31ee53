using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using Serilog.Events;
using LogEvent = Akka.Event.LogEvent;

namespace RealtimeAkka.Host.Logging;

/// <summary>
/// Hands what actors log to Serilog: template and arguments, not text, so that every <c>{Turn}</c> stays a property.
/// <c>Actor</c> is the station (<c>mic</c>, <c>turns</c>, ...), which is what <c>logs --actor</c> asks for.
/// </summary>
public sealed class SerilogLoggerActor : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <summary>Started by the actor system, which knows it by its type.</summary>
    public SerilogLoggerActor()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private static void Write(LogEvent e)
    {
        var log = Log.Logger.ForContext("Actor", Station(e.LogSource));
        if (e.Message is LogMessage m) log.Write(Level(e.LogLevel()), e.Cause, m.Format, m.Parameters().ToArray());
        else log.Write(Level(e.LogLevel()), e.Cause, "{Message:l}", e.Message);
    }

    // akka://realtime/user/session/socket/$a -> socket/$a
    private static string Station(string source)
    {
        const string Below = "/user/session/";
        var at = source.IndexOf(Below, StringComparison.Ordinal);
        if (at >= 0) return source[(at + Below.Length)..];
        return source.EndsWith("/user/session", StringComparison.Ordinal) ? "session" : "system";
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
