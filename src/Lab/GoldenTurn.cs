using System.Collections.Immutable;

namespace RealtimeAkka.Lab;

/// <summary>One turn of a golden set: its audio and what a person says was said in it.</summary>
/// <param name="Audio">The WAV file, as a full path.</param>
/// <param name="Turn">Which turn of the file it is, from 1.</param>
/// <param name="Reference">What was said, word for word.</param>
public sealed record GoldenTurn(string Audio, int Turn, string Reference)
{
    /// <summary>The numbers, names and codes that must be right, as they are written in <see cref="Reference"/>.</summary>
    public ImmutableArray<string> Entities { get; init; } = [];

    /// <summary>The BCP 47 code of its language; null: not known.</summary>
    public string? Language { get; init; }

    /// <summary>The audio as the golden set names it, relative to its file.</summary>
    public required string Name { get; init; }
}
