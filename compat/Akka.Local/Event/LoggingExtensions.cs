namespace Akka.Event;

/// <summary>The calls an actor makes to log. Nothing is formatted here: template and arguments travel to the loggers.</summary>
public static partial class LoggingExtensions
{
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, object?[] args) => log.Write(level, null, format, args);

    public static void Log(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] args) => log.Write(level, cause, format, args);
}
