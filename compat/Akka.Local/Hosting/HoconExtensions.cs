using System.Globalization;

namespace Akka.Hosting;

/// <summary>Values as HOCON writes them.</summary>
public static class HoconExtensions
{
    public static string ToHocon(this bool value) => value ? "on" : "off";
    public static string ToHocon(this int value) => value.ToString(CultureInfo.InvariantCulture);
    public static string ToHocon(this long value) => value.ToString(CultureInfo.InvariantCulture);
    public static string ToHocon(this double value) => value.ToString(CultureInfo.InvariantCulture);

    public static string ToHocon(this string? text) => text is null ? "null" : $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    public static string ToHocon(this TimeSpan value, bool allowInfinite = false, bool zeroIsInfinite = false)
    {
        if (value < TimeSpan.Zero || value == TimeSpan.Zero && zeroIsInfinite)
            return allowInfinite ? "infinite" : throw new ArgumentOutOfRangeException(nameof(value), "The duration must not be infinite");
        return $"{value.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} ms";
    }
}
