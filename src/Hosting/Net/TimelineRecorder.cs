using System.Text.Json;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// Records when connections are made and end, and when the input was spoken: what a replay needs besides the events on the wire.
/// </summary>
public sealed class TimelineRecorder : IAudioRecorder, IDisposable
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private readonly Lock _lock = new(); // connections and the microphone report on threads of their own
    private readonly LineFile _file;
    private readonly TimeProvider _clock;
    private readonly IAudioRecorder? _sounds;
    private readonly SoundFormat _format;
    private SentTimeline _input;
    private long _sentTo = -1;

    /// <summary>Creates the file. Sound is passed on to <paramref name="sounds"/>, if it is recorded.</summary>
    public TimelineRecorder(string path, SessionSettings session, TimeProvider clock, IAudioRecorder? sounds)
    {
        (_clock, _sounds, Start) = (clock, sounds, clock.GetTimestamp());
        _file = new LineFile(path);
        var facts = session.Facts;
        _format = facts.Format;
        Write(new TimelineEntry.Began(Version, facts.Id.Value, clock.GetUtcNow(), facts.Input, facts.Source, session.Mic.Realtime,
            _format == SoundFormat.Pcm16 ? null : _format.Name));
    }

    /// <summary>Why a line is missing; null: none is.</summary>
    public string? Failure { get; private set; }

    /// <summary>The timestamp of <c>t</c> = 0.</summary>
    public long Start { get; }

    /// <summary>A connection is attempted; they are numbered from 1.</summary>
    public void Connecting(int connection) => Write(new TimelineEntry.Connecting(connection));

    /// <summary>This connection is open.</summary>
    public void Connected(int connection) => Write(new TimelineEntry.Connected(connection));

    /// <summary>We close this connection.</summary>
    public void Closing(int connection) => Write(new TimelineEntry.Closing(connection));

    /// <summary>This connection has ended, or could not be made.</summary>
    public void Ended(int connection, ConnectionEnd end) => Write(TimelineEntry.Ended.Of(connection, end));

    /// <inheritdoc/>
    public void Begin(TimeSpan now)
    {
        _input = _input.Open(now);
        _sounds?.Begin(now);
        Spoken(0, now);
    }

    /// <inheritdoc/>
    public void Sent(ReadOnlyMemory<byte> sound, TimeSpan? at, long place)
    {
        _sounds?.Sent(sound, at, place);
        if (place < _sentTo) return;
        _sentTo = place + sound.Length;
        (_input, var begins) = _input.Add(_format.Duration(sound.Length), at);
        if (begins is not null) Spoken(place, at!.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Spoken(long place, TimeSpan at) =>
        Write(new TimelineEntry.Spoken(place, Seconds(at - _clock.GetElapsedTime(0, Start))));

    private void Write(TimelineEntry entry)
    {
        lock (_lock)
        {
            var timed = entry with { T = Seconds(_clock.GetElapsedTime(Start)) };
            try
            {
                _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(timed, TimelineJson.Default.TimelineEntry), (byte)'\n']);
            }
            catch (IOException e)
            {
                Failure = e.Message; // the session goes on
            }
            catch (ObjectDisposedException)
            {
                // A connection that was given up may end after the recording.
            }
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 6);
}
