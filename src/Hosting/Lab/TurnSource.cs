using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>
/// The turns of a session as its microphone. A turn begins only when all is known about the one before: until then nobody speaks, so a
/// request about the newest turn can mean no other one, and no answer waits behind another turn's.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="mayBegin">Whether a turn, counted from 1, may begin; completes when it is decided.</param>
internal sealed class TurnSource(LabSession session, Func<int, Task<bool>> mayBegin) : IPullAudioSource, IDisposable
{
    private readonly Recording _recording = new(session.Call.Path);
    private int _turn;
    private long _left; // bytes of the turn

    /// <inheritdoc/>
    public bool EndsTurn => _turn > 0 && _left == 0;

    /// <summary>The sound of the turns before the session; to be read first.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadEarlierAsync()
    {
        List<ReadOnlyMemory<byte>> earlier = [];
        foreach (var turn in session.Call.Turns.Take(session.First - 1))
            earlier.Add(await _recording.ReadAsync(turn.Span).ConfigureAwait(false));
        return earlier;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        if (_left == 0)
        {
            if (_turn == session.Count || !await mayBegin(_turn + 1).WaitAsync(cancellation).ConfigureAwait(false)) return 0;
            var span = session.Call.Turns[session.First + _turn - 1].Span;
            await _recording.SkipToAsync(span.From).ConfigureAwait(false);
            (_turn, _left) = (_turn + 1, (span.To - span.From) * Pcm.BytesPerSample);
        }
        var bytes = await _recording.ReadAsync(frame[..(int)Math.Min(frame.Length, _left)]).ConfigureAwait(false);
        if (bytes == 0) throw new EndOfStreamException($"{session.Call.Name} has become shorter");
        _left -= bytes;
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _recording.Dispose();
}
