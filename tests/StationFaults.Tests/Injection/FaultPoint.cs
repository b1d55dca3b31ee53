using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Actor.Internal;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>Called before every statement of the assembly under test.</summary>
public static class FaultPoint
{
    private static readonly ConditionalWeakTable<ActorCell, FaultPlan> Plans = [];

    [ThreadStatic] private static (ActorCell? Of, FaultPlan? Plan) t_last;

    /// <summary>
    /// Counts a statement and may throw, but only while an actor handles a message: code elsewhere belongs to no
    /// station, and an actor that fails in its constructor never worked.
    /// </summary>
    public static void Hit(int id)
    {
        if (InternalCurrentActorCellKeeper.Current is not { CurrentMessage: not null } cell) return;
        if (t_last.Of != cell) t_last = (cell, Plans.GetValue(cell, FaultPlan.Of));
        t_last.Plan!.Hit(id, cell);
    }
}
