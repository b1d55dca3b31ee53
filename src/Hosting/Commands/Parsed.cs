using System.CommandLine.Parsing;
using System.Globalization;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>Readers of option values: a value that does not fit is an error in this program's words.</summary>
internal static class Parsed
{
    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Func<ArgumentResult, int> Count(int minimum, int maximum) => argument => Read<int>(
        argument, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= minimum && n <= maximum
            ? n : null, $"a whole number from {minimum} to {maximum}");

    /// <summary>A number of seconds above 0, at most a year.</summary>
    public static double Seconds(ArgumentResult argument) => Read<double>(
        argument, text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0.001 and <= 365 * 86_400 ? seconds : null, "seconds, such as 90");

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Func<ArgumentResult, double?> Number(double minimum, double maximum) => argument => Read<double>(
        argument, text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n)
            && n >= minimum && n <= maximum ? n : null, FormattableString.Invariant($"a number from {minimum} to {maximum}"));

    /// <summary>How many times as fast, 0.01 to 10,000.</summary>
    public static double Times(ArgumentResult argument) => Read<double>(
        argument, text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var times)
            && times is >= 0.01 and <= 10_000 ? times : null, "a number from 0.01 to 10000");

    /// <summary>A value of <typeparamref name="T"/> by its name in lower case.</summary>
    public static T OneOf<T>(ArgumentResult argument) where T : struct, Enum => Read<T>(
        argument, text => Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0]) ? value : null,
        $"one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");

    /// <summary>A text that is not empty.</summary>
    public static string Text(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (string.IsNullOrWhiteSpace(text)) argument.AddError($"{Name(argument)} is empty; it must be a name.");
        return text;
    }

    private static T Read<T>(ArgumentResult argument, Func<string, T?> read, string expected) where T : struct
    {
        var text = argument.Tokens.Single().Value;
        if (text.Length > 0 && read(text) is { } value) return value;
        argument.AddError($"{Name(argument)} is '{Configuration.StrictConfig.Shown(text)}'; it must be {expected}.");
        return default;
    }

    private static string Name(ArgumentResult argument) =>
        argument.Parent is OptionResult option ? option.Option.Name : argument.Argument.Name;
}
