using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>One part of how a system is set up by code.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>At most one setup of each class. Immutable.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _byType;

    private ActorSystemSetup(Dictionary<Type, Setup> byType) => _byType = byType;

    public static ActorSystemSetup Create(params Setup[] setup) => setup.Aggregate(Empty, (all, one) => all.With(one));

    public ActorSystemSetup And<T>(T setup) where T : Setup => With(setup);
    public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => With(setup);

    public Option<T> Get<T>() where T : Setup => _byType.TryGetValue(typeof(T), out var setup) ? (T)setup : Option<T>.None;

    private ActorSystemSetup With(Setup setup) => new(new Dictionary<Type, Setup>(_byType) { [setup.GetType()] = setup });
}
