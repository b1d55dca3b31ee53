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
    private const string Calls = "/user/calls/";

    // One session does not use up the log of another; the entries of no session have limits of their own.
    private readonly Dictionary<string, Limits> _limits = new(StringComparer.Ordinal);
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
        Receive<Report>(m => ReportLeftOut(m.Session));
    }

    /// <summary>
    /// Completes when all earlier events are passed to Serilog, or after one second. <paramref name="session"/> logs no more; null: the
    /// system does not.
    /// </summary>
    public static async Task FlushAsync(ActorSystem system, string? session = null)
    {
        try
        {
            // Identify is queued in the mailbox behind the events.
            var logger = system.ActorSelection($"/system/log*-{nameof(SerilogLoggerActor)}");
            logger.Tell(new Report(session));
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
        var (session, actor) = Split(e.LogSource);
        var name = session ?? "";
        if (!_limits.TryGetValue(name, out var limits)) _limits[name] = limits = new Limits();
        var kind = e.Message is LogMessage { Format: var template } ? template : e.LogSource;
        var limiter = e.LogLevel() >= LogLevel.WarningLevel ? limits.Serious : limits.Other;
        var (isWritten, leftOut) = limiter.Take(kind, _clock.GetElapsedTime(0));
        if (leftOut > 0) ReportLeftOut(session, kind, leftOut);
        if (isWritten) Write(e, session, actor);
    }

    private void ReportLeftOut(string? session)
    {
        foreach (var (name, limits) in _limits.Where(known => session is null || known.Key == session).ToList())
        {
            foreach (var (kind, leftOut) in limits.Serious.Rest().Concat(limits.Other.Rest()))
                ReportLeftOut(name.Length > 0 ? name : null, kind, leftOut);
            _limits.Remove(name);
        }
    }

    private static void ReportLeftOut(string? session, string kind, long leftOut)
    {
        var log = session is null ? Log.Logger : Log.Logger.ForContext("Session", session);
        log.ForContext("Actor", "log").Warning("{Count} more entries like \"{Event:l}\" came too fast and are not logged", leftOut, kind);
    }

    // All properties are of the event itself: a logger with a context of its own would be made for each, and copy the event.
    private static void Write(LogEvent e, string? session, string actor)
    {
        var log = Log.Logger;
        var message = e.Message as LogMessage;
        var arguments = message?.Parameters().ToArray() ?? [e.Message];
        if (!log.BindMessageTemplate(message?.Format ?? "{Message:l}", arguments, out var template, out var ofTemplate)) return;
        List<LogEventProperty> values = [new("Actor", new ScalarValue(actor))];
        if (session is not null) values.Add(new("Session", new ScalarValue(session)));
        // Beyond the template's own there is context.
        if (e.TryGetProperties(out var properties) && properties!.Count > (message is null ? 0 : arguments.Length))
        {
            foreach (var (name, value) in properties)
                if (log.BindProperty(name, value, destructureObjects: false, out var property)) values.Add(property);
        }
        values.AddRange(ofTemplate); // of two with one name the last one counts
        // The time is that of the actor: this one may be behind.
        log.Write(new Serilog.Events.LogEvent(
            new DateTimeOffset(e.Timestamp).ToLocalTime(), SerilogLevel(e.LogLevel()), e.Cause, template, values));
    }

    // akka://realtime/user/calls/s-1/socket/$a -> s-1 and socket/$a
    private static (string? Session, string Actor) Split(string source)
    {
        var at = source.IndexOf(Calls, StringComparison.Ordinal);
        if (at < 0) return (null, source.EndsWith("/user/calls", StringComparison.Ordinal) ? "calls" : "system");
        var path = source.AsSpan(at + Calls.Length);
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

    private sealed class Limits
    {
        // People read warnings and errors. A fast session logs some hundred other entries of one kind per second.
        public LogLimiter Serious { get; } = new(burst: 50, perSecond: 5);

        public LogLimiter Other { get; } = new(burst: 1000, perSecond: 200);
    }

    private sealed record Report(string? Session);
}
