using Akka.Actor;

namespace Akka.Event;

/// <summary>Where adapters come from, and the names of levels.</summary>
public static class Logging
{
    private const LogLevel Off = (LogLevel)int.MaxValue;

    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(context.System.EventStream, context.Self.Path.ToString(), context.Props.Type, logMessageFormatter ?? context.System.Settings.LogFormatter);

    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        var (source, type) = logSourceObj switch
        {
            IActorContext context => (context.Self.Path.ToString(), context.Props.Type),
            IActorRef actor => (actor.Path.ToString(), actor.GetType()),
            string text => ($"{text} ({system})", typeof(DummyClassForStringSources)),
            Type t => ($"{SimpleName(t)} ({system})", t),
            _ => ($"{SimpleName(logSourceObj)} ({system})", logSourceObj.GetType()),
        };
        return new BusLogging(system.EventStream, source, type, logMessageFormatter ?? system.Settings.LogFormatter);
    }

    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(loggingBus, logSourceObj as string ?? SimpleName(logSourceObj), logSourceObj.GetType(), logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    public static string SimpleName(object o) => SimpleName(o.GetType());
    public static string SimpleName(Type t) => t.Name;

    public static LogLevel LogLevelFor(string? logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => Off,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are: \"DEBUG\", \"INFO\", \"WARNING\", \"ERROR\", \"OFF\"", nameof(logLevel)),
    };

    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        Off => "OFF",
        _ => throw new ArgumentException($"Unknown LogLevel: {logLevel}", nameof(logLevel)),
    };

    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"Unknown LogLevel: {logLevel}", nameof(logLevel)),
    };
}

/// <summary>The class of log sources that are only a name.</summary>
public class DummyClassForStringSources;
