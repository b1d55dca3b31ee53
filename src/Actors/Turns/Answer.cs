using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>One item of an answer that has words.</summary>
public sealed record AnswerItem(ItemId Id)
{
    // Characters kept while it is in progress: more than half an hour of speech.
    private const int MaxWords = 32 * 1024;

    /// <summary>Its words as they came; used if the end of the response does not repeat them.</summary>
    public string Said { get; init; } = "";

    /// <summary>Its words came as written text.</summary>
    public bool IsWritten { get; init; }

    /// <summary>The server has sent all of its audio.</summary>
    public bool IsAudioDone { get; init; }

    /// <summary>Length of the audio that came after the interruption and was not played.</summary>
    public TimeSpan Late { get; init; }

    /// <summary>The server was told how much of it was heard, or it needs not be told.</summary>
    public bool IsReported { get; init; }

    /// <summary>The item after more of its words.</summary>
    public AnswerItem Say(string delta) => Said.Length < MaxWords ? this with { Said = Said + delta } : this;

    /// <summary>The item with all of its words; without any, those that came before stay.</summary>
    public AnswerItem Complete(string words) => words.Length is > 0 and <= MaxWords && words != Said ? this with { Said = words } : this;
}

/// <summary>One answer of the assistant, as the model makes it and as it is played.</summary>
/// <param name="Id">The response.</param>
/// <param name="Turn">The turn it answers; null: none.</param>
/// <param name="LastEvent">When the last event about it came, to an eighth of its deadline.</param>
public sealed record Answer(ResponseId Id, TurnNumber? Turn, TimeSpan LastEvent)
{
    // An answer has one or two items; bounded against a hostile server.
    private const int MaxItems = 32;

    // Characters of a call's arguments kept until the response is done.
    private const int MaxArguments = 64 * 1024;

    /// <summary>The id of a recording of ours that is played like an answer.</summary>
    public static readonly ResponseId Recording = ResponseId.Of("recording");

    /// <summary>It is a recording of ours: the server knows nothing of it.</summary>
    public bool IsRecording => Id == Recording;

    /// <summary>Its first item, once known.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The items with words, in order.</summary>
    public ImmutableArray<AnswerItem> Items { get; init; } = [];

    /// <summary>Its final state at the server; null while in progress.</summary>
    public ResponseState? End { get; init; }

    /// <summary>Some of its audio was passed to playback.</summary>
    public bool HasAudio { get; init; }

    /// <summary>What was heard of it; null while playback has not reported.</summary>
    public PlaybackFacts.Ended? Heard { get; init; }

    /// <summary>When it began to be heard, if it was heard without a pause; null: not at all.</summary>
    public TimeSpan? HeardFrom { get; init; }

    /// <summary>The user interrupted it (barge-in): no more of it is played.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Its connection is gone: the server no longer knows its ids.</summary>
    public bool IsOrphaned { get; init; }

    // The function calls that its items hold.
    private ImmutableArray<ConversationItem> Called { get; init; } = [];

    /// <summary>Its words: as the end of the response repeats them, else as they came.</summary>
    public string Text => End?.Text is { Length: > 0 } told ? told
        : string.Join(' ', Items.Select(item => item.Said).Where(words => words.Length > 0));

    /// <summary>The functions it calls, in order; a call that is not whole is none.</summary>
    // The end of a response counts first; some servers leave its output out.
    public IEnumerable<ConversationItem> Calls =>
        (End?.Calls ?? []).Concat(Called.Where(call => call.Status != "in_progress")).Where(call => call.CallId is not null)
        .DistinctBy(call => call.CallId).Where(call => call is { Name: not null } and not { Status: "incomplete" });

    /// <summary>It ended without words, audio or a call.</summary>
    public bool IsEmpty => !HasAudio && Text.Length == 0 && !Calls.Any();

    /// <summary>It has words, and all of them came as written text: nobody hears them.</summary>
    public bool IsWritten => !HasAudio && Text.Length > 0
        && Items.Any(item => item.IsWritten) && Items.All(item => item.IsWritten || item.Said.Length == 0);

    /// <summary>Less of it was heard than arrived, or may be in the server's conversation.</summary>
    public bool IsCut => Heard is not null
        && (HeardItem < Items.Length - 1 || (HeardItem >= 0 && !IsWhole(HeardItem)));

    /// <summary>The words that were heard; null if that is all of them.</summary>
    public string? HeardText
    {
        get
        {
            if (!IsCut) return null;
            var heard = Items.Take(HeardItem).Select(TextOf);
            if (HeardItem >= 0)
                heard = heard.Append(SpokenPart.Of(TextOf(Items[HeardItem]), Heard!.Heard, Heard.Heard + Rest(HeardItem)));
            var words = string.Join(' ', heard.Where(part => part.Length > 0));
            return words == Text ? null : words;
        }
    }

