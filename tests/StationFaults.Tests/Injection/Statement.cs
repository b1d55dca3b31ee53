using System.Globalization;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>One statement of the assembly under test, before which a fault can be thrown.</summary>
/// <param name="Id">Its number; the list is in this order.</param>
/// <param name="Type">The outermost type it belongs to, without the namespace.</param>
/// <param name="Method">The method, lambdas by the name that the compiler gave them.</param>
/// <param name="Place">File and line.</param>
/// <param name="Handler">Where it is the first of a message handler: the handler's name; else empty.</param>
/// <param name="Text">The first line of it.</param>
public sealed record Statement(int Id, string Type, string Method, string Place, string Handler, string Text)
{
    /// <summary>Every statement that has a fault point.</summary>
    public static IReadOnlyList<Statement> All { get; } =
        [.. File.ReadLines(ListOf(Path.Combine(AppContext.BaseDirectory, "RealtimeAkka.Actors.dll"))).Select(Parse)];

    /// <summary>Where the list stands.</summary>
    public static string ListOf(string assembly) => Path.ChangeExtension(assembly, ".statements.tsv");

    /// <summary>The statement as a line of the list.</summary>
    public string Line() => string.Join('\t', Id.ToString(CultureInfo.InvariantCulture), Type, Method, Place, Handler, Text);

    /// <inheritdoc/>
    public override string ToString() => $"{Place} in {Type}: {Text}";

    private static Statement Parse(string line) =>
        line.Split('\t') is [var id, var type, var method, var place, var handler, var text]
            ? new(int.Parse(id, CultureInfo.InvariantCulture), type, method, place, handler, text)
            : throw new FormatException($"'{line}' is no statement.");
}
