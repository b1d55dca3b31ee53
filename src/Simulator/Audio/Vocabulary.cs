using System.Buffers.Binary;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>
/// Words encoded as tones: the simulator recognizes words from the audio itself, so a sentence keeps its words and its turn on
/// any connection, whole or in pieces.
/// </summary>
internal sealed class Vocabulary
{
    private const int HopMs = 20;
    private const int WindowMs = 40;

    // A word counts from half its usual length on, so at most one half of a split word is recognized.
    private const int HopsOfAWord = 5;
    private const double Quiet = 0.01;
    private const double Purity = 0.6;

    private readonly (string Word, int Hz, int Turn)[] _words;

    public Vocabulary(IReadOnlyList<CallerTurn> turns) =>
        _words = [.. turns.SelectMany(
            (turn, i) => (turn.Words ?? new Dictionary<string, int>()).Select(word => (word.Key, word.Value, i + 1)))];

    /// <summary>No turn defines words; turns are then identified by their order.</summary>
    public bool IsEmpty => _words.Length == 0;

    /// <summary>The words in the PCM16 audio, in order, and the turn of the first word; null where there is none.</summary>
    public (string Text, int? Turn) Hear(ReadOnlySpan<byte> pcm, int sampleRate)
    {
        var (hop, window) = (sampleRate * HopMs / 1000, sampleRate * WindowMs / 1000);
        var samples = new double[pcm.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(pcm[(i * 2)..]) / 32768.0;

        var heard = new List<int>();
        var (current, hops) = (-1, 0);
        for (var at = 0; at + window <= samples.Length; at += hop)
        {
            var word = Loudest(samples.AsSpan(at, window), sampleRate);
            hops = word == current ? hops + 1 : 1;
            current = word;
            if (word >= 0 && hops == HopsOfAWord) heard.Add(word);
        }
        return (string.Join(' ', heard.Select(i => _words[i].Word)), heard.Count == 0 ? null : _words[heard[0]].Turn);
    }

    // Index of the word whose tone carries most of the window's energy; -1 for a quiet window or an unknown tone.
    private int Loudest(ReadOnlySpan<double> window, int sampleRate)
    {
        var energy = 0.0;
        foreach (var sample in window) energy += sample * sample;
        if (Math.Sqrt(energy / window.Length) < Quiet) return -1;

        var (best, power) = (-1, Purity * energy * window.Length / 2);
        for (var i = 0; i < _words.Length; i++)
            if (Goertzel(window, _words[i].Hz, sampleRate) is var found && found > power) (best, power) = (i, found);
        return best;
    }

    // |X(f)|^2 by the Goertzel recurrence; a pure tone has energy x samples / 2.
    private static double Goertzel(ReadOnlySpan<double> window, int hz, int sampleRate)
    {
        var turn = 2 * Math.Cos(2 * Math.PI * hz / sampleRate);
        double before = 0, last = 0;
        foreach (var sample in window) (before, last) = (last, sample + turn * last - before);
        return last * last + before * before - turn * last * before;
    }
}
