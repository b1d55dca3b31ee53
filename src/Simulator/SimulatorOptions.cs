using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator;

/// <summary>What a simulator listens on, plays and remembers.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What the turns say and what goes wrong; null answers any audio with simulated texts.</summary>
    public Scenario? Scenario { get; init; }

    /// <summary>The clock of every delay and limit, except the WebSocket's own keep-alive.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What each connection's log keeps. A server that runs for days keeps nothing.</summary>
    public WireLogging Log { get; init; } = WireLogging.Events;

    /// <summary>WebSocket PING interval (docs/protocol.md 2.3).</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(20);
}
