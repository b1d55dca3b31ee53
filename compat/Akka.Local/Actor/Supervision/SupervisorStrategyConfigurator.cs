using Akka.Util;

namespace Akka.Actor;

/// <summary>Named in akka.actor.guardian-supervisor-strategy: the strategy above all top-level actors.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();

    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName) => TypeNames.Create<SupervisorStrategyConfigurator>(typeName);
}

/// <summary>Restart, unless the actor never lived.</summary>
public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

/// <summary>Stop at the first failure.</summary>
public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
