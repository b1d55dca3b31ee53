namespace Akka.Event;

/// <summary>What an actor logs through.</summary>
public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }
    bool IsDebugEnabled { get; }
    bool IsInfoEnabled { get; }
    bool IsWarningEnabled { get; }
    bool IsErrorEnabled { get; }
    bool IsEnabled(LogLevel logLevel);
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);
    void Log(LogLevel logLevel, Exception? cause, string format);
}

/// <summary>Leaves only the delivery to its subclasses.</summary>
public abstract class LoggingAdapterBase(ILogMessageFormatter logMessageFormatter) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter { get; } = logMessageFormatter;
    public abstract bool IsDebugEnabled { get; }
    public abstract bool IsInfoEnabled { get; }
    public abstract bool IsWarningEnabled { get; }
    public abstract bool IsErrorEnabled { get; }

    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => IsDebugEnabled,
        LogLevel.InfoLevel => IsInfoEnabled,
        LogLevel.WarningLevel => IsWarningEnabled,
        LogLevel.ErrorLevel => IsErrorEnabled,
        _ => throw new NotSupportedException($"Unknown LogLevel {logLevel}"),
    };

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => NotifyLog(logLevel, message, cause);
    public void Log(LogLevel logLevel, Exception? cause, string format) => NotifyLog(logLevel, format, cause);

    protected abstract void NotifyLog(LogLevel logLevel, object message, Exception? cause = null);
}

/// <summary>The adapter that publishes on a bus.</summary>
public sealed class BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter)
    : LoggingAdapterBase(logMessageFormatter)
{
    public LoggingBus Bus { get; } = bus;
    public string LogSource { get; } = logSource;
    public Type LogClass { get; } = logClass;
    public override bool IsDebugEnabled { get; } = bus.LogLevel <= LogLevel.DebugLevel;
    public override bool IsInfoEnabled { get; } = bus.LogLevel <= LogLevel.InfoLevel;
    public override bool IsWarningEnabled { get; } = bus.LogLevel <= LogLevel.WarningLevel;
    public override bool IsErrorEnabled { get; } = bus.LogLevel <= LogLevel.ErrorLevel;

    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null) => Bus.Publish(logLevel switch
    {
        LogLevel.DebugLevel => new Debug(cause, LogSource, LogClass, message),
        LogLevel.InfoLevel => new Info(cause, LogSource, LogClass, message),
        LogLevel.WarningLevel => new Warning(cause, LogSource, LogClass, message),
        _ => (LogEvent)new Error(cause, LogSource, LogClass, message),
    });
}
