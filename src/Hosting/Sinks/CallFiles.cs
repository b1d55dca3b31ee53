using System.Globalization;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>What is kept of one call on disk: its folder, and in it what the plan asks for besides the records.</summary>
public sealed class CallFiles : IDisposable
{
    private readonly TimelineRecorder? _timeline;

    /// <summary>
    /// Creates the folder and its files. <paramref name="input"/>: where the call's sound comes from, if the configuration does not say it.
    /// Throws <see cref="ConfigException"/> if the disk refuses them.
    /// </summary>
    public CallFiles(RunPlan plan, TimeProvider clock, string? input = null)
    {
        if (plan.Data.Directory is not { } directory) return;
        var folder = Folder = new SessionFolder(directory, plan.Session.Facts.Id);
        try
        {
            folder.WriteConfig(plan.Config, input);
            var format = plan.Session.Facts.Format;
            if (plan.Data.RecordAudio) Sounds = folder.Create(() => new AudioRecorder(
                new WavWriter(folder.File("input.wav"), format), new WavWriter(folder.File("output.wav"), format), format));
            if (!plan.Data.RecordWire) return;
            _timeline = folder.Create(() => new TimelineRecorder(folder.File("timeline.jsonl"), plan.Session, clock, Sounds));
            Wire = folder.Create(() => new WireRecorder(folder.File("wire.jsonl"), plan.Data.RecordAudio, clock, _timeline));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The folder; null: nothing is recorded.</summary>
    public SessionFolder? Folder { get; }

    /// <summary>Records the events on the wire; null: they are not recorded.</summary>
    public WireRecorder? Wire { get; }

    /// <summary>Records sound; null: it is not recorded.</summary>
    public AudioRecorder? Sounds { get; }

    /// <summary>Is given the sound that is sent; null: nothing of it is recorded.</summary>
    public IAudioRecorder? Input => (IAudioRecorder?)_timeline ?? Sounds;

    /// <summary>Ends the recordings; returns one line about each kind of data that is not in its file.</summary>
    public IReadOnlyList<string> Close()
    {
        Sounds?.Dispose();
        List<string> losses = [];
        if (Sounds?.Lost > TimeSpan.Zero)
            losses.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Sounds.Lost.TotalSeconds:0.0} s of sound are not in input.wav and output.wav: ")
                + (Sounds.Failure ?? "the disk was too slow"));
        if (Wire?.Lost > 0) losses.Add($"{Wire.Lost} events are not in wire.jsonl: {Wire.Failure}");
        if (_timeline?.Failure is { } reason) losses.Add($"timeline.jsonl is not complete: {reason}");
        if (Folder?.Log is { Lost: > 0 and var entries, Failure: var failure })
            losses.Add($"{entries} entries are not in session.log: {failure}");
        return losses;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sounds?.Dispose();
        Wire?.Dispose();
        _timeline?.Dispose();
        Folder?.Dispose();
    }
}
