using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A thing of which every system has one.</summary>
public interface IExtension;

/// <summary>The key to an extension, and its maker.</summary>
public interface IExtensionId
{
    Type ExtensionType { get; }
    object Apply(ActorSystem system);
    object Get(ActorSystem system);
    object CreateExtension(ExtendedActorSystem system);
}

/// <summary>The same key, with the type of what it gives.</summary>
public interface IExtensionId<out T> : IExtensionId where T : IExtension
{
    new T Apply(ActorSystem system);
    new T Get(ActorSystem system);
    new T CreateExtension(ExtendedActorSystem system);
}

/// <summary>The base of every key: only the making is left to do.</summary>
public abstract class ExtensionIdProvider<T> : IExtensionId<T> where T : IExtension
{
    public Type ExtensionType => typeof(T);

    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);
    public T Get(ActorSystem system) => (T)system.GetExtension(this);
    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);
    object IExtensionId.Get(ActorSystem system) => Get(system);
    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);
}

/// <summary>Asking a system for an extension, which is made when it is not there.</summary>
public static class ActorSystemWithExtensions
{
    public static T WithExtension<T, TI>(this ActorSystem system) where T : class, IExtension where TI : IExtensionId =>
        system.TryGetExtension<T>(out var known) ? known : (T)system.RegisterExtension(Activator.CreateInstance<TI>());
}

/// <summary>The extensions of one system, each made once however many ask.</summary>
internal sealed class Extensions(ExtendedActorSystem system)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _byType = new();

    public object Register(IExtensionId id) =>
        _byType.GetOrAdd(id.ExtensionType, _ => new Lazy<object>(() => id.CreateExtension(system))).Value;

    public bool TryGet(Type type, [NotNullWhen(true)] out object? extension)
    {
        extension = _byType.TryGetValue(type, out var lazy) ? lazy.Value : null;
        return extension is not null;
    }

    public void Load(IEnumerable<string> names)
    {
        foreach (var name in names)
            Register(TypeNames.Create<IExtensionId>(name));
    }
}
