using System.Collections.Immutable;

namespace RealtimeAkka.Lab;

/// <summary>
/// One session of a run: turns of a call that follow each other and about which the same is asked. The turns before them are put into the
/// conversation as they sound, so every question sees the same history, in whatever session and after whatever interruption it is asked.
/// </summary>
/// <param name="Call">The recording.</param>
/// <param name="Repeat">The repeat, from 1.</param>
/// <param name="First">Number of the first turn that is asked about.</param>
/// <param name="Count">Number of turns.</param>
/// <param name="Variants">The variants that are asked about each of them.</param>
/// <param name="IsTranscribed">The built-in transcription is wanted.</param>
public sealed record LabSession(LabCall Call, int Repeat, int First, int Count, ImmutableArray<Variant> Variants, bool IsTranscribed)
{
    /// <summary>Questions of this session.</summary>
    public int Questions => Count * (Variants.Length + (IsTranscribed ? 1 : 0));

    /// <summary>The question of a name about a turn of the session, counted from 1 as the session does; null: none is asked.</summary>
    public LabQuestion? Find(int turn, string name)
    {
        if (turn < 1 || turn > Count) return null;
        var variant = Variants.FirstOrDefault(variant => variant.Name == name);
        return variant is null && !(IsTranscribed && name == VariantAnswer.Asr) ? null
            : new LabQuestion(Call, First + turn - 1, Repeat, variant);
    }

    /// <summary>The sessions that ask every question that is not settled, and no other.</summary>
    public static ImmutableArray<LabSession> Of(LabSet set, Func<string, bool> isSettled)
    {
        // Of two recordings with the same sound one is enough.
        var planned = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. from repeat in Enumerable.Range(1, set.Repeats)
               from call in set.Calls
               from session in Of(set, call, repeat, key => !isSettled(key) && planned.Add(key))
               select session,
        ];
    }

    private static IEnumerable<LabSession> Of(LabSet set, LabCall call, int repeat, Func<string, bool> isOpen)
    {
        LabSession? open = null;
        for (var number = 1; number <= call.Turns.Length; number++)
        {
            var asked = set.At(call, number, repeat).Where(question => isOpen(set.KeyOf(question))).ToList();
            ImmutableArray<Variant> variants = [.. asked.Select(question => question.Variant).OfType<Variant>()];
            var isTranscribed = asked.Any(question => question.Variant is null);
            if (open is not null && open.IsTranscribed == isTranscribed && open.Variants.SequenceEqual(variants))
            {
                open = open with { Count = open.Count + 1 };
                continue;
            }
            if (open is not null) yield return open;
            open = asked.Count == 0 ? null : new LabSession(call, repeat, number, 1, variants, isTranscribed);
        }
        if (open is not null) yield return open;
    }
}
