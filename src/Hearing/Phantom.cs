using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace RealtimeAkka.Hearing;

/// <summary>A sentence that speech recognition is known to write where nobody speaks.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsWeak">People do say it: it counts only where the other witness heard nothing, or the audio is silent.</param>
public sealed record Phantom(string Text, bool IsWeak = false);

/// <summary>The known phantoms, ready to be compared with transcripts.</summary>
public sealed class PhantomList
{
    // A phantom may be repeated; more is found as a loop.
    private const int MaxRepeats = 20, MaxText = 4000;

    private readonly Lazy<ImmutableDictionary<string, bool>> _phantoms;

    /// <summary>A list of these, which is built when it is first needed.</summary>
    public PhantomList(IEnumerable<Phantom> phantoms)
    {
        ImmutableArray<Phantom> all = [.. phantoms];
        _phantoms = new(() => all.GroupBy(phantom => Key(phantom.Text)).Where(group => group.Key.Length > 0)
            .ToImmutableDictionary(group => group.Key, group => group.All(phantom => phantom.IsWeak)));
    }

    /// <summary>No phantoms.</summary>
    public static PhantomList None { get; } = new([]);

    /// <summary>Builds it now.</summary>
    public void Build() => _ = _phantoms.Value;

    /// <summary>Whether a transcript is one of the phantoms, or one repeated, and nothing else. Null: it is none.</summary>
    /// <returns>True: one that people do say.</returns>
    public bool? IsWeak(string transcript)
    {
        var known = _phantoms.Value;
        if (known.IsEmpty || transcript.Length > MaxText) return null;
        var key = Key(transcript);
        if (known.TryGetValue(key, out var isWeak)) return isWeak;
        for (var times = 2; times <= MaxRepeats && times <= key.Length; times++)
        {
            if (key.Length % times != 0) continue;
            var part = key[..(key.Length / times)];
            if (known.TryGetValue(part, out isWeak) && key == string.Concat(Enumerable.Repeat(part, times))) return isWeak;
        }
        return null;
    }

    // Without spaces and punctuation, so that it does not matter where words are divided.
    private static string Key(string text)
    {
        var key = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[256]);
        foreach (var word in WordReader.Read(text)) key.AppendLiteral(word.Key);
        return key.ToStringAndClear();
    }
}
