namespace RealtimeAkka.EndToEnd.Tests.Store;

/// <summary>A test with a PostgreSQL server; skipped, with the reason, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if any.</summary>
    public StoreFactAttribute() => Skip = PostgresServer.Missing;
}
