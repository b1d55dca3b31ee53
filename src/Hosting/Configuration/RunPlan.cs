using System.Collections.Immutable;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Browser;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol.Records;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Everything a run needs, read and checked before anything is started.</summary>
/// <param name="Config">The values with their origins, for <c>check</c> and <c>config.json</c>.</param>
/// <param name="Session">The settings of the actors.</param>
/// <param name="Endpoint">Null: the built-in simulator.</param>
/// <param name="Input">The audio source.</param>
/// <param name="Output">The target of the assistant's voice.</param>
/// <param name="Devices">How audio devices are used.</param>
/// <param name="Data">Where records are kept.</param>
/// <param name="Connection">Keep-alive of the WebSocket.</param>
/// <param name="Logging">The log levels.</param>
/// <param name="Notices">Notices to show at the start.</param>
public sealed record RunPlan(
    StrictConfig Config, SessionSettings Session, Endpoint? Endpoint, InputPlan Input, OutputPlan Output, DeviceSettings Devices,
    DataPlan Data,
    ConnectionPlan Connection, LoggingPlan Logging, IReadOnlyList<Notice> Notices)
{
    /// <summary>The settings of the actor system, as HOCON.</summary>
    public required string Akka { get; init; }

    /// <summary>How <c>serve</c> serves.</summary>
    public required ServePlan Serve { get; init; }

    /// <summary>Whom the calls of <c>serve</c> belong to.</summary>
    public required TenantPlan Tenant { get; init; }

    /// <summary>How <c>serve</c> is a node of a cluster; null: it is alone.</summary>
    public required ClusterPlan? Cluster { get; init; }

    /// <summary>How <c>lab</c> works.</summary>
    public required LabPlan Lab { get; init; }

    /// <summary>Where traces and metrics go.</summary>
    public required TelemetryPlan Telemetry { get; init; }

    /// <summary>Where records go besides the session's folder.</summary>
    public required StorePlan Store { get; init; }

    /// <summary>The program that prints a key, and its arguments; empty: none.</summary>
    public IReadOnlyList<string> KeyCommand { get; init; } = [];
}

/// <summary>The audio source.</summary>
public abstract record InputPlan
{
    private InputPlan() { }

    /// <summary>The sample call that is shipped with the program, and its scenario.</summary>
    public sealed record Sample(string WavPath, string ScenarioPath) : InputPlan;

    /// <summary>A WAV file.</summary>
    public sealed record WavFile(string Path) : InputPlan;

    /// <summary>Raw PCM16 mono 24 kHz on stdin.</summary>
    public sealed record Stdin : InputPlan;

    /// <summary>A microphone: an index, a part of its name, or <c>default</c>.</summary>
    public sealed record Microphone(string Device) : InputPlan;
}

/// <summary>The target of the assistant's voice.</summary>
public abstract record OutputPlan
{
    private OutputPlan() { }

    /// <summary>Discarded, at <paramref name="Speed"/> times real time.</summary>
    public sealed record Nothing(double Speed) : OutputPlan;

    /// <summary>A WAV file, written at <paramref name="Speed"/> times real time.</summary>
    public sealed record WavFile(string Path, double Speed) : OutputPlan;

    /// <summary>
    /// A loudspeaker: an index, a part of its name, or <c>default</c>. Unless it is <paramref name="Required"/>, a machine without one
    /// discards the voice.
    /// </summary>
    public sealed record Speaker(string Device, bool Required) : OutputPlan;
}

/// <summary>Where records are kept.</summary>
/// <param name="Directory">Holds one folder per session; null records nothing.</param>
/// <param name="RecordWire">Also keep every event.</param>
/// <param name="RecordAudio">Also keep the audio sent and heard; with <paramref name="RecordWire"/>, events keep their audio too.</param>
public sealed record DataPlan(string? Directory, bool RecordWire, bool RecordAudio);

/// <summary>Where records go besides the session's folder.</summary>
/// <param name="IsPostgres">They are copied to PostgreSQL.</param>
/// <param name="Keep">How long a session stays there after its start; null: for ever.</param>
public sealed record StorePlan(bool IsPostgres, TimeSpan? Keep);

/// <summary>How <c>serve</c> serves.</summary>
/// <param name="Limits">How many calls at once, and how many may start per second.</param>
/// <param name="Drain">How long open calls may go on once the process is asked to end.</param>
/// <param name="Inputs">The folder whose WAV files may be played as calls; null: none may.</param>
/// <param name="Origins">Origins besides its own whose pages may use the server.</param>
/// <param name="RecordAddress">The caller's address is recorded.</param>
/// <param name="Browser">Calls from browsers.</param>
/// <param name="Telephone">Calls from telephone carriers.</param>
/// <param name="Keys">How the keys of telephones are collected.</param>
/// <param name="Farewell">How calls from telephones end that the program ends.</param>
/// <param name="BargeIn">In calls from browsers and telephones, which cancel echo, the caller may speak over the assistant.</param>
public sealed record ServePlan(
    CallLimits Limits, TimeSpan Drain, string? Inputs, IReadOnlyList<string> Origins, bool RecordAddress,
    BrowserSettings Browser, TelephoneSettings Telephone, KeySettings Keys, FarewellSettings Farewell,
    bool BargeIn);

/// <summary>How <c>lab</c> works.</summary>
/// <param name="Sessions">Sessions side by side.</param>
/// <param name="Cache">Where answers are kept; null: in the golden set.</param>
public sealed record LabPlan(int Sessions, string? Cache);

/// <summary>Keep-alive of the WebSocket.</summary>
public sealed record ConnectionPlan(TimeSpan KeepAlive, TimeSpan KeepAliveTimeout);

/// <summary>The minimum log levels.</summary>
public sealed record LoggingPlan(LogEventLevel Console, LogEventLevel File)
{
    /// <summary>Other levels in the file, by station.</summary>
    public ImmutableDictionary<string, LogEventLevel> Actors { get; init; } = ImmutableDictionary<string, LogEventLevel>.Empty;

    /// <summary>The lowest of all levels; without a session folder only the console's counts.</summary>
    public LogEventLevel Min(bool isRecorded) => isRecorded ? Actors.Values.Append(File).Append(Console).Min() : Console;

    /// <summary>Whether the file has an entry of this level by an actor: a station, or a child of one.</summary>
    public bool IsFiled(string actor, LogEventLevel level) => level >= Actors.GetValueOrDefault(actor.Split('/', '-')[0], File);
}
