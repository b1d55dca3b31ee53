using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system by the path of their configuration.</summary>
public sealed class Dispatchers
{
    public static readonly string DefaultDispatcherId = "akka.actor.default-dispatcher";
    public static readonly string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly Config _config;
    private readonly IDispatcherPrerequisites _prerequisites;
    private readonly ConcurrentDictionary<string, MessageDispatcher> _dispatchers = new();

    internal Dispatchers(Config config, EventStream events) => (_config, _prerequisites) = (config, new Prerequisites(events));

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public MessageDispatcher Lookup(string? id)
    {
        var key = string.IsNullOrEmpty(id) ? DefaultDispatcherId : id;
        return _dispatchers.TryGetValue(key, out var known) ? known : _dispatchers.GetOrAdd(key, Make);
    }

    internal void Close()
    {
        foreach (var dispatcher in _dispatchers.Values)
            dispatcher.Close();
    }

    public bool HasDispatcher(string id) => _config.HasPath(id);

    private MessageDispatcher Make(string id)
    {
        var own = _config.GetConfig(id);
        if (own.IsNullOrEmpty())
            throw new ConfigurationException($"Dispatcher [{id}] not configured");
        var config = own!.WithFallback(_config.GetConfig(DefaultDispatcherId) ?? Config.Empty);
        var throughput = Math.Max(1, config.GetInt("throughput", 30));
        return config.GetString("type", "Dispatcher") switch
        {
            "Dispatcher" when Executor(config) is { } executor => new ExecutorDispatcher(id, throughput, executor.Produce(id)),
            "Dispatcher" or "TaskDispatcher" or "SynchronizedDispatcher" => new ThreadPoolDispatcher(id, throughput),
            "ForkJoinDispatcher" => new ForkJoinDispatcher(id, throughput, config.GetInt("dedicated-thread-pool.thread-count", 3)),
            "PinnedDispatcher" => new PinnedDispatcher(id, throughput),
            var other => TypeNames.Create<MessageDispatcher>(other, id, throughput),
        };
    }

    // Akka.NET's own executors are all the thread pool here.
    private ExecutorServiceConfigurator? Executor(Config config) => config.GetString("executor", "") is var name && name.Contains('.')
        ? TypeNames.Create<ExecutorServiceConfigurator>(name, config, _prerequisites)
        : null;

    private sealed record Prerequisites(EventStream EventStream) : IDispatcherPrerequisites;
}
