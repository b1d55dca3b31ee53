using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// What was said so far, as text from our own records: a new connection begins with an empty conversation and cannot resume an
/// old one (docs/protocol.md 2.4), so it is seeded. For the user's words the model's transcript is preferred to the built-in one.
/// </summary>
public sealed record ConversationHistory
{
    // About 10,000 tokens: more would displace relevant context, and is billed with every answer.
    private const int MaxCharacters = 40_000;
    private const int MaxLines = 100;

    // A longer text, some five minutes of speech, keeps its beginning and its end: it must not push the turns before it out.
    private const int MaxText = 4_000;
    private const string LeftOut = " [...] ";

    private const string EarlierId = "item_earlier_";

    private sealed record Line(int Turn, bool User, string Text);

    /// <summary>The sound of the caller's turns before this session, oldest first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Earlier { get; init; } = [];

    private RecentList<Line> Lines { get; init; }
    private int Seeded { get; init; } // number of events made so far

    /// <summary>The conversation as items to create, oldest first.</summary>
    public IEnumerable<ConversationItem> Items =>
    [
        .. Earlier.Select((pcm, i) => ConversationItem.UserAudio(ItemId.Of($"{EarlierId}{i + 1}"), pcm)),
        .. Lines.Span.ToArray().Select(
            line => line.User ? ConversationItem.UserText(line.Text) : ConversationItem.AssistantText(line.Text)),
    ];

    /// <summary>Whether the event is about a turn before this session, which is no turn of it.</summary>
    public bool IsEarlier(ServerEvent e) => Earlier.Count > 0
        && (e is ItemAdded { Item.Id: { } added } ? added : e is ItemDone { Item.Id: { } done } ? done : default)
            .ToString().StartsWith(EarlierId, StringComparison.Ordinal);

    /// <summary>The events that create these items on a new connection, each with an id of its own.</summary>
    public (ConversationHistory Next, ImmutableArray<CreateItem> Events) Seed()
    {
        var first = Seeded + 1;
        var events = Items.Select((item, i) => new CreateItem(item) { EventId = EventId.Of($"turn_seed_{first + i}") });
        return (this with { Seeded = Seeded + Earlier.Count + Lines.Count }, [.. events]);
    }

    /// <summary>The history after a turn is published or amended.</summary>
    public ConversationHistory With(TurnRecord turn)
    {
        var words = turn.Words;
        var others = IndexOf(turn.Turn) is >= 0 and var at ? Lines.RemoveAt(at) : Lines;
        return words is null ? this with { Lines = others }
            : this with { Lines = Place(others, new Line(turn.Turn, User: true, Shortened(words))) };
    }

    /// <summary>The history after it was found out what the caller said.</summary>
    public ConversationHistory With(HeardAgain heard) =>
        heard.Text is { } text && IndexOf(heard.Turn) is >= 0 and var at
        ? this with { Lines = Lines.Set(at, Lines[at] with { Text = Shortened(text) }) } : this;

    /// <summary>The history after an answer: the words of it that were heard.</summary>
    public ConversationHistory With(AssistantReplied answer) => answer is { HeardMs: > 0, Heard: { Length: > 0 } words }
        ? this with { Lines = Place(Lines, new Line(answer.Turn ?? 0, User: false, Shortened(words))) }
        : this;

    private static string Shortened(string text)
    {
        if (text.Length <= MaxText) return text;
        var half = (MaxText - LeftOut.Length) / 2;
        var (end, start) = (half, text.Length - half);
        // Half a surrogate pair is no character.
        if (char.IsHighSurrogate(text[end - 1])) end--;
        if (char.IsLowSurrogate(text[start])) start++;
        return $"{text.AsSpan(0, end)}{LeftOut}{text.AsSpan(start)}";
    }

    // Of the caller's words in this turn; -1: there are none.
    private int IndexOf(int turn) => Lines.IndexOf((turn, true), static line => (line.Turn, line.User));

    // An answer comes after the turn it answers, however late its last sample was heard.
    private static RecentList<Line> Place(RecentList<Line> lines, Line line)
    {
        var at = lines.FindLastIndex(known => known.Turn < line.Turn || (known.Turn == line.Turn && (known.User || !line.User))) + 1;
        lines = lines.Insert(at, line);
        var characters = 0;
        foreach (var each in lines.Span) characters += each.Text.Length;
        while (lines.Count > MaxLines || (characters > MaxCharacters && lines.Count > 1))
        {
            characters -= lines[0].Text.Length;
            lines = lines.Forget(1);
        }
        return lines;
    }
}
