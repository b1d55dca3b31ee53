namespace RealtimeAkka.Protocol.Messages;

/// <summary>What is allowed once a part or all of a budget is spent.</summary>
public abstract record BudgetStep
{
    private BudgetStep() { }

    /// <summary>Out-of-band requests see at most this context.</summary>
    public sealed record LimitContext(ContextScope Scope) : BudgetStep
    {
        /// <summary>As in <c>budget.ladder</c>.</summary>
        public override string ToString() => Scope.ToString()!;
    }

    /// <summary>No more out-of-band requests; turns go on with the built-in transcription.</summary>
    public sealed record DisableRequests : BudgetStep
    {
        /// <summary>As in <c>budget.ladder</c>.</summary>
        public override string ToString() => "off";
    }

    /// <summary>As <see cref="DisableRequests"/>, and the session ends with exit code 3.</summary>
    public sealed record EndSession : BudgetStep
    {
        /// <summary>As in <c>budget.ladder</c>.</summary>
        public override string ToString() => "end";
    }
}
