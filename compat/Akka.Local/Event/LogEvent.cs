using System.Globalization;
using Akka.Actor;

namespace Akka.Event;

/// <summary>One thing worth telling, on its way over the event stream. The text is made by whoever reads it.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    protected LogEvent() { }

    private protected LogEvent(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    public Exception? Cause { get; protected set; }
    public string LogSource { get; protected set; } = "";
    public Type LogClass { get; protected set; } = typeof(object);
    public object Message { get; protected set; } = "";
    public DateTime Timestamp { get; } = DateTime.UtcNow;
    public Thread Thread { get; } = Thread.CurrentThread;

    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"[{LogLevel().StringFor()}][{Timestamp:MM/dd/yyyy HH:mm:ss.fffK}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}");
        return Cause is null ? line : $"{line}{Environment.NewLine}Cause: {Cause}";
    }
}

/// <summary>What only the one who searches wants to know.</summary>
public class Debug(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Debug(string logSource, Type logClass, object message) : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>News.</summary>
public class Info(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Info(string logSource, Type logClass, object message) : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

/// <summary>Something was lost or is odd.</summary>
public class Warning(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Warning(string logSource, Type logClass, object message) : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

/// <summary>Something failed.</summary>
public class Error(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}
