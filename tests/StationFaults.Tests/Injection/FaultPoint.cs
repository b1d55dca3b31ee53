using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Actor.Internal;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>What every statement of the assembly under test calls first.</summary>
public static class FaultPoint
{
    private static readonly ConditionalWeakTable<ActorCell, FaultPlan> Plans = [];

    [ThreadStatic] private static (ActorCell? Of, FaultPlan? Plan) t_last;

    /// <summary>
    /// The statement with this number is next. Only while an actor handles a message may it fail: what runs elsewhere is no
    /// station's, and an actor that fails while it is made never worked.
    /// </summary>
    public static void Hit(int id)
    {
        if (InternalCurrentActorCellKeeper.Current is not { CurrentMessage: not null } cell) return;
        if (t_last.Of != cell) t_last = (cell, Plans.GetValue(cell, FaultPlan.Of));
        t_last.Plan!.Hit(id, cell);
    }
}
