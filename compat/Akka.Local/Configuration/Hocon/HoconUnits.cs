using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Durations and sizes: a number and a unit.</summary>
internal static class HoconUnits
{
    public static TimeSpan Time(string text, bool allowInfinite)
    {
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        var (number, unit) = Split(text);
        var ticksPerUnit = unit switch
        {
            "nanoseconds" or "nanosecond" or "nanos" or "nano" or "ns" => 0.01,
            "microseconds" or "microsecond" or "micros" or "micro" => TimeSpan.TicksPerMicrosecond,
            "" or "milliseconds" or "millisecond" or "millis" or "milli" or "ms" => TimeSpan.TicksPerMillisecond,
            "seconds" or "second" or "s" => TimeSpan.TicksPerSecond,
            "minutes" or "minute" or "m" => TimeSpan.TicksPerMinute,
            "hours" or "hour" or "h" => TimeSpan.TicksPerHour,
            "days" or "day" or "d" => TimeSpan.TicksPerDay,
            _ => throw new FormatException($"'{text}' is not a duration"),
        };
        var value = double.Parse(number, NumberFormatInfo.InvariantInfo);
        return value >= 0
            ? TimeSpan.FromTicks((long)Math.Round(value * ticksPerUnit))
            : throw new FormatException($"Expected a positive value instead of {value}");
    }

    public static long Bytes(string text)
    {
        var (number, unit) = Split(text);
        return checked(long.Parse(number, NumberFormatInfo.InvariantInfo) * unit switch
        {
            "" or "b" or "B" or "byte" or "bytes" => 1L,
            "kB" or "kilobyte" or "kilobytes" => 1000L,
            "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "MB" or "megabyte" or "megabytes" => 1_000_000L,
            "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "GB" or "gigabyte" or "gigabytes" => 1_000_000_000L,
            "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "TB" or "terabyte" or "terabytes" => 1_000_000_000_000L,
            "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            "PB" or "petabyte" or "petabytes" => 1_000_000_000_000_000L,
            "P" or "p" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
            "EB" or "exabyte" or "exabytes" => 1_000_000_000_000_000_000L,
            "E" or "e" or "Ei" or "EiB" or "exbibyte" or "exbibytes" => 1L << 60,
            _ => throw new FormatException($"{unit} is not a valid byte size suffix"),
        });
    }

    private static (string Number, string Unit) Split(string text)
    {
        var last = text.AsSpan().LastIndexOfAnyInRange('0', '9');
        return (text[..(last + 1)].Trim(), text[(last + 1)..].Trim());
    }
}
