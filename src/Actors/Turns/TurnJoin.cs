using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Turns.TurnJoin, RealtimeAkka.Actors.Turns.TurnDecision>;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What the join wants done.</summary>
public abstract record TurnDecision : ConversationDecision
{
    private TurnDecision() { }

    /// <summary>Request the model's transcript, or request it once more.</summary>
    public sealed record Transcribe(OutOfBandRequest Request, bool Again = false) : TurnDecision;

    /// <summary>The turn is joined: publish it, once. <c>Disputes</c>: where its transcripts differ.</summary>
    public sealed record Publish(TurnJoined Record, ImmutableArray<Dispute> Disputes) : TurnDecision;

    /// <summary>A late transcript of a published turn arrived.</summary>
    public sealed record Amend(TurnAmended Record, ImmutableArray<Dispute> Disputes) : TurnDecision;

    /// <summary>Show a live display that the caller speaks, or has stopped.</summary>
    public sealed record Show(Activity Activity) : TurnDecision;

    /// <summary>Show this to a person.</summary>
    public sealed record Warn(Notice Notice) : TurnDecision;
}

/// <summary>
/// One record per user item. Both transcripts find their turn by item id, in any order; a turn is published when both are
/// terminal, in conversation order. An immutable value: each event gives the next join and what to do.
/// </summary>
public sealed record TurnJoin(TurnSettings Settings, string Session, PriceList Prices)
{
    // Ids kept to detect repeats, and published turns that may be amended; older ones are unknown.
    private const int Remembered = 64;

    // Silence that the server counts as part of speech: 300 ms where nothing else is set.
    private const long PaddingMs = 1000;

    // Characters of an answer; a transcript that copies it copies the beginning.
    private const int MaxSaid = 2000;

    // A commit follows the end of speech at once. Speech that is not committed in time was none, or the connection is dead: it holds up
    // nothing any more, but its audio is kept until a later commit shows that the server is past it.
    private static readonly TimeSpan CommitWithin = TimeSpan.FromSeconds(5);

    // Longer speech without an end is taken for one whose end was lost.
    private static readonly TimeSpan MaxSpeech = TimeSpan.FromMinutes(2);

    private const string ConnectionLost = "connection_lost";

    // Until: then it counts as not committed.
    private readonly record struct Utterance(Speech Speech, TimeSpan Until);

    private TurnNumber Last { get; init; }
    private ImmutableArray<Turn> Open { get; init; } = [];
    private RecentList<Turn> Published { get; init; }
    private ImmutableArray<string> Said { get; init; } = []; // the assistant's last answers
    private ImmutableDictionary<ItemId, Utterance> Speaking { get; init; } = ImmutableDictionary<ItemId, Utterance>.Empty;
    private ImmutableDictionary<ItemId, Speech> Uncommitted { get; init; } = ImmutableDictionary<ItemId, Speech>.Empty;
    private ImmutableHashSet<ItemId> Idle { get; init; } = [];
    private (ItemId Item, long AtMs)? Ended { get; init; } // the newest speech whose start was never reported
    private ImmutableDictionary<ItemId, AsrTranscript> Early { get; init; } = ImmutableDictionary<ItemId, AsrTranscript>.Empty;
    private ImmutableQueue<long> Commits { get; init; } = [];
    private long SoundStart { get; init; } // of this connection, on the session's audio clock, in ms
    private bool IsSuspended { get; init; }
    private bool HasWarned { get; init; } // of impossible times

    /// <summary>Where the last user item ends, in ms on the session's audio clock.</summary>
    public long HeardTo { get; private init; }

    /// <summary>Turns that are committed and not yet published.</summary>
    public int OpenTurns => Open.Length;

    /// <summary>Turns published so far.</summary>
    public int JoinedTurns => Last.Value - Open.Length;

    /// <summary>The user is speaking, or may have spoken while there was no connection: a turn is about to be committed.</summary>
    public bool IsSpeaking => IsSuspended || !Speaking.IsEmpty;

    /// <summary>A turn is open, or being spoken.</summary>
    public bool IsMidway => !Open.IsEmpty || !Speaking.IsEmpty;

