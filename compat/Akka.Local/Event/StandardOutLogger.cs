using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs without an actor: before the loggers start and after they have stopped. <c>akka.stdout-logger-class</c> names another.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    public sealed override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");
    public sealed override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    protected sealed override void TellInternal(object message, IActorRef? sender) => Log(message);

    protected abstract void Log(object message);
}

/// <summary>Prints to the console.</summary>
public class StandardOutLogger : MinimalLogger
{
    public static bool UseColors { get; set; } = true;

    protected override void Log(object message)
    {
        if (message is LogEvent logEvent)
            PrintLogEvent(logEvent);
        else
            Console.WriteLine(message);
    }

    internal static void PrintLogEvent(LogEvent logEvent)
    {
        try
        {
            Write(logEvent.ToString(), logEvent.LogLevel());
        }
        catch (FormatException e)
        {
            var text = logEvent.Message is LogMessage m ? $"str=[{m.Format}], args=[{m.Unformatted()}]" : logEvent.Message;
            Write($"[ERROR][{logEvent.LogSource}] Encountered System.FormatException while recording log: {e.Message} {text}", LogLevel.ErrorLevel);
        }
    }

    private static void Write(string line, LogLevel level)
    {
        lock (Console.Out)
        {
            if (UseColors && !Console.IsOutputRedirected && level >= LogLevel.WarningLevel)
                Console.ForegroundColor = level == LogLevel.ErrorLevel ? ConsoleColor.Red : ConsoleColor.Yellow;
            Console.WriteLine(line);
            if (UseColors && !Console.IsOutputRedirected)
                Console.ResetColor();
        }
    }
}
