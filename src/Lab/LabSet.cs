using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeAkka.Lab;

/// <summary>One question: what a variant writes for a turn of a call in one repeat.</summary>
/// <param name="Call">The recording.</param>
/// <param name="Number">The turn of it, from 1.</param>
/// <param name="Repeat">The repeat, from 1.</param>
/// <param name="Variant">The variant; null: the built-in transcription.</param>
public sealed record LabQuestion(LabCall Call, int Number, int Repeat, Variant? Variant)
{
    /// <summary>The name of the variant.</summary>
    public string Name => Variant?.Name ?? VariantAnswer.Asr;

    /// <summary>The golden turn.</summary>
    public GoldenTurn Turn => Call.Golden[Number];
}

/// <summary>Everything that a run asks.</summary>
/// <param name="Subject">What is the same for all of it.</param>
/// <param name="Variants">The prompts.</param>
/// <param name="Calls">The recordings.</param>
/// <param name="Repeats">How often each question is asked.</param>
public sealed record LabSet(LabSubject Subject, ImmutableArray<Variant> Variants, ImmutableArray<LabCall> Calls, int Repeats)
{
    // Part of each key: with another way of asking, answers of today are no answers.
    private const string Version = "1";

    /// <summary>
    /// All questions, repeat by repeat and call by call, each with what identifies it: a hash of all that can change its answer.
    /// </summary>
    public IEnumerable<(string Key, LabQuestion Question)> Questions =>
        from repeat in Enumerable.Range(1, Repeats)
        from call in Calls
        from number in Enumerable.Range(1, call.Turns.Length)
        from question in At(call, number, repeat)
        select (KeyOf(question), question);

    /// <summary>The questions about a turn; none about a turn that is history only.</summary>
    public IEnumerable<LabQuestion> At(LabCall call, int number, int repeat)
    {
        if (!call.Golden.ContainsKey(number)) yield break;
        foreach (var variant in Variants) yield return new(call, number, repeat, variant);
        if (Subject.Transcription is not null) yield return new(call, number, repeat, Variant: null);
    }

    /// <summary>
    /// Identifies a question, in hex. The built-in transcription may use all that was said before; a variant sees what its context shows.
    /// Which built-in transcription runs beside a variant does not change what the variant writes. Turns of a call that sound the same are
    /// turns of their own.
    /// </summary>
    public string KeyOf(LabQuestion question)
    {
        var (call, number) = (question.Call, question.Number);
        var first = question.Variant is not null && Subject.Turns is { } turns ? Math.Max(1, number - turns + 1) : 1;
        var heard = call.Turns.Take(number).Skip(first - 1).Select(turn => turn.Hash);
        string[] how = question.Variant is { } variant
            ? ["variant", Subject.Model, $"{Subject.Turns}", Subject.Requests, variant.Hash]
            : [VariantAnswer.Asr, Subject.Transcription!];
        // No part holds a line break: names are checked, settings are JSON.
        var text = string.Join('\n', [Version, Subject.Server, .. how, $"{question.Repeat}", $"{number}", .. heard]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
