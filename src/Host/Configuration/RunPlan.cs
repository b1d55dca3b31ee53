using RealtimeAkka.Actors;
using RealtimeAkka.Protocol.Records;
using Serilog.Events;

namespace RealtimeAkka.Host.Configuration;

/// <summary>Everything a run needs, decided and checked before anything is started.</summary>
/// <param name="Config">What was read, with origins, for <c>check</c> and <c>config.json</c>.</param>
/// <param name="Session">What the actors get.</param>
/// <param name="Endpoint">Null: the built-in simulator.</param>
/// <param name="Input">Where the sound comes from.</param>
/// <param name="Output">Where the voice goes.</param>
/// <param name="Devices">How sound devices are used.</param>
/// <param name="Data">Where records are kept.</param>
/// <param name="Connection">Keep-alive of the WebSocket.</param>
/// <param name="Logging">How much is logged where.</param>
/// <param name="Notices">What a person should know from the start.</param>
public sealed record RunPlan(
    StrictConfig Config, SessionSettings Session, Endpoint? Endpoint, InputPlan Input, OutputPlan Output, DevicePlan Devices, DataPlan Data,
    ConnectionPlan Connection, LoggingPlan Logging, IReadOnlyList<Notice> Notices)
{
    /// <summary>The actor system's own settings, HOCON.</summary>
    public required string Akka { get; init; }
}

/// <summary>Where the sound comes from.</summary>
public abstract record InputPlan
{
    private InputPlan() { }

    /// <summary>The sample call that comes with the program, and the scenario that goes with it.</summary>
    public sealed record Sample(string WavPath, string ScenarioPath) : InputPlan;

    /// <summary>A WAV file.</summary>
    public sealed record WavFile(string Path) : InputPlan;

    /// <summary>Raw PCM16 mono 24 kHz on stdin.</summary>
    public sealed record Stdin : InputPlan;

    /// <summary>A microphone: an index, a part of its name, or <c>default</c>.</summary>
    public sealed record Microphone(string Device) : InputPlan;
}

/// <summary>Where the voice goes.</summary>
public abstract record OutputPlan
{
    private OutputPlan() { }

    /// <summary>Into nothing, this many times as fast as it would be heard.</summary>
    public sealed record Nothing(double Speed) : OutputPlan;

    /// <summary>Into a WAV file, this many times as fast as it would be heard.</summary>
    public sealed record WavFile(string Path, double Speed) : OutputPlan;

    /// <summary>
    /// To a loudspeaker: an index, a part of its name, or <c>default</c>. Nobody asked for it unless <paramref name="Required"/>:
    /// then a machine without one plays into nothing.
    /// </summary>
    public sealed record Speaker(string Device, bool Required) : OutputPlan;
}

/// <summary>How sound devices are used.</summary>
/// <param name="Frozen">A device that does nothing for so long is taken for gone.</param>
/// <param name="OutputLatency">Sound that a loudspeaker shall hold.</param>
/// <param name="OwnFormat">Open them with their own format even where they take 24 kHz mono.</param>
public sealed record DevicePlan(TimeSpan Frozen, TimeSpan OutputLatency, bool OwnFormat);

/// <summary>Where records are kept.</summary>
/// <param name="Directory">Holds one folder per session; null records nothing.</param>
/// <param name="RecordWire">Also keep every event.</param>
/// <param name="RecordAudio">Also keep what was sent and what was heard; with the wire, the sound in its events too.</param>
public sealed record DataPlan(string? Directory, bool RecordWire, bool RecordAudio);

/// <summary>Keep-alive of the WebSocket.</summary>
public sealed record ConnectionPlan(TimeSpan KeepAlive, TimeSpan KeepAliveTimeout);

/// <summary>The least important event that is still logged.</summary>
public sealed record LoggingPlan(LogEventLevel Console, LogEventLevel File)
{
    /// <summary>The least important event that goes anywhere; without a session folder only the console counts.</summary>
    public LogEventLevel Least(bool isRecorded) => isRecorded && File < Console ? File : Console;
}
