using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

// One immutable record per station, made once by the host from configuration; actors never see HOCON.

/// <summary>
/// All settings of a session; <c>Notices</c> are published first. Contains no secret: only the connector has the key.
/// </summary>
public sealed record SessionSettings(
    SessionFacts Facts, MicSettings Mic, SocketSettings Socket, TurnSettings Turns, OutOfBandSettings OutOfBand,
    PlaybackSettings Playback, LedgerSettings Ledger, SinkSettings Sinks, EndSettings End, IReadOnlyList<Notice> Notices)
{
    /// <summary>The tasks that run on the turns, beside the conversation.</summary>
    public TasksSettings Tasks { get; init; } = TasksSettings.None;

    /// <summary>The tools that the spoken agent may call.</summary>
    public ToolsSettings Tools { get; init; } = ToolsSettings.None;

    /// <summary>These settings for a session whose sound is coded in this way, on the wire and at its source and speaker.</summary>
    public SessionSettings WithFormat(SoundFormat format) => this with
    {
        Facts = Facts with { Format = format },
        Mic = Mic with { Format = format },
        Socket = Socket with { Session = Socket.Session.WithFormat(format) },
        Playback = Playback with { Format = format },
    };
}
