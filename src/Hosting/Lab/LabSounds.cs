using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>How a page plays a turn's sound.</summary>
public abstract record LabSound
{
    private LabSound()
    {
    }

    /// <summary>The WAV file is part of the page.</summary>
    /// <param name="Wav">The file.</param>
    public sealed record Embedded(byte[] Wav) : LabSound;

    /// <summary>The page links to the file.</summary>
    /// <param name="Address">A relative address.</param>
    public sealed record Link(string Address) : LabSound;
}

/// <summary>The sounds of one page: what is small becomes part of it, up to a total; other files are linked.</summary>
/// <param name="folder">The folder of the page, as a full path.</param>
public sealed class LabSounds(string folder)
{
    /// <summary>A larger file is linked.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>So much sound a page holds at most.</summary>
    public const int MaxTotal = 12 * 1024 * 1024;

    private int _total;

    /// <summary>
    /// The sound of a turn; null: its file cannot be read. <paramref name="pcm"/>: the turn alone, as PCM16 mono 24 kHz, where its file has
    /// others too; null: the file is the turn.
    /// </summary>
    public LabSound? Of(GoldenTurn turn, ReadOnlyMemory<byte>? pcm = null)
    {
        try
        {
            using var file = TextFile.OpenRegular(turn.Audio);
            var length = pcm?.Length ?? file.Length;
            if (length > MaxBytes || _total + length > MaxTotal) return new LabSound.Link(HtmlPage.Address(turn.Audio, folder));
            _total += (int)length;
            if (pcm is { } samples) return new LabSound.Embedded(Wav(samples.Span));
            var wav = new byte[length];
            file.ReadExactly(wav);
            return new LabSound.Embedded(wav);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Wav(ReadOnlySpan<byte> pcm)
    {
        var file = new MemoryStream();
        using (var writer = new WavWriter(file, SoundFormat.Pcm16)) writer.Write(pcm);
        return file.ToArray();
    }
}
