using System.Buffers.Binary;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>Start or end of speech; positions are samples on the audio clock.</summary>
internal readonly record struct SpeechEdge(bool Started, long Sample);

/// <summary>
/// Energy-based speech detection in 20 ms windows. Speech starts with 60 ms in a row above the level and stops
/// after <paramref name="silenceMs"/> without a loud window; the stop edge includes that silence.
/// </summary>
internal sealed class VoiceActivity(int sampleRate, double threshold, int silenceMs, long firstSample = 0)
{
    private const int WindowsToStart = 3;

    private readonly int _window = sampleRate / 50;
    private readonly long _silence = (long)sampleRate * silenceMs / 1000;
    private readonly double _power = Math.Pow(Level(threshold), 2);

    private long _position = firstSample;
    private double _sum;
    private int _inWindow;
    private int _loudInRow;
    private long _lastLoudEnd;
    private bool _speaking;

    /// <summary>The RMS that counts as loud: -60 dBFS at threshold 0, -40 at 0.5, -20 at 1. Room noise lies below -50.</summary>
    public static double Level(double threshold) => Math.Pow(10, (-60 + 40 * threshold) / 20);

    /// <summary>Processes PCM16 little-endian and appends the edges found to <paramref name="edges"/>, in order.</summary>
    public void Hear(ReadOnlySpan<byte> pcm, List<SpeechEdge> edges)
    {
        for (var i = 0; i + 1 < pcm.Length; i += 2)
        {
            var sample = BinaryPrimitives.ReadInt16LittleEndian(pcm[i..]) / 32768.0;
            _sum += sample * sample;
            _position++;
            if (++_inWindow == _window) Judge(edges);
        }
    }

    /// <summary>Ends the current speech after a client commit; detection starts again with the next window.</summary>
    public void Reset()
    {
        _speaking = false;
        _loudInRow = 0;
    }

    private void Judge(List<SpeechEdge> edges)
    {
        var loud = _sum / _window > _power;
        _sum = 0;
        _inWindow = 0;
        _loudInRow = loud ? _loudInRow + 1 : 0;
        if (loud) _lastLoudEnd = _position;

        if (!_speaking && _loudInRow == WindowsToStart)
        {
            _speaking = true;
            edges.Add(new SpeechEdge(true, _position - WindowsToStart * _window));
        }
        else if (_speaking && _position - _lastLoudEnd >= _silence)
        {
            _speaking = false;
            edges.Add(new SpeechEdge(false, _lastLoudEnd + _silence));
        }
    }
}
