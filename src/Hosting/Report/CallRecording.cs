using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Report;

/// <summary>How a page plays a call.</summary>
public abstract record CallSound
{
    private CallSound()
    {
    }

    /// <summary>It does not.</summary>
    public sealed record None : CallSound;

    /// <summary>The sound is part of the page: the caller left, the assistant right.</summary>
    /// <param name="Wav">A WAV file.</param>
    public sealed record Embedded(byte[] Wav) : CallSound;

    /// <summary>The page plays files that lie beside it, all at once.</summary>
    /// <param name="Addresses">Relative addresses.</param>
    public sealed record Linked(ImmutableArray<string> Addresses) : CallSound;
}

/// <summary>The loudest sample of each part of a recording, 0 to 255.</summary>
/// <param name="PartMs">The length of a part.</param>
/// <param name="Caller">Of <c>input.wav</c>.</param>
/// <param name="Assistant">Of <c>output.wav</c>.</param>
public sealed record CallWave(double PartMs, ImmutableArray<byte> Caller, ImmutableArray<byte> Assistant);

/// <summary>The recorded sound of a call.</summary>
public sealed class CallRecording
{
    /// <summary>The sound that becomes part of a page, at most; 12 MiB are eight minutes.</summary>
    public const int MaxEmbedded = 12 * 1024 * 1024;

    // Speech: two channels of mu-law at half the rate of the session.
    private const int Rate = Pcm.SampleRate / 2;

    private readonly string _folder;
    private readonly int _part; // samples: an even number
    private readonly MemoryStream _mixed = new();
    private readonly List<byte> _caller = [], _assistant = [];
    private bool _fits = true;

    private CallRecording(string folder, double partMs) =>
        (_folder, _part) = (folder, Math.Max(2, (int)(partMs * Pcm.SampleRate / 1000) / 2 * 2));

    /// <summary>The recording in a session's folder, with its wave in parts of about this length; null: none can be read.</summary>
    public static CallRecording? Read(string folder, double partMs)
    {
        var recording = new CallRecording(folder, partMs);
        try
        {
            using var input = Open(folder, "input.wav");
            using var output = Open(folder, "output.wav");
            if (input is null && output is null) return null;
            recording.Read(input, output);
            return recording;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The loudness of both voices.</summary>
    public CallWave Wave => new(_part * 1000.0 / Pcm.SampleRate, [.. _caller], [.. _assistant]);

    /// <summary>It is short enough to become part of a page.</summary>
    public bool Fits => _fits;

    /// <summary>The sound as part of a page.</summary>
    public CallSound Embed() => new CallSound.Embedded([.. Header((int)_mixed.Length), .. _mixed.ToArray()]);

    /// <summary>The files, for a page in <paramref name="directory"/>.</summary>
    public CallSound Link(string directory) => new CallSound.Linked(
        [
            .. new[] { "input.wav", "output.wav" }.Select(name => Path.Combine(_folder, name)).Where(File.Exists)
                .Select(path => HtmlPage.Address(path, directory)),
        ]);

    private static WavSource? Open(string folder, string name) =>
        new FileInfo(Path.Combine(folder, name)) is { Exists: true, LinkTarget: null, Length: > 0 } file
            ? WavSource.Open(file.FullName, SoundFormat.Pcm16) : null;

    private void Read(WavSource? input, WavSource? output)
    {
        var (left, right) = (new byte[_part * Pcm.BytesPerSample], new byte[_part * Pcm.BytesPerSample]);
        while (true)
        {
            var (ofInput, ofOutput) = (Fill(input, left), Fill(output, right));
            var samples = Math.Max(ofInput, ofOutput) / Pcm.BytesPerSample;
            if (samples == 0) return;
            var one = MemoryMarshal.Cast<byte, short>(left.AsSpan());
            var other = MemoryMarshal.Cast<byte, short>(right.AsSpan());
            if (ofInput > 0) _caller.Add(Peak(one[..(ofInput / Pcm.BytesPerSample)]));
            if (ofOutput > 0) _assistant.Add(Peak(other[..(ofOutput / Pcm.BytesPerSample)]));
            _fits &= _mixed.Length + samples <= MaxEmbedded;
            if (!_fits) continue;
            for (var i = 0; i + 1 < samples; i += 2)
            {
                _mixed.WriteByte(G711.Encode(G711Law.MuLaw, (short)((one[i] + one[i + 1]) / 2)));
                _mixed.WriteByte(G711.Encode(G711Law.MuLaw, (short)((other[i] + other[i + 1]) / 2)));
            }
        }
    }

    // Bytes read; what is missing is silence. A file is read synchronously.
    private static int Fill(WavSource? source, byte[] block)
    {
        var read = 0;
        while (source is not null && read < block.Length)
        {
            var more = source.ReadAsync(block.AsMemory(read), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (more == 0) break;
            read += more;
        }
        block.AsSpan(read).Clear();
        return read;
    }

    private static byte Peak(ReadOnlySpan<short> samples)
    {
        var peak = 0;
        foreach (var sample in samples) peak = Math.Max(peak, Math.Abs((int)sample));
        return (byte)Math.Min(255, peak / 128);
    }

    private static byte[] Header(int bytes)
    {
        var h = new byte[58];
        "RIFF"u8.CopyTo(h);
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(4), 50 + bytes);
        "WAVEfmt "u8.CopyTo(h.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(16), 18);
        BinaryPrimitives.WriteInt16LittleEndian(h.AsSpan(20), 7); // mu-law
        BinaryPrimitives.WriteInt16LittleEndian(h.AsSpan(22), 2);
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(28), 2 * Rate);
        BinaryPrimitives.WriteInt16LittleEndian(h.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(h.AsSpan(34), 8);
        "fact"u8.CopyTo(h.AsSpan(38));
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(42), 4);
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(46), bytes / 2);
        "data"u8.CopyTo(h.AsSpan(50));
        BinaryPrimitives.WriteInt32LittleEndian(h.AsSpan(54), bytes);
        return h;
    }
}
