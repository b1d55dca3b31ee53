namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Variables of the environment, where secrets and what belongs to a machine come from.</summary>
internal static class EnvironmentVariable
{
    /// <summary>The text of a variable; null: it is not set, or empty.</summary>
    public static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