    /// <summary>Where the audio begins that is in no joined turn yet; audio before it is not needed again.</summary>
    public AudioRetention Retention
    {
        get
        {
            if (Open is [var oldest, ..]) return new(oldest.AudioFromMs, IsIdle: false);
            if (Speaking.IsEmpty && Uncommitted.IsEmpty) return new(HeardTo, IsIdle: true);
            var first = long.MaxValue;
            foreach (var (_, said) in Speaking) first = Math.Min(first, AudioFrom(said.Speech));
            foreach (var (_, said) in Uncommitted) first = Math.Min(first, AudioFrom(said));
            return new(first, IsIdle: false);
        }
    }

    /// <summary>The newest turn; the next answer is assumed to be to this one.</summary>
    public TurnNumber? Newest => Last.Value == 0 ? null : Last;

    /// <summary>The next moment after <paramref name="now"/> at which a built-in transcript or a commit is overdue.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        if (IsSuspended) return null;
        TimeSpan? commit = null;
        foreach (var (_, said) in Speaking)
        {
            if (said.Until > now && !(said.Until >= commit)) commit = said.Until;
        }
        // Called after every event. Open turns are in commit order, so the first one found is due first.
        foreach (var turn in Open)
        {
            if (turn.Asr is null && turn.CommittedAt + Settings.AsrTimeout is var due && due > now) return commit < due ? commit : due;
        }
        return commit;
    }

    /// <summary>The number of an item's turn; null if the item is not one of our turns, or was published too long ago.</summary>
    public TurnNumber? NumberOf(ItemId item) => (OpenTurn(item) ?? PublishedTurn(item))?.Number;

    private Turn? OpenTurn(ItemId item) => Open.IndexOf(item, static turn => turn.Item) is >= 0 and var at ? Open[at] : null;

    private Turn? PublishedTurn(ItemId item) =>
        Published.IndexOf(item, static turn => turn.Item) is >= 0 and var at ? Published[at] : null;

    /// <summary>Handles an event of the conversation.</summary>
    public Step On(ServerEvent e, TimeSpan now) => e switch
    {
        SpeechStarted s when NumberOf(s.ItemId) is null && !Speaking.ContainsKey(s.ItemId) && !Uncommitted.ContainsKey(s.ItemId)
            => Over(now).Heard(s.ItemId, new Speech(SoundStart + s.AudioStartMs, null) { IsEstimated = s.IsEstimated }, now + MaxSpeech)
            .Warned(s.IsEstimated),
        SpeechStopped s when Speaking.TryGetValue(s.ItemId, out var said)
            => Heard(s.ItemId, said.Speech.EndAt(SoundStart + s.AudioEndMs), now + CommitWithin).Warned(s.IsEstimated),
        SpeechStopped s when NumberOf(s.ItemId) is null
            => (this with { Ended = (s.ItemId, SoundStart + s.AudioEndMs) }).Warned(s.IsEstimated),
        InputTimedOut i when NumberOf(i.ItemId) is null
            => (Over(now).Heard(
                i.ItemId, new Speech(SoundStart + i.AudioStartMs, SoundStart + i.AudioEndMs) { IsEstimated = i.IsEstimated },
                now + CommitWithin) with
            { Idle = Idle.Count < Remembered ? Idle.Add(i.ItemId) : [i.ItemId] }).Warned(i.IsEstimated),
        ServerError { Error: var error } when !Commits.IsEmpty && ErrorSubject.Of(error).Kinds == RequestKinds.Commit
            => Stay(this with { Commits = Commits.Dequeue() }),
        InputCommitted c when NumberOf(c.ItemId) is null => Begin(c.ItemId, now),
        // A server that never sends committed still sends the item.
        ItemAdded { Item: { Id: { } id } item } when item.IsUserSpeech && NumberOf(id) is null => Begin(id, now),
        ItemDone { Item: { Id: { } id } item } when item.IsUserSpeech && NumberOf(id) is null => Begin(id, now),
        AsrCompleted a => Asr(a.ItemId, Completed(a), now),
        AsrFailed a => Asr(a.ItemId, Transcript(ResultStatus.Failed, a.Error?.Reason ?? "unknown"), now),
        ResponseDone { Response: { IsOutOfBand: false, Text: { Length: > 0 } words } }
            => Stay(this with
            { Said = Said.Add(words.Length <= MaxSaid ? words : words[..MaxSaid]).RemoveRange(0, Math.Max(0, Said.Length - 1)) }),
        _ => Stay(this), // late, foreign, repeated or not relevant here: never an error
    };

    /// <summary>Records how loud the audio of an item was when it was sent.</summary>
    public TurnJoin Heard(ItemId item, double loudest) =>
        Speaking.TryGetValue(item, out var said)
        ? this with { Speaking = Speaking.SetItem(item, said with { Speech = said.Speech with { Loudest = loudest } }) }
        : this;

    /// <summary>Handles the terminal state of the model's transcript, possibly a second one after a timeout.</summary>
    public Step On(OutOfBandResult result, TimeSpan now)
    {
        var item = result.Request.Item;
        if (OpenTurn(item) is { Oob: null } open)
        {
            var transcript = Of(result, open, now);
            // If the second attempt failed, the first transcript is kept, with the cost of both.
            var first = open.Suspect is { } suspect && transcript.Status is not (ResultStatus.Completed or ResultStatus.Empty) ? suspect
                : null;
            return Settle(
                open with { Oob = first is null ? transcript
                : first with { Attempts = transcript.Attempts, CostUsd = transcript.CostUsd } });
        }
        if (PublishedTurn(item) is { Oob.Status: ResultStatus.TimedOut } told && result.Status != ResultStatus.TimedOut)
        {
            return Amended(told with { Oob = Of(result, told, now) });
        }
        return Stay(this);
    }

    /// <summary>Marks overdue built-in transcripts as timed out, and speech that was not committed as none.</summary>
    public Step OnTime(TimeSpan now)
    {
        if (IsSuspended) return Stay(this);
        var next = Speaking.Where(said => said.Value.Until <= now)
            .Aggregate(this, (join, said) => join.Forget(said.Key, said.Value.Speech));
        return next.EndOverdue(now);
    }

    private Step EndOverdue(TimeSpan now)
    {
        var after = string.Create(CultureInfo.InvariantCulture, $"after {Settings.AsrTimeout.TotalSeconds:0.###} s");
        return End(turn => now - turn.CommittedAt >= Settings.AsrTimeout, Transcript(ResultStatus.TimedOut, after));
    }

    /// <summary>Turns that are committed from now on are transcribed with this prompt.</summary>
    public TurnJoin With(Prompt prompt) =>
        prompt == Settings.TranscriptionPrompt ? this : this with { Settings = Settings with { TranscriptionPrompt = prompt } };

    /// <summary>We end a manual turn at this position, in ms on the session's audio clock; commits are answered in order.</summary>
    public TurnJoin ManualCommit(long atMs) => this with { Commits = Commits.Count() < Remembered ? Commits.Enqueue(atMs) : [atMs] };

    /// <summary>The connection is gone and another will come: nothing is published and nothing is overdue until then.</summary>
    public TurnJoin Suspend() => this with { IsSuspended = true };

    /// <summary>
    /// A new connection receives the audio from this position on, in ms on the session's audio clock. Turns after it are committed
    /// and transcribed again and get the same numbers; earlier ones are published as they are.
    /// </summary>
    public Step Resume(long atMs)
    {
        if (!IsSuspended) return Stay(this with { SoundStart = atMs });

        var gone = Open.TakeWhile(turn => turn.Speech switch
        {
            { EndMs: { } end } => end <= atMs,
            { StartMs: var start } => start + PaddingMs < atMs, // the silence before it may have been forgotten, not its words
            null => turn.AudioFromMs < atMs,
        }).ToImmutableArray();
        var next = this with { SoundStart = atMs, HeardTo = Math.Min(HeardTo, atMs), Last = new TurnNumber(JoinedTurns + gone.Length),
            Open = gone };
        var step = next.Disconnected();
        // The ids of published turns are void on the new connection.
        return step with { Next = step.Next with { Published = default } };
    }

    /// <summary>The connection is gone for good, and with it every pending built-in transcript.</summary>
    public Step Disconnected() =>
        (this with
        {
            IsSuspended = false, Speaking = Speaking.Clear(), Uncommitted = Uncommitted.Clear(), Ended = null, Idle = [],
            Early = Early.Clear(), Commits = [],
        })
        .End(_ => true, Transcript(ResultStatus.Failed, ConnectionLost));

    /// <summary>
    /// The connection is gone for good, unexpectedly: what was being spoken becomes a turn without words, behind those that are open.
    /// </summary>
    public Step Lost(TimeSpan now) => Speaking.Where(said => !Idle.Contains(said.Key)).OrderBy(said => said.Value.Speech.StartMs)
        .Aggregate(this, (join, said) => join.Unheard(said.Key, said.Value.Speech, now)).Disconnected();

    private TurnJoin Unheard(ItemId item, Speech speech, TimeSpan now)
    {
        var turn = new Turn(Last.Next, item, TurnSource.Vad, now)
        {
            Speech = speech, AudioFromMs = AudioFrom(speech), IsUncommitted = true,
            Oob = new OutOfBandTranscript(
                Settings.Transcribe ? ResultStatus.Failed : ResultStatus.Disabled, null, null, "none", 0, null, null, 0m,
                Settings.Transcribe ? ConnectionLost : null),
            Asr = Transcript(Settings.AsrModel is null ? ResultStatus.Disabled : ResultStatus.Failed, ConnectionLost) with { CostUsd = 0m },
        };
        return this with { Last = turn.Number, Open = Open.Add(turn) };
    }

    /// <summary>The caller has entered this with the keys of a telephone: a turn without sound, which has nothing to transcribe.</summary>
    public Step Enter(KeyEntry keys, ItemId item, TimeSpan now)
    {
        var turn = new Turn(Last.Next, item, TurnSource.Dtmf, now)
        {
            Keys = keys, AudioFromMs = HeardTo, Oob = NothingToTranscribe,
            Asr = Transcript(ResultStatus.Disabled, null) with { CostUsd = 0m },
        };
        return (this with { Last = turn.Number, Open = Open.Add(turn) }).PublishJoined();
    }

    /// <summary>Takes out the entries that wait behind a turn: the connection that knew them is gone.</summary>
    public (TurnJoin Next, ImmutableList<KeyEntry> Entries) WithoutKeys()
    {
        var entries = Open.Select(turn => turn.Keys).OfType<KeyEntry>().ToImmutableList();
        if (entries.IsEmpty) return (this, entries);
        var first = JoinedTurns + 1;
        var open = Open.RemoveAll(turn => turn.Keys is not null)
            .Select((turn, i) => turn with { Number = new TurnNumber(first + i) }).ToImmutableArray();
        return (this with { Open = open, Last = new TurnNumber(first - 1 + open.Length) }, entries);
    }

    private static OutOfBandTranscript NothingToTranscribe { get; } =
        new(ResultStatus.Disabled, null, null, "none", 0, null, null, 0m, null);

    private Step Begin(ItemId item, TimeSpan now)
    {
        var idle = Idle.Contains(item);
        Speech? detected = Speaking.TryGetValue(item, out var said) ? said.Speech
            : Uncommitted.TryGetValue(item, out var late) ? late
            : Ended is { } end && end.Item == item ? new Speech(HeardTo, end.AtMs)
            : null;
        var speech = detected ?? (Commits.IsEmpty ? null : new Speech(HeardTo, Commits.Peek()));
        var turn = new Turn(Last.Next, item, idle ? TurnSource.Idle : detected is not null ? TurnSource.Vad : TurnSource.Manual, now)
        {
            Speech = speech,
            AudioFromMs = speech is { } known ? AudioFrom(known) : HeardTo,
            // A silent item has nothing to transcribe.
            Oob = idle || !Settings.Transcribe ? NothingToTranscribe : null,
            Asr = idle || Settings.AsrModel is null ? Transcript(ResultStatus.Disabled, null) with { CostUsd = 0m }
            : Early.GetValueOrDefault(item),
        };
        var next = this with
        {
            Last = turn.Number, Open = Open.Add(turn), Speaking = Speaking.Remove(item),
            Uncommitted = Uncommitted.Clear(), Idle = Idle.Remove(item), Early = Early.Remove(item),
            Commits = detected is not null || Commits.IsEmpty ? Commits : Commits.Dequeue(),
            HeardTo = Math.Max(HeardTo, speech?.EndMs ?? 0),
        };
        if (turn.Oob is not null) return next.PublishJoined();
        return new(next, [new TurnDecision.Transcribe(Question(turn))]);
    }

    private OutOfBandRequest Question(Turn turn) =>
        new(OutOfBandRequest.Transcription, turn.Number, turn.Item, Settings.TranscriptionPrompt.Text)
        { PromptHash = Settings.TranscriptionPrompt.Hash, MaxText = MaxText(turn) };

    // In proportion to the audio, with some for a short turn. One that has no known length has no limit.
    private int? MaxText(Turn turn) => turn.Speech is { EndMs: not null } speech
        ? (int)Math.Min(1_000_000, 400 + Settings.MaxCharactersPerSecond * speech.Length.TotalSeconds) : null;

    private Step Asr(ItemId item, AsrTranscript transcript, TimeSpan now)
    {
        if (OpenTurn(item) is { } open)
        {
            return open.Asr is not { } early || early.Status == ResultStatus.TimedOut || IsCorrected(early, transcript)
                ? Settle(open with { Asr = transcript with { LatencyMs = Since(open, now) } }) : Stay(this);
        }
        if (PublishedTurn(item) is { } told)
        {
            return told.Asr is { } before && (before.Status == ResultStatus.TimedOut || IsCorrected(before, transcript))
                ? Amended(told with { Asr = transcript with { LatencyMs = Since(told, now) } }) : Stay(this);
        }
        // A server may transcribe an item before it sends committed for it.
        var keeps = Early.TryGetValue(item, out var known) ? IsCorrected(known, transcript) : Early.Count < Remembered;
        return Stay(keeps ? this with { Early = Early.SetItem(item, transcript with { LatencyMs = 0 }) } : this);
    }

    // A server may report a failure, try again, and charge the transcript that it has then.
    private static bool IsCorrected(AsrTranscript before, AsrTranscript now) =>
        before.Status == ResultStatus.Failed && now.Status is ResultStatus.Completed or ResultStatus.Empty;

    private Step End(Func<Turn, bool> overdue, AsrTranscript transcript) =>
        (this with { Open = Open.ConvertAll(
            turn => turn.Asr is null && overdue(turn) ? turn with { Asr = transcript } : turn) }).PublishJoined();

    private Step Settle(Turn turn) =>
        (this with { Open = Open.SetItem(Open.IndexOf(turn.Item, static known => known.Item), turn) }).PublishJoined();

    // Publishes joined turns from the oldest on, up to the first that is still open.
    private Step PublishJoined()
    {
        if (IsSuspended) return Stay(this);
        if (Settings.Hearing.OnSuspect == SuspectPolicy.Retry
            && Open.FirstOrDefault(turn => turn is { IsJoined: true, Suspect: null } && IsSuspect(turn)) is { } suspect)
        {
            var again = this with { Open = Open.SetItem(Open.IndexOf(suspect), suspect with { Oob = null, Suspect = suspect.Oob }) };
            var rest = again.PublishJoined();
            return rest with { Decisions = rest.Decisions.Insert(0, new TurnDecision.Transcribe(Question(suspect), Again: true)) };
        }
        var count = 0;
        while (count < Open.Length && Open[count].IsJoined) count++;
        if (count == 0) return Stay(this);
        var joined = Open[..count];

        // If nothing can amend a turn, only its id and number are kept.
        var told = Published;
        foreach (var turn in joined) told = told.Add(turn.MayBeAmended ? turn : turn with { Oob = null, Asr = null });
        var next = this with { Open = Open[count..], Published = told.Forget(Math.Max(0, told.Count - Remembered)) };
        return new(next, [.. joined.Select(Publish)]);
    }

    private Step Amended(Turn turn)
    {
        var next = this with { Published = Published.Set(Published.IndexOf(turn.Item, static known => known.Item), turn) };
        var (record, disputes) = Record(turn);
        return new(next, [new TurnDecision.Amend(new TurnAmended(record), disputes)]);
    }

    private (TurnJoined Record, ImmutableArray<Dispute> Disputes) Record(Turn turn)
    {
        var (oob, asr, hearing) = (turn.Oob!, turn.Asr!, TurnHearing.Of(WitnessesOf(turn), Settings.Hearing));
        List<string> flags = [];
        if (HasAudioNotReported(turn)) flags.Add(TurnFlags.UsageWithoutAudio);
        if (oob.Status is ResultStatus.Incomplete or ResultStatus.Cancelled or ResultStatus.Failed && oob.Text is not null)
            flags.Add(TurnFlags.PartialText);
        if (turn.IsUncommitted) flags.Add(TurnFlags.NotCommitted);
        flags.AddRange(hearing.Flags);
        if (turn.Suspect is not null) flags.Add(TurnFlags.TranscribedAgain);
        var record = new TurnJoined(
            Session, turn.Number.Value, turn.Item, turn.Source.ToString().ToLowerInvariant(), turn.Speech?.StartMs, turn.Speech?.EndMs, oob,
            asr, hearing.Agreement, flags)
        {
            Entities = hearing.Entities, Verdict = hearing.Verdict, Reasons = hearing.Reasons, Confidence = hearing.Confidence,
            Words = turn.Keys?.Text ?? hearing.Words,
        };
        return (record, hearing.Disputes);
    }

    private TurnDecision Publish(Turn turn)
    {
        var (record, disputes) = Record(turn);
        return new TurnDecision.Publish(record, disputes);
    }

    private bool IsSuspect(Turn turn) =>
        TranscriptSuspicion.Flags(WitnessesOf(turn), Settings.Hearing).Any(flag => !TranscriptSuspicion.IsOfAsr(flag));

    private Witnesses WitnessesOf(Turn turn) => new(
        turn.Oob!, turn.Asr!, turn.Speech is { EndMs: not null } speech ? speech.Length : null, turn.Speech?.Loudest, Said,
        Settings.TranscriptionPrompt.Text);

    // docs/protocol.md 7.3: requests that reference items report no audio tokens although the model heard the audio.
    // A failed response reports zeros because it did nothing.
    private static bool HasAudioNotReported(Turn turn) =>
        Usage.Read(turn.Oob?.Usage, Modality.Text) is Usage.Tokens { AudioIn: 0, TextIn: > 0 };

    private OutOfBandTranscript Of(OutOfBandResult r, Turn turn, TimeSpan now) =>
        new(r.Status, r.Text, r.ResponseId, r.Context, r.Attempts, r.Status is ResultStatus.Disabled ? null : Since(turn, now), r.Usage,
        r.CostUsd, r.Error, r.Request.PromptHash);

    private AsrTranscript Completed(AsrCompleted a)
    {
        var text = a.Transcript.Trim();
        return Transcript(text.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, null) with
        {
            Text = text.Length == 0 ? null : text,
            Usage = a.Usage,
            CostUsd = Settings.AsrModel is { } model ? Prices.Cost(model, Usage.Read(a.Usage, Modality.Audio)) : null,
        };
    }

    private AsrTranscript Transcript(ResultStatus status, string? error) =>
        new(status, null, Settings.AsrModel, null, null, status is ResultStatus.Failed or ResultStatus.TimedOut ? 0m : null, error);

    private TurnJoin Heard(ItemId item, Speech speech, TimeSpan until) =>
        Speaking.Count < Remembered || Speaking.ContainsKey(item)
        ? this with { Speaking = Speaking.SetItem(item, new Utterance(speech, until)) }
        : this;

    // There is one caller: where speech begins anew, earlier speech is over even if its end was lost.
    private TurnJoin Over(TimeSpan now) => Speaking.IsEmpty || Speaking.Values.All(said => said.Until <= now + CommitWithin) ? this
        : this with { Speaking = Speaking.ToImmutableDictionary(
            said => said.Key,
            said => said.Value with { Until = said.Value.Until < now + CommitWithin ? said.Value.Until : now + CommitWithin }) };

    private TurnJoin Forget(ItemId item, Speech speech) => this with
    {
        Speaking = Speaking.Remove(item),
        Uncommitted = (Uncommitted.Count < Remembered ? Uncommitted : Uncommitted.Clear()).SetItem(item, speech),
    };

    // Where the audio of a turn begins at the earliest: behind the last item if the server's time is impossible.
    private long AudioFrom(Speech speech) => speech.IsEstimated ? Math.Min(HeardTo, speech.StartMs) : speech.StartMs;

    private Step Warned(bool isEstimated) => !isEstimated || HasWarned ? Stay(this) : new(
        this with { HasWarned = true },
        [new TurnDecision.Warn(new Notice(NoticeLevel.Warning, "audio_times_replaced",
            "The server reports speech at times outside the audio that was sent; the times of turns are estimated."))]);

    private static long Since(Turn turn, TimeSpan now) => (long)(now - turn.CommittedAt).TotalMilliseconds;

    private static Step Stay(TurnJoin next) => new(next, []);
}
