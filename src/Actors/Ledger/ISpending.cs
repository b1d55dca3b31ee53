namespace RealtimeAkka.Actors.Ledger;

/// <summary>Is told what a session has spent, for those who share its budget.</summary>
public interface ISpending
{
    /// <summary>The session has spent so many US dollars in all. May be called with the same sum again; never blocks.</summary>
    void Spent(decimal totalUsd);
}
