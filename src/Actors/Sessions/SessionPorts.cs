using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;

namespace RealtimeAkka.Actors.Sessions;

// The interfaces to the outside. The host has an adapter for each; tests have their own.

/// <summary>The outside interfaces of one session, and the clock that gives its rules the time.</summary>
public sealed record SessionPorts(IAudioSource Source, ISpeaker Speaker, IRealtimeConnector Connector, IReadOnlyList<IRecordSink> Sinks,
    TimeProvider Clock)
{
    /// <summary>Ends a turn if the server detects no turns; null: a pause ends it.</summary>
    public IPushToTalkKey? Key { get; init; }

    /// <summary>The keys of the caller's telephone; null: there is none.</summary>
    public IKeypad? Keypad { get; init; }

    /// <summary>Records the audio sent; null: no recording.</summary>
    public IAudioRecorder? Recorder { get; init; }

    /// <summary>Is told how much waits in the queues of the session.</summary>
    public QueueDepths Depths { get; init; } = new();

    /// <summary>Is told what the session spends; null: nobody shares its budget.</summary>
    public ISpending? Spending { get; init; }

    /// <summary>Shows what happens between the records; null: nobody looks.</summary>
    public ISessionDisplay? Display { get; init; }
}