    /// <summary>
    /// Tells the server once for each item of an interrupted answer what was not heard of it: the server keeps items in the conversation
    /// as they are (docs/protocol.md 5.5).
    /// </summary>
    public (Answer Next, ImmutableArray<ClientEvent> Events) ReportUnheard()
    {
        if (Heard is not { } heard || IsOrphaned || IsRecording || !IsInterrupted || !IsCut) return (this, []);
        var events = ImmutableArray.CreateBuilder<ClientEvent>();
        for (var at = Math.Max(0, HeardItem); at < Items.Length; at++)
        {
            var ms = at == HeardItem ? (long)heard.Heard.TotalMilliseconds : 0;
            if (Items[at] is not { IsReported: false, Id: var id } || (at == HeardItem && IsWhole(at))) continue;
            events.Add(ms > 0 ? new TruncateItem(id, 0, ms) { EventId = EventId.Of($"turn_truncate_{Id}") }
                : new DeleteItem(id) { EventId = EventId.Of($"turn_delete_{id}") });
        }
        return (this with { Items = Items.ConvertAll(static item => item with { IsReported = true }) }, events.ToImmutable());
    }

    /// <summary>The answer after an event about it, its end and its audio excepted.</summary>
    public Answer With(ServerEvent e) => e switch
    {
        OutputItemAdded o => Opened(o.Item),
        OutputItemDone { Item.Type: "function_call" } o => Calling(o.Item),
        OutputItemDone { Item: { Type: "message", Id: { } id, Text: var words } } =>
            Change(id, words, static (item, all) => item.Complete(all)),
        FunctionCallDone c => Calling(
            new ConversationItem("function_call", c.ItemId, CallId: c.CallId, Name: c.Name, Arguments: c.Arguments)),
        OutputTranscriptDelta t => Change(t.ItemId, t.Delta, static (item, more) => item.Say(more)),
        OutputTranscriptDone t => Change(t.ItemId, t.Transcript, static (item, all) => item.Complete(all)),
        OutputTextDelta t => Change(t.ItemId, t.Delta, static (item, more) => item.Say(more) with { IsWritten = true }),
        OutputTextDone t => Change(t.ItemId, t.Text, static (item, all) => item.Complete(all) with { IsWritten = true }),
        OutputAudioDone d => Change(d.ItemId, true, static (item, isDone) => item with { IsAudioDone = isDone }),
        _ => this,
    };

    /// <summary>The answer after audio of this item was passed to playback.</summary>
    public Answer Sounding(ItemId item) => this is { HasAudio: true, Items: [.., var last] } && last.Id == item ? this
        : Known(item) with { HasAudio = true, Item = Item ?? item };

    /// <summary>The answer after audio of this item came that is not played.</summary>
    public Answer Late(ItemId item, TimeSpan audio) => Change(item, audio, static (known, more) => known with { Late = known.Late + more });

    // The item in which playback ended; -1: nothing was heard.
    private int HeardItem => Heard?.Item is not { } item ? -1
        : IndexOf(item) is >= 0 and var at ? at : Items.Length - 1;

    private TimeSpan Rest(int at) => (Heard?.Unheard ?? TimeSpan.Zero) + Items[at].Late;

    // Everything that arrived was heard; an interrupted item may have grown at the server after that.
    private bool IsWhole(int at) => Rest(at) == TimeSpan.Zero && (!IsInterrupted || Items[at].IsAudioDone);

    private string TextOf(AnswerItem item) => Items.Length == 1 ? Text
        : End?.Output?.FirstOrDefault(told => told?.Id == item.Id)?.Text is { Length: > 0 } words ? words : item.Said;

    private Answer Opened(ConversationItem item)
    {
        var next = this with { Item = Item ?? item.Id };
        return item switch
        {
            { Type: "function_call" } => next.Calling(item with { Status = "in_progress" }), // whatever the server says
            { Type: "message", Id: { } id } => next.Known(id),
            _ => next,
        };
    }

    private Answer Known(ItemId id) => Change(id, 0, static (item, _) => item);

    // With an argument of its own, so that the change captures nothing: words come dozens of times per second.
    private Answer Change<T>(ItemId id, T with, Func<AnswerItem, T, AnswerItem> change)
    {
        var at = IndexOf(id);
        if (at >= 0)
        {
            var next = change(Items[at], with);
            return ReferenceEquals(next, Items[at]) ? this : this with { Items = Items.SetItem(at, next) };
        }
        return Items.Length < MaxItems ? this with { Items = Items.Add(change(new AnswerItem(id), with)), Item = Item ?? id } : this;
    }

    private int IndexOf(ItemId id) => Items.IndexOf(id, static item => item.Id);

    // The events of one call complete each other: the first names the function, a later one has the arguments.
    private Answer Calling(ConversationItem call)
    {
        if (call.Arguments?.Length > MaxArguments) return this;
        var at = Called.FindIndex(known => (call.CallId is { } name && known.CallId == name) || (call.Id is { } id && known.Id == id));
        if (at < 0) return Called.Length < MaxItems ? this with { Called = Called.Add(call) } : this;
        var known = Called[at];
        var merged = known with
        {
            Id = call.Id ?? known.Id, CallId = call.CallId ?? known.CallId, Name = call.Name ?? known.Name,
            Arguments = call.Arguments ?? known.Arguments, Status = known.Status == "incomplete" ? known.Status : call.Status,
        };
        return this with { Called = Called.SetItem(at, merged) };
    }
}
