namespace RealtimeAkka.Protocol;

/// <summary>Names of models.</summary>
public static class ModelName
{
    /// <summary>Whether <paramref name="name"/> is a dated snapshot of <paramref name="model"/>: <c>MODEL-2026-01-31</c>.</summary>
    public static bool IsSnapshot(string name, string model) =>
        name.Length == model.Length + 11 && name.StartsWith(model, StringComparison.Ordinal) && name[model.Length] == '-'
        && DateOnly.TryParseExact(name.AsSpan(model.Length + 1), "yyyy-MM-dd", out _);
}
