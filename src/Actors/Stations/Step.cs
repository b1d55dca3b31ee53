using System.Collections.Immutable;

namespace RealtimeAkka.Actors.Stations;

/// <summary>The result of a rule: its next state, and what the actor is to do, in order.</summary>
public readonly record struct Step<TState, TDecision>(TState Next, params ImmutableArray<TDecision> Decisions)
{
    /// <summary>Applies <paramref name="next"/> to the state of this step and appends its decisions.</summary>
    public Step<TState, TDecision> Then(Func<TState, Step<TState, TDecision>> next)
    {
        var then = next(Next);
        return new(then.Next, Decisions.AddRange(then.Decisions));
    }
}
