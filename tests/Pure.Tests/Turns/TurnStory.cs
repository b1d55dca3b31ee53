using RealtimeAkka.Actors.Stations;
using System.Text;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>A conversation passed to <see cref="TurnJoin"/>, and its decisions as text, in order.</summary>
internal sealed class TurnStory(TurnSettings settings, PriceList prices)
{
    public static readonly TurnSettings Settings = new(
        "gpt-4o-transcribe", AsrTimeout: Seconds(15), Transcribe: true, Prompt.Of("Write down what was said."), Settle: Seconds(1),
        Drain: Seconds(20), ManualAnswers: false);

    private readonly List<string> _decided = [];
    private TimeSpan _now;

    public TurnStory() : this(Settings, Shipped.Prices)
    {
    }

    public TurnJoin Join { get; private set; } = new(settings, "s-1", prices);

    public List<TurnRecord> Records { get; } = [];

    public TurnStory At(double seconds)
    {
        _now = Seconds(seconds);
        return Take(Join.OnTime(_now));
    }

    public TurnStory Hears(params ServerEvent[] events)
    {
        foreach (var e in events) Take(Join.On(e, _now));
        return this;
    }

    /// <summary>The model's transcript of an item arrives.</summary>
    public TurnStory Transcribed(string item, string? text, ResultStatus status = ResultStatus.Completed, string? error = null,
        string? usage = null) =>
        Take(Join.On(
            new OutOfBandResult(
                new OutOfBandRequest(OutOfBandRequest.Transcription, default, new ItemId(item), ""), status, text, new ResponseId("r"),
                "full", 1,
                usage is null ? null : RawJson.Parse(usage), 0.001m, error),
            _now));

    /// <summary>The maximum loudness of an item's audio when it was sent.</summary>
    public TurnStory Sounded(string item, double loudest)
    {
        Join = Join.Heard(new ItemId(item), loudest);
        return this;
    }

    public TurnStory Disconnects() => Take(Join.Disconnected());

    /// <summary>The connection is gone for good, and nobody expected it.</summary>
    public TurnStory IsLost() => Take(Join.Lost(_now));

    /// <summary>The connection breaks, and another one will follow.</summary>
    public TurnStory Holds()
    {
        Join = Join.Suspend();
        return this;
    }

    public TurnStory Resumes(long atMs) => Take(Join.Resume(atMs));

    public TurnStory Commits(long atMs)
    {
        Join = Join.ManualCommit(atMs);
        return this;
    }

    public TurnStory Needs(long beforeMs, bool quiet = false)
    {
        Assert.Equal(new AudioRetention(beforeMs, quiet), Join.Retention);
        return this;
    }

    /// <summary>Asserts all decisions since the last call.</summary>
    public TurnStory Decides(params string[] expected)
    {
        Assert.Equal(expected, _decided);
        _decided.Clear();
        return this;
    }

    private TurnStory Take(Step<TurnJoin, TurnDecision> step)
    {
        Join = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is TurnDecision.Publish { Record: var told }) Records.Add(told);
            if (decision is TurnDecision.Amend { Record: var amended }) Records.Add(amended);
            _decided.Add(Words(decision));
        }
        return this;
    }

    private static string Words(TurnDecision decision) => decision switch
    {
        TurnDecision.Transcribe { Request: var r, Again: var again } => $"ask {r.Turn.Value} {r.Item}{(again ? " again" : "")}",
        TurnDecision.Publish { Record: var r } => $"tell {Words(r)}",
        TurnDecision.Amend { Record: var r } => $"amend {Words(r)}",
        _ => decision.ToString()!,
    };

    private static string Words(TurnRecord r) =>
        $"{r.Turn} {r.ItemId}: {Words(r.Oob.Status, r.Oob.Text, r.Oob.Error)} | {Words(r.Asr.Status, r.Asr.Text, r.Asr.Error)}";

    private static string Words(ResultStatus status, string? text, string? error) =>
        new StringBuilder(status == ResultStatus.Completed ? "" : $"<{status}{(error is null ? "" : $" {error}")}>").Append(text)
        .ToString();
}
