using System.Text.RegularExpressions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>Names from outside: only what this program could have made is accepted, so none leaves its folder or becomes markup.</summary>
public static partial class CallIds
{
    /// <summary>The id of a call; null: the text is none.</summary>
    public static SessionId? Read(string? text) => text is not null && Id().IsMatch(text) ? new SessionId(text) : null;

    /// <summary>Whether a text is the plain name of a WAV file.</summary>
    public static bool IsWavName(string text) => Wav().IsMatch(text);

    [GeneratedRegex(@"\As-[0-9]{8}-[0-9]{6}-[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_. -]{0,119}\.wav\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Wav();
}
