using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.TestSupport;

/// <summary>The system under test in a history: the pure core alone, or the actors around it.</summary>
internal interface IMachine
{
    /// <summary>Number of turns that are committed and not published.</summary>
    int OpenTurns { get; }

    /// <summary>
    /// True: requests are sent when decided. False: they may wait for the connection, where a newer turn can overtake and void them.
    /// </summary>
    bool SendsAtOnce { get; }

    /// <summary>Audio before this is not needed again, in ms on the session's audio clock; the next connection starts here.</summary>
    long SoundFromMs { get; }

    /// <summary>The accumulated costs.</summary>
    LedgerMessages.Totals Bill { get; }

    /// <summary>Opens a connection.</summary>
    void Connect();

    /// <summary>Loses the connection; another one follows.</summary>
    void Disconnect();

    /// <summary>Receives a server event.</summary>
    void Receive(ServerEvent e);

    /// <summary>Reports a client event as sent.</summary>
    void Left(ClientEvent e);

    /// <summary>The maximum context that the budget allows; null: no requests.</summary>
    void Limit(ContextScope? scope);

    /// <summary>Advances time; returns the number of timers that fired, where known.</summary>
    int Pass(TimeSpan by);
}
