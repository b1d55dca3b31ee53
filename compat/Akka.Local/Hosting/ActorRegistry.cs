using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Actors by a type that stands for them, which need not be their class.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    IActorRef Get<TKey>();
    bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor);
    bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor);
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);
    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);
}

/// <summary>The same, to write in.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    void Register<TKey>(IActorRef actor, bool overwrite = false);
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}

/// <summary>The registry was asked for what it cannot do.</summary>
public class ActorRegistryException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The key is taken.</summary>
public sealed class DuplicateActorRegistryException(string message, Exception? innerException = null) : ActorRegistryException(message, innerException);

/// <summary>Nobody is registered under the key.</summary>
public sealed class MissingActorRegistryEntryException(string message, Exception? innerException = null) : ActorRegistryException(message, innerException);

/// <summary>The registry of one system. Entries stay when their actor ends.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly ConcurrentDictionary<Type, IActorRef> _actors = new();
    private readonly ConcurrentDictionary<Type, TaskCompletionSource<IActorRef>> _waiting = new();

    public static ActorRegistry For(ActorSystem actorSystem) => actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"An actor with key {typeof(TKey)} has already been registered");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (overwrite)
            _actors[key] = actor;
        else if (!_actors.TryAdd(key, actor))
            return false;
        if (_waiting.TryRemove(key, out var waiting))
            waiting.TrySetResult(actor);
        return true;
    }

    public IActorRef Get<TKey>() =>
        TryGet<TKey>(out var actor) ? actor : throw new MissingActorRegistryEntryException($"No actor registered for key {typeof(TKey)}");

    public bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor) => _actors.TryGetValue(key, out actor);

    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    /// <summary>Waits until someone registers, for ever if need be.</summary>
    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default)
    {
        if (TryGet(key, out var actor))
            return Task.FromResult(actor);
        var waiting = _waiting.GetOrAdd(key, _ => new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (TryGet(key, out actor))
            waiting.TrySetResult(actor); // registered between our two looks
        return waiting.Task.WaitAsync(ct);
    }

    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator() => _actors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The key under which each system has its one registry.</summary>
public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}
