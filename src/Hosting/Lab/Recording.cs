using System.Collections.Immutable;
using System.Security.Cryptography;
using RealtimeAkka.Audio;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>What ends a turn in a recording, as configured for <c>server_vad</c>.</summary>
internal readonly record struct PauseRules(double Threshold, TimeSpan Silence, TimeSpan Padding);

/// <summary>A WAV file of a golden set, read from its beginning on.</summary>
internal sealed class Recording : IDisposable
{
    // An hour, and what one event of the protocol can hold of a turn (docs/protocol.md 4.1: 15 MiB of base64).
    private const long MaxSamples = 3600L * Pcm.SampleRate, MaxTurn = 200L * Pcm.SampleRate;

    // A recording of one turn may have pauses in which people think; those between the turns of a call are longer.
    private static readonly TimeSpan AlonePause = TimeSpan.FromSeconds(1.2);

    private readonly byte[] _skipped = new byte[64 * 1024];
    private readonly WavSource _wav;
    private long _sample;

    /// <summary>Opens the file. Throws as <see cref="WavSource.Open"/> does.</summary>
    public Recording(string path) => _wav = WavSource.Open(path, SoundFormat.Pcm16);

    /// <summary>
    /// Cuts the recording of <paramref name="golden"/> into turns by <paramref name="rules"/>. Throws <see cref="FormatException"/> with
    /// one sentence if it has other turns than the golden set describes, or cannot be read.
    /// </summary>
    public static async Task<LabCall> CutAsync(IReadOnlyCollection<GoldenTurn> golden, PauseRules rules)
    {
        var (name, path) = (golden.First().Name, golden.First().Audio);
        var isAlone = golden is { Count: 1 } && golden.First().Turn == 1;
        var pause = isAlone && rules.Silence < AlonePause ? AlonePause : rules.Silence;
        var cutter = new TurnCutter(rules.Threshold, Samples(pause), Samples(rules.Silence), Samples(rules.Padding));
        try
        {
            var (spans, samples) = await SpansAsync(path, cutter).ConfigureAwait(false);
            // A recording in which nobody speaks is one turn without words.
            if (spans.IsEmpty && samples > 0 && isAlone && golden.First().Reference.Length == 0) spans = [new(0, samples)];
            var problem = samples > MaxSamples ? $"{name} is longer than an hour"
                : LabCall.Mismatch(name, spans.Length, golden.Select(turn => turn.Turn))
                ?? (spans.Any(span => span.To - span.From > MaxTurn) ? $"{name} has a turn of more than {MaxTurn / Pcm.SampleRate} s"
                    : null);
            if (problem is not null) throw new FormatException(problem);
            var turns = await HashedAsync(path, spans).ConfigureAwait(false);
            return new LabCall(name, path, turns, golden.ToImmutableDictionary(turn => turn.Turn));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FormatException($"{name} cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>The sound of a turn, PCM16 mono 24 kHz; null: it cannot be read any more.</summary>
    public static ReadOnlyMemory<byte>? SoundOf(LabCall call, int turn)
    {
        try
        {
            using var recording = new Recording(call.Path);
            return recording.ReadAsync(call.Turns[turn - 1].Span).GetAwaiter().GetResult(); // a file is read at once
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Skips to a sample behind all that was read.</summary>
    public async Task SkipToAsync(long sample)
    {
        while (_sample < sample)
        {
            var wanted = (int)Math.Min(_skipped.Length, (sample - _sample) * Pcm.BytesPerSample);
            if (await ReadAsync(_skipped.AsMemory(0, wanted)).ConfigureAwait(false) == 0)
                throw new EndOfStreamException("it has become shorter");
        }
    }

    /// <summary>Reads PCM16 mono 24 kHz; fewer bytes than asked for only at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> pcm)
    {
        var bytes = await _wav.ReadAsync(pcm, CancellationToken.None).ConfigureAwait(false);
        _sample += bytes / Pcm.BytesPerSample;
        return bytes;
    }

    /// <summary>The sound of a turn, which begins behind all that was read.</summary>
    public async Task<byte[]> ReadAsync(TurnSpan span)
    {
        await SkipToAsync(span.From).ConfigureAwait(false);
        var pcm = new byte[(span.To - span.From) * Pcm.BytesPerSample];
        return await ReadAsync(pcm).ConfigureAwait(false) == pcm.Length ? pcm : throw new EndOfStreamException("it has become shorter");
    }

    /// <inheritdoc/>
    public void Dispose() => _wav.Dispose();

    private static long Samples(TimeSpan time) => Pcm.Bytes(time) / Pcm.BytesPerSample;

    private static async Task<(ImmutableArray<TurnSpan> Spans, long Samples)> SpansAsync(string path, TurnCutter cutter)
    {
        const int Window = TurnCutter.Window * Pcm.BytesPerSample;
        using var recording = new Recording(path);
        var block = new byte[64 * Window];
        int bytes;
        while ((bytes = await recording.ReadAsync(block).ConfigureAwait(false)) > 0 && recording._sample <= MaxSamples)
        {
            for (var at = 0; at < bytes; at += Window) cutter.Add(Pcm.Rms(block.AsSpan(at, Math.Min(Window, bytes - at))));
        }
        return (cutter.Finish(recording._sample), recording._sample);
    }

    private static async Task<ImmutableArray<CutTurn>> HashedAsync(string path, ImmutableArray<TurnSpan> spans)
    {
        using var recording = new Recording(path);
        var turns = ImmutableArray.CreateBuilder<CutTurn>(spans.Length);
        foreach (var span in spans)
            turns.Add(new(span, Convert.ToHexStringLower(SHA256.HashData(await recording.ReadAsync(span).ConfigureAwait(false)))));
        return turns.MoveToImmutable();
    }
}
