using System.Collections.Immutable;
using RealtimeAkka.Audio;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>Makes golden turns of a recorded session: a WAV file and a line for each. Files are readable by their owner only.</summary>
/// <param name="session">The session's id, which begins the names of the files.</param>
/// <param name="recording">The path of its <c>input.wav</c>.</param>
/// <param name="folder">The folder of the golden set.</param>
/// <param name="hearing">By what entities are proposed.</param>
public sealed class GoldenMaker(string session, string recording, string folder, HearingSettings hearing)
{
    /// <summary>
    /// How long a recording is, in ms. Throws <see cref="ConfigException"/> if it is none of this program.
    /// </summary>
    public static long LengthMs(string recording)
    {
        try
        {
            using var file = TextFile.OpenRegular(recording);
            var (bytes, rate) = Samples(file, recording);
            return bytes / BytesPerMs(rate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigException(
                $"{recording} cannot be read: {e.Message.TrimEnd('.')}. Record sessions with `run --record audio`.", e);
        }
    }

    /// <summary>The entities of a reference, as written in it. Numbers in a row are one: digits are spoken one by one.</summary>
    public ImmutableArray<string> Entities(string reference, string? language)
    {
        var words = ReadingRules.Of(language, reference).Read(reference);
        List<(bool IsNumber, int Start, int End)> places = [];
        foreach (var entity in hearing.Entities.Find(reference, words, language))
        {
            var isNumber = !entity.IsText && entity.Value.All(char.IsAsciiDigit);
            var place = (isNumber, words[entity.First].Start, words[entity.End - 1].End);
            if (isNumber && places is [.., (true, var start, var end)]
                && reference.AsSpan(end..Math.Max(end, place.Start)).IsWhiteSpace())
                places[^1] = (true, start, place.End);
            else places.Add(place);
        }
        return [.. places.Select(place => reference[place.Start..place.End])];
    }

    /// <summary>Writes the sound of a turn, and returns its line.</summary>
    public GoldenLine Make(GoldenDraft draft, string reference, ImmutableArray<string>? entities, string? language)
    {
        var name = $"{session}-{draft.Turn:000}.wav";
        using var file = TextFile.OpenRegular(recording);
        var (left, rate) = Samples(file, recording);
        var start = draft.FromMs * BytesPerMs(rate);
        file.Position += start;
        left = Math.Min(left - start, (draft.ToMs - draft.FromMs) * BytesPerMs(rate));
        using var wav = new WavWriter(Path.Combine(folder, name), rate);
        var block = new byte[1000 * BytesPerMs(rate)];
        while (left > 0 && file.Read(block, 0, (int)Math.Min(left, block.Length)) is > 0 and var read)
        {
            wav.Write(block.AsSpan(0, read));
            left -= read;
        }
        return new(name, 1, reference, entities ?? Entities(reference, language), language);
    }

    // Leaves the file at the first sample; the header of a killed recorder may be a second behind.
    private static (long Bytes, int Rate) Samples(FileStream file, string recording)
    {
        var (format, bytes) = WavFormat.Read(file);
        if (format is not { Channels: 1, Bits: 8 * Pcm.BytesPerSample, IsFloat: false }
            || !SoundFormat.All.Any(session => session.SampleRate == format.Rate))
            throw new InvalidDataException(
                $"{Path.GetFileName(recording)} is not as this program records it, PCM16 mono {Pcm.SampleRate} Hz");
        return (Math.Min(bytes, file.Length - file.Position), format.Rate);
    }

    private static int BytesPerMs(int rate) => rate * Pcm.BytesPerSample / 1000;
}
