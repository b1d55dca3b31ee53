namespace Akka.Event;

/// <summary>A template and its arguments, not yet text.</summary>
public abstract class LogMessage(ILogMessageFormatter formatter, string format)
{
    protected readonly ILogMessageFormatter Formatter = formatter;

    public string Format { get; } = format;

    public abstract string Unformatted();
    public abstract IEnumerable<object?> Parameters();
}

/// <summary>The one kind there is.</summary>
internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object?[] args) : LogMessage(formatter, format)
{
    public override string Unformatted() => string.Join(",", args);
    public override IEnumerable<object?> Parameters() => args;
    public override string ToString() => Formatter.Format(Format, args);
}

/// <summary>Makes text of a template and its arguments.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object?[] args);
    string Format(string format, IEnumerable<object?> args);
}

/// <summary>Numbered holes, as string.Format fills them. Named holes are a FormatException.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    public string Format(string format, params object?[] args) => string.Format(format, args);
    public string Format(string format, IEnumerable<object?> args) => string.Format(format, args.ToArray());
}
