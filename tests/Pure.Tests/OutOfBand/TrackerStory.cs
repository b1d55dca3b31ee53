using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

/// <summary>Inputs of <see cref="OutOfBandTracker"/>, and its decisions as text, in order.</summary>
internal sealed class TrackerStory
{
    public static readonly OutOfBandSettings Settings = new(
        new ContextScope.Full(), MaxInFlight: 4, Queue: 64, Retries: 1, AnswerWithin: Seconds(5), Timeout: Seconds(15),
        LateWithin: Seconds(60));

    private readonly List<string> _decided = [];
    private TimeSpan _now;
    private bool _stuck;

    public TrackerStory(OutOfBandSettings? settings = null)
    {
        Tracker = new OutOfBandTracker(settings ?? Settings, Shipped.Prices, "gpt-realtime");
        Take(Tracker.Opened(_now));
    }

    public OutOfBandTracker Tracker { get; private set; }

    public List<ClientEvent> Sent { get; } = [];

    public List<OutOfBandResult> Results { get; } = [];

    /// <summary>Advances time, with a timer at every due time of the tracker.</summary>
    public TrackerStory At(double seconds)
    {
        var until = Seconds(seconds);
        while (Tracker.NextDue(_now) is { } due && due <= until)
        {
            Assert.True(due > _now, "a moment in the past");
            _now = due;
            Take(Tracker.OnTime(_now));
        }
        _now = until;
        return this;
    }

    public TrackerStory Hears(params ServerEvent[] events)
    {
        foreach (var e in events) Take(Tracker.On(e, _now));
        return this;
    }

    public TrackerStory Asks(int turn, string item, string task = OutOfBandRequest.Transcription, bool again = false,
        Func<OutOfBandRequest, OutOfBandRequest>? with = null)
    {
        var request = new OutOfBandRequest(task, new TurnNumber(turn), new ItemId(item), "Write down what was said.");
        return Take(Tracker.Ask(with?.Invoke(request) ?? request, _now, again));
    }

    /// <summary>A turn's events and the request for its transcript.</summary>
    public TrackerStory Turn(int turn) => Hears(Committed($"i{turn}")).Asks(turn, $"i{turn}").Hears(Added($"i{turn}"));

    /// <summary>Requests are no longer reported as sent, until <see cref="Leaves"/>.</summary>
    public TrackerStory Stuck()
    {
        _stuck = true;
        return this;
    }

    public TrackerStory Leaves(string request) => Take(Tracker.Left(new EventId(request), _now));

    public TrackerStory Limits(ContextScope? scope) => Take(Tracker.Limit(scope, _now));

    public TrackerStory Disconnects() => Take(Tracker.Disconnected(_now));

    public TrackerStory Loses() => Take(Tracker.Lost(_now));

    public TrackerStory Opens() => Take(Tracker.Opened(_now));

    /// <summary>Asserts all decisions since the last call.</summary>
    public TrackerStory Decides(params string[] expected)
    {
        Assert.Equal(expected, _decided);
        _decided.Clear();
        return this;
    }

    private TrackerStory Take(Step<OutOfBandTracker, OutOfBandDecision> step)
    {
        Tracker = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is OutOfBandDecision.Send { Event: var e })
            {
                Sent.Add(e);
                if (!_stuck && e.EventId is { } id) Tracker = Tracker.Left(id, _now).Next;
            }
            if (decision is OutOfBandDecision.Report { Result: var result }) Results.Add(result);
            _decided.Add(Words(decision));
        }
        return this;
    }

    private static string Words(OutOfBandDecision decision) => decision switch
    {
        OutOfBandDecision.Send { Event: CreateResponse { Response: { } r, EventId: var id } }
            => $"send {id} of {(r.Input is null ? "all" : string.Join("+", r.Input.Select(i => i.Id)))}",
        OutOfBandDecision.Send { Event: CancelResponse c } => $"cancel {c.ResponseId}",
        OutOfBandDecision.Report { Result: var r }
            => $"report {r.Request.Turn.Value} {r.Status}{(r.Text is null ? "" : $" '{r.Text}'")}{(r.Error is null ? "" : $" {r.Error}")}",
        OutOfBandDecision.Retry r => $"retry {r.Request.Turn.Value} {r.Reason}",
        _ => decision.ToString()!,
    };
}
