using System.Collections.Immutable;

namespace RealtimeAkka.Lab;

/// <summary>A turn of a recording that was cut.</summary>
/// <param name="Span">Where it is.</param>
/// <param name="Hash">Identifies its sound: SHA-256 in hex.</param>
public sealed record CutTurn(TurnSpan Span, string Hash);

/// <summary>A recording of a golden set: one turn or a whole call, which is played in one session.</summary>
/// <param name="Name">The file as the golden set names it.</param>
/// <param name="Path">The file.</param>
/// <param name="Turns">Its turns, in order.</param>
/// <param name="Golden">What was said in them, by number from 1; a turn without an entry is played as history only.</param>
public sealed record LabCall(string Name, string Path, ImmutableArray<CutTurn> Turns, ImmutableDictionary<int, GoldenTurn> Golden)
{
    /// <summary>
    /// What is wrong with the number of turns; null: nothing. The last turn must be described: else nobody could say whether the recording
    /// was cut as the golden set means it.
    /// </summary>
    public static string? Mismatch(string name, int turns, IEnumerable<int> described)
    {
        var last = described.Max();
        return turns == last ? null
            : turns == 0 ? $"{name} has no turn: no speech was found in it; it may be too quiet for turn-detection.threshold"
            : $"{name} has {Count(turns)} by its pauses, but the last that golden.jsonl describes is turn {last}; "
                + "describe its last turn, or set turn-detection.silence to the pause that ends a turn";
    }

    private static string Count(int turns) => turns == 1 ? "1 turn" : $"{turns} turns";
}

/// <summary>What decides an answer besides the sound and the prompt. A change of any of it is another question.</summary>
/// <param name="Server">The server, or the simulator with what it plays.</param>
/// <param name="Model">The Realtime model.</param>
/// <param name="Turns">Turns that a request shows, its own included; null: all of the call so far.</param>
/// <param name="Requests">The other settings of the variants' requests.</param>
/// <param name="Transcription">The settings of the built-in transcription with its model; null: there is none.</param>
public sealed record LabSubject(string Server, string Model, int? Turns, string Requests, string? Transcription);
