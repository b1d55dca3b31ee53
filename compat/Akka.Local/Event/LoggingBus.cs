using Akka.Actor;
using Akka.Util;

namespace Akka.Event;

/// <summary>The bus with its log level and its loggers, which are actors subscribed to the classes of log events.</summary>
public class LoggingBus : ClassifiedBus
{
    private static readonly LogLevel[] AllLevels = Enum.GetValues<LogLevel>();
    private static int _lastLoggerId;

    private readonly List<IActorRef> _loggers = [];

    public LogLevel LogLevel { get; private set; } = LogLevel.DebugLevel;

    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        foreach (var logger in _loggers)
            SubscribeFrom(logLevel, logger);
    }

    public void StartStdoutLogger(Settings config) => SubscribeFrom(Logging.LogLevelFor(config.StdoutLogLevel), config.StdoutLogger);

    /// <summary>A logger counts once it has answered InitializeLogger; until then the standard output has the word.</summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        LogLevel = Logging.LogLevelFor(system.Settings.LogLevel);
        foreach (var name in system.Settings.Loggers)
        {
            var type = TypeNames.Find(name) ?? throw new Configuration.ConfigurationException($"Logger specified in config cannot be found: \"{name}\"");
            var logger = system.SystemActorOf(Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher), $"log{Interlocked.Increment(ref _lastLoggerId)}-{type.Name}");
            Initialize(logger, type, system.Settings.LoggerStartTimeout);
        }
        if (system.Settings.DebugUnhandledMessage)
            Subscribe(system.SystemActorOf(Props.Create(() => new UnhandledMessageForwarder()), "UnhandledMessageForwarder"), typeof(UnhandledMessage));
        Unsubscribe(system.Settings.StdoutLogger);
    }

    internal void StopDefaultLoggers(ActorSystemImpl system)
    {
        StartStdoutLogger(system.Settings);
        foreach (var logger in _loggers)
        {
            Unsubscribe(logger);
            ((IInternalActorRef)logger).Stop();
        }
    }

    private void Initialize(IActorRef logger, Type type, TimeSpan timeout)
    {
        try
        {
            var answer = logger.Ask(new InitializeLogger(this), timeout).GetAwaiter().GetResult();
            if (answer is not LoggerInitialized)
                throw new LoggerInitializationException($"Logger {type} did not respond with LoggerInitialized, sent instead {answer}");
            _loggers.Add(logger);
            SubscribeFrom(LogLevel, logger);
        }
        catch (Exception e)
        {
            Publish(new Warning(e, Logging.SimpleName(this), GetType(), $"Logger {type} was not started: {e.Message}"));
            ((IInternalActorRef)logger).Stop();
        }
    }

    private void SubscribeFrom(LogLevel lowest, IActorRef logger)
    {
        foreach (var level in AllLevels)
        {
            if (level >= lowest)
                Subscribe(logger, level.ClassFor());
            else
                Unsubscribe(logger, level.ClassFor());
        }
    }

    private sealed class UnhandledMessageForwarder : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is UnhandledMessage m)
                Context.System.EventStream.Publish(new Debug(m.Recipient.Path.ToString(), m.Recipient.GetType(), $"Unhandled message from {m.Sender.Path} : {m.Message}"));
        }
    }
}
