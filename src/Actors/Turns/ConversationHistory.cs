using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// What was said so far, in words, from our own records: a new connection begins with an empty conversation and cannot take up
/// an old one (docs/protocol.md 2.4), so it is told. Of the user's words the model's transcript counts before the built-in one.
/// </summary>
public sealed record ConversationHistory
{
    // Some ten thousand tokens: what goes beyond it would push out what matters, and is paid with every answer.
    private const int MostCharacters = 40_000;
    private const int MostLines = 100;

    private sealed record Line(int Turn, bool User, string Text);

    private ImmutableList<Line> Lines { get; init; } = [];

    /// <summary>The conversation as items to create, oldest first.</summary>
    public IEnumerable<ConversationItem> Items => Lines.Select(line => line.User ? ConversationItem.UserText(line.Text) : ConversationItem.AssistantText(line.Text));

    /// <summary>The history after a turn was told, or told again.</summary>
    public ConversationHistory With(TurnRecord turn)
    {
        var words = turn.Words;
        var others = Lines.RemoveAll(line => line.User && line.Turn == turn.Turn);
        return words is null ? this with { Lines = others } : Place(others, new Line(turn.Turn, User: true, words));
    }

    /// <summary>The history after an answer was given; one of which nothing was heard was not.</summary>
    public ConversationHistory With(AssistantReplied answer) =>
        answer is { HeardMs: > 0, Text: { Length: > 0 } words } ? Place(Lines, new Line(answer.Turn ?? 0, User: false, words)) : this;

    // An answer stands behind the turn it answers, however late its last sample was heard.
    private static ConversationHistory Place(ImmutableList<Line> lines, Line line)
    {
        var at = lines.FindLastIndex(known => known.Turn < line.Turn || (known.Turn == line.Turn && (known.User || !line.User))) + 1;
        lines = lines.Insert(at, line);
        var characters = lines.Sum(known => known.Text.Length);
        while (lines.Count > MostLines || (characters > MostCharacters && lines.Count > 1))
        {
            characters -= lines[0].Text.Length;
            lines = lines.RemoveAt(0);
        }
        return new ConversationHistory { Lines = lines };
    }
}
