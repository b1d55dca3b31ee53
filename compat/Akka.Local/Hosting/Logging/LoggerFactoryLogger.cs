using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting.Logging;

/// <summary>Gives a system the loggers of its host.</summary>
public class LoggerFactorySetup(ILoggerFactory loggerFactory) : Setup
{
    public ILoggerFactory LoggerFactory { get; } = loggerFactory;
}

/// <summary>Hands log events to Microsoft's logging: one category, finished text.</summary>
public class LoggerFactoryLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILogger _logger;

    public LoggerFactoryLogger()
    {
        var setup = Context.System.Settings.Setup.Get<LoggerFactorySetup>();
        if (!setup.HasValue)
            throw new ConfigurationException("LoggerFactoryLogger needs a LoggerFactorySetup in the setup of its system");
        _logger = setup.Value.LoggerFactory.CreateLogger<ActorSystem>();
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent e:
                _logger.Log(LevelOf(e), new EventId(), e, e.Cause, (logged, _) => logged.ToString());
                return true;
            default:
                return false;
        }
    }

    private static Microsoft.Extensions.Logging.LogLevel LevelOf(LogEvent e) => e.LogLevel() switch
    {
        Event.LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
        Event.LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
        Event.LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
        _ => Microsoft.Extensions.Logging.LogLevel.Error,
    };
}
