using System.Globalization;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>Whether the program ends the call: how many prompts nobody has answered, and whether the last words are being said.</summary>
public sealed record Farewell(FarewellSettings Settings)
{
    private int Prompts { get; init; }

    /// <summary>Why the call ends when the last words are said; null: it does not.</summary>
    public Notice? Reason { get; private init; }

    /// <summary>The call ends even if the caller speaks again.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>Nobody has answered so far.</summary>
    public bool IsAwaiting => Prompts > 0 || Reason is not null;

    /// <summary>The idle timeout has expired. <c>Reason</c>: why the call ends now; null: the assistant asks.</summary>
    public (Farewell Next, Notice? Reason) Unanswered()
    {
        var next = this with { Prompts = Prompts + 1 };
        return Reason is not null || !(next.Prompts > Settings.IdlePrompts) ? (next, null) : (next, new Notice(
            NoticeLevel.Info, "idle_ended",
            string.Create(CultureInfo.InvariantCulture, $"Nobody has answered {Settings.IdlePrompts} times: the call ends.")));
    }

    /// <summary>The last words are being said.</summary>
    public Farewell Leave(Notice reason, bool isFinal = false) => this with { Reason = reason, IsFinal = isFinal };

    /// <summary>The caller speaks or presses keys.</summary>
    public Farewell Attended() => this with { Prompts = 0, Reason = IsFinal ? Reason : null };

    /// <summary>The call is being ended.</summary>
    public Farewell Left() => this with { Reason = null };
}
