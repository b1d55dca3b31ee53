using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The settings of the runtime, read once.</summary>
public class Settings
{
    public Settings(ActorSystem system, Config config) : this(system, config, ActorSystemSetup.Empty) { }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        Config = config;
        SchedulerClass = config.GetString("akka.scheduler.implementation")!;
        SupervisorStrategyClass = config.GetString("akka.actor.guardian-supervisor-strategy")!;
        AskTimeout = config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        LogLevel = config.GetString("akka.loglevel")!;
        StdoutLogLevel = config.GetString("akka.stdout-loglevel")!;
        StdoutLogger = MinimalLoggerNamed(config.GetString("akka.stdout-logger-class"));
        Loggers = config.GetStringList("akka.loggers");
        LoggersDispatcher = config.GetString("akka.loggers-dispatcher")!;
        LoggerStartTimeout = config.GetTimeSpan("akka.logger-startup-timeout", TimeSpan.FromSeconds(5));
        LogFormatter = FormatterNamed(config.GetString("akka.logger-formatter")!);
        LogConfigOnStart = config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = config.GetString("akka.log-dead-letters") switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        AddLoggingReceive = config.GetBoolean("akka.actor.debug.receive");
        DebugAutoReceive = config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = config.GetBoolean("akka.actor.debug.unhandled");
        CoordinatedShutdownTerminateActorSystem = config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
    }

    public ActorSystem System { get; }
    public ActorSystemSetup Setup { get; }
    public Config Config { get; }
    public string SchedulerClass { get; }
    public string SupervisorStrategyClass { get; }
    public TimeSpan AskTimeout { get; }
    public string LogLevel { get; }
    public string StdoutLogLevel { get; }
    public MinimalLogger StdoutLogger { get; }
    public IList<string> Loggers { get; }
    public string LoggersDispatcher { get; }
    public TimeSpan LoggerStartTimeout { get; }
    public ILogMessageFormatter LogFormatter { get; }
    public bool LogConfigOnStart { get; }
    public int LogDeadLetters { get; }
    public bool LogDeadLettersDuringShutdown { get; }
    public TimeSpan LogDeadLettersSuspendDuration { get; }
    public bool AddLoggingReceive { get; }
    public bool DebugAutoReceive { get; }
    public bool DebugLifecycle { get; }
    public bool DebugEventStream { get; }
    public bool DebugUnhandledMessage { get; }
    public bool CoordinatedShutdownTerminateActorSystem { get; }
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    public override string ToString() => Config.ToString();

    private static MinimalLogger MinimalLoggerNamed(string? name) =>
        string.IsNullOrWhiteSpace(name) ? new StandardOutLogger() : TypeNames.Create<MinimalLogger>(name);

    private static ILogMessageFormatter FormatterNamed(string name) =>
        TypeNames.Find(name) == typeof(DefaultLogMessageFormatter) ? DefaultLogMessageFormatter.Instance : TypeNames.Create<ILogMessageFormatter>(name);
}
