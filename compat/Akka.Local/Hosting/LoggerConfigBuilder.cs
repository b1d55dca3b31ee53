using System.Text;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>How the system logs. It beats configuration added before it.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];
    private Type _formatter = typeof(DefaultLogMessageFormatter);

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => Builder = builder;

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;
    public bool LogConfigOnStart { get; set; }
    public DeadLetterOptions? DeadLetterOptions { get; set; }
    public DebugOptions? DebugOptions { get; set; }
    internal AkkaConfigurationBuilder Builder { get; }

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    public LoggerConfigBuilder AddLogger<T>() where T : IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        _loggers.Add(typeof(T));
        return this;
    }

    public LoggerConfigBuilder WithDefaultLogMessageFormatter<T>() where T : ILogMessageFormatter
    {
        if (typeof(T).GetConstructor([]) is null)
            throw new ConfigurationException($"{typeof(T)} must have an empty constructor");
        _formatter = typeof(T);
        return this;
    }

    internal void Apply() => Builder.Merge(ConfigurationFactory.ParseString(new StringBuilder()
        .AppendLine($"akka.loglevel = {LogLevel.StringFor()}")
        .AppendLine($"akka.loggers = [{string.Join(",", _loggers.Select(l => $"\"{l.AssemblyQualifiedName}\""))}]")
        .AppendLine($"akka.log-config-on-start = {LogConfigOnStart.ToHocon()}")
        .AppendLine($"akka.logger-formatter = \"{_formatter.AssemblyQualifiedName}\"")
        .AppendLine(DebugOptions?.ToString())
        .AppendLine(DeadLetterOptions?.ToString())
        .ToString()), HoconAddMode.Prepend);
}

/// <summary>The entry to the builder, and the loggers that come with it.</summary>
public static class LoggingExtensions
{
    public static AkkaConfigurationBuilder ConfigureLoggers(this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        var loggers = new LoggerConfigBuilder(builder);
        configurator(loggers);
        loggers.Apply();
        return builder;
    }

    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder configBuilder) => configBuilder.AddLogger<DefaultLogger>();

    /// <summary>Sends log events on as finished text to the loggers of the host.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder) => configBuilder.AddLogger<LoggerFactoryLogger>();

    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder, ILoggerFactory loggerFactory)
    {
        configBuilder.Builder.AddSetup(new LoggerFactorySetup(loggerFactory));
        return configBuilder.AddLoggerFactory();
    }
}
