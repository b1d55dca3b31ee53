using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Histories;

/// <summary>What lives through a history: the pure core alone, or the actors around it.</summary>
internal interface IMachine
{
    /// <summary>Turns that are committed and not told.</summary>
    int OpenTurns { get; }

    /// <summary>What is decided leaves at that moment. Where not, it may wait for the line, and a newer turn may overtake it there; it is void then.</summary>
    bool SendsAtOnce { get; }

    /// <summary>Sound before this is not needed again, in ms on the session's sound clock; the next connection hears it from here on.</summary>
    long SoundFromMs { get; }

    /// <summary>What all of it has cost.</summary>
    LedgerMessages.Totals Bill { get; }

    /// <summary>A connection is open.</summary>
    void Connect();

    /// <summary>It is gone, and another will come.</summary>
    void Disconnect();

    /// <summary>An event comes in.</summary>
    void Receive(ServerEvent e);

    /// <summary>An event of ours has left for the wire.</summary>
    void Left(ClientEvent e);

    /// <summary>The budget allows only this; null: no requests.</summary>
    void Limit(ContextScope? scope);

    /// <summary>Time passes; the number of timers that fired, where that is known.</summary>
    int Pass(TimeSpan by);
}
