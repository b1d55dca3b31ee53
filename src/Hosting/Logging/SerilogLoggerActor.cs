using Akka.Actor;
using Akka.Event;
using Serilog;
using Serilog.Events;
using LogEvent = Akka.Event.LogEvent;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>
/// Passes the log events of actors to Serilog: template and arguments, not text, so that every <c>{Turn}</c> stays a property; what
/// <c>ILoggingAdapter.WithContext</c> adds becomes properties too. <c>Session</c> and <c>Actor</c> come from the actor's path, so
/// that Akka's own events about an actor have them as well.
/// </summary>
/// <remarks>
/// Does not use Akka's mailbox for loggers: that one prints its remaining messages to standard output, which is reserved for records.
/// </remarks>
public sealed class SerilogLoggerActor : ReceiveActor
{
    private const string Sessions = "/user/sessions/";

    // People read warnings and errors. A fast session logs some hundred other entries of one kind per second.
    private readonly LogLimiter _serious = new(burst: 50, perSecond: 5);
    private readonly LogLimiter _other = new(burst: 1000, perSecond: 200);
    private readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Called by the actor system, which knows the logger by its type.</summary>
    public SerilogLoggerActor()
    {
        var filter = Context.System.Settings.LogFilter;
        // Without filters there is nothing to evaluate; the evaluation alone would format every event.
        var isFiltered = filter != LogFilterEvaluator.NoFilters;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(e =>
        {
            if (!isFiltered || filter.ShouldTryKeepMessage(e, out _)) WriteLimited(e);
        });
        Receive<Report>(_ => ReportLeftOut());
    }

    /// <summary>Completes when all earlier events are passed to Serilog, or after one second.</summary>
    public static async Task FlushAsync(ActorSystem system)
    {
        try
        {
            // Identify is queued in the mailbox behind the events.
            var logger = system.ActorSelection($"/system/log*-{nameof(SerilogLoggerActor)}");
            logger.Tell(new Report());
            await logger.ResolveOne(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
        catch (ActorNotFoundException)
        {
            // The actor system is gone, or its log is too far behind to wait for.
        }
    }

    /// <summary>The actor system's logging settings: all events from <paramref name="level"/> on, to this logger only.</summary>
    public static string Hocon(LogEventLevel level) =>
        $$"""
        akka {
          loglevel = {{AkkaLevel(level)}}
          loggers = ["{{typeof(SerilogLoggerActor).AssemblyQualifiedName}}"]
        }
        """;

    private void WriteLimited(LogEvent e)
    {
        var kind = e.Message is LogMessage { Format: var template } ? template : e.LogSource;
        var limiter = e.LogLevel() >= LogLevel.WarningLevel ? _serious : _other;
        var (isWritten, leftOut) = limiter.Take(kind, _clock.GetElapsedTime(0));
        if (leftOut > 0) ReportLeftOut(kind, leftOut);
        if (isWritten) Write(e);
    }

    private void ReportLeftOut()
    {
        foreach (var (kind, leftOut) in _serious.Rest().Concat(_other.Rest())) ReportLeftOut(kind, leftOut);
    }

    private static void ReportLeftOut(string kind, long leftOut) => Log.Logger.ForContext("Actor", "log")
        .Warning("{Count} more entries like \"{Event:l}\" came too fast and are not logged", leftOut, kind);

    private static void Write(LogEvent e)
    {
        var log = Log.Logger;
        var (session, actor) = Split(e.LogSource);
        if (session is not null) log = log.ForContext("Session", session);
        log = log.ForContext("Actor", actor);
        var message = e.Message as LogMessage;
        var arguments = message?.Parameters().ToArray() ?? [e.Message];
        // The template's own properties come first; the others are context.
        if (e.TryGetProperties(out var properties) && properties!.Count > (message is null ? 0 : arguments.Length))
        {
            foreach (var (name, value) in properties) log = log.ForContext(name, value);
        }
        log.Write(SerilogLevel(e.LogLevel()), e.Cause, message?.Format ?? "{Message:l}", arguments);
    }

    // akka://realtime/user/sessions/s-1/socket/$a -> s-1 and socket/$a
    private static (string? Session, string Actor) Split(string source)
    {
        var at = source.IndexOf(Sessions, StringComparison.Ordinal);
        if (at < 0) return (null, source.EndsWith("/user/sessions", StringComparison.Ordinal) ? "sessions" : "system");
        var path = source.AsSpan(at + Sessions.Length);
        var slash = path.IndexOf('/');
        return slash < 0 ? (path.ToString(), "session") : (path[..slash].ToString(), path[(slash + 1)..].ToString());
    }

    private static LogEventLevel SerilogLevel(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    private static string AkkaLevel(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        LogEventLevel.Error => "ERROR",
        _ => "OFF",
    };

    private sealed record Report;
}
