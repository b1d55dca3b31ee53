using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator;

/// <summary>Port, scenario, clock and logging of a simulator.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Loopback port; 0 selects a free one.</summary>
    public int Port { get; init; }

    /// <summary>Content of the turns and faults; null answers any audio with simulated texts.</summary>
    public Scenario? Scenario { get; init; }

    /// <summary>The clock of every delay and limit except the WebSocket keep-alive.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What each connection's log keeps. Use <see cref="WireLogging.None"/> for a server that runs for days.</summary>
    public WireLogging Log { get; init; } = WireLogging.Events;

    /// <summary>WebSocket PING interval (docs/protocol.md 2.3).</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(20);
}
