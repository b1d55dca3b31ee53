using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The first message to a logger; it answers <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger(LoggingBus loggingBus) : INoSerializationVerificationNeeded
{
    public LoggingBus LoggingBus { get; } = loggingBus;
}

public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The mailbox a logger asks for; here it is the default one.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;

/// <summary>The logger that is there when none was configured: it prints.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.PrintLogEvent(logEvent);
}

/// <summary>Prints without an actor: before the loggers start and after they have stopped.</summary>
public class StandardOutLogger : MinimalActorRef
{
    public static bool UseColors { get; set; } = true;

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");
    public override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    protected override void TellInternal(object message, IActorRef? sender)
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
