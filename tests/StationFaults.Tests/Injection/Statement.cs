using System.Globalization;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>One statement of the assembly under test; a fault can be injected before it.</summary>
/// <param name="Id">Index in the list.</param>
/// <param name="Type">The outermost declaring type, without the namespace.</param>
/// <param name="Method">The method; lambdas have the compiler's name.</param>
/// <param name="Place">File and line.</param>
/// <param name="Handler">The handler's name if this is its first statement; else empty.</param>
/// <param name="Text">Its first source line.</param>
public sealed record Statement(int Id, string Type, string Method, string Place, string Handler, string Text)
{
    /// <summary>All statements with a fault point.</summary>
    public static IReadOnlyList<Statement> All { get; } =
        [.. File.ReadLines(ListOf(Path.Combine(AppContext.BaseDirectory, "RealtimeAkka.Actors.dll"))).Select(Parse)];

    /// <summary>Path of the list for an assembly.</summary>
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
