namespace RealtimeAkka.Protocol.Messages;

/// <summary>What a budget that is partly or wholly spent allows from now on.</summary>
public abstract record BudgetStep
{
    private BudgetStep() { }

    /// <summary>Out-of-band requests see no more than this.</summary>
    public sealed record Narrow(ContextScope Scope) : BudgetStep;

    /// <summary>No more out-of-band requests; turns go on with the built-in transcription.</summary>
    public sealed record Off : BudgetStep;

    /// <summary>None of these either, and the session ends with exit code 3.</summary>
    public sealed record End : BudgetStep;
}
