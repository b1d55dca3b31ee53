using System.Globalization;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Sizes of files as text for people.</summary>
public static class FileSize
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>At most three digits before the point, one place below ten: <c>512 bytes</c>, <c>3.4 MB</c>, <c>340 MB</c>.</summary>
    public static string Format(long bytes)
    {
        var (amount, unit) = ((double)bytes, 0);
        while (amount >= 999.5 && unit + 1 < Units.Length) (amount, unit) = (amount / 1000, unit + 1);
        return $"{amount.ToString(unit > 0 && amount < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
