using PortAudioSharp;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>How a device's 16-bit samples come: so many per second, so many channels interleaved.</summary>
public readonly record struct DeviceFormat(int Rate, int Channels)
{
    /// <summary>What is used inside; nothing has to be converted.</summary>
    public static DeviceFormat Ours { get; } = new(Pcm.SampleRate, 1);

    /// <summary>
    /// The formats in which a device is opened, the first that it takes: ours, then its own rate with one channel, two, and all
    /// it has. <paramref name="own"/> leaves ours out, where a driver takes it but converts badly.
    /// </summary>
    public static IReadOnlyList<DeviceFormat> Choices(SoundDevice device, bool input, bool own)
    {
        var (rate, channels) = ((int)device.SampleRate, input ? device.InputChannels : device.OutputChannels);
        var formats = new[] { 1, 2, channels }.Where(count => count <= channels && rate > 0).Select(count => new DeviceFormat(rate, count)).Distinct();
        return [.. own ? formats : formats.Prepend(Ours).Distinct()];
    }

    /// <summary>
    /// What comes of the first format that does not throw <see cref="PortAudioException"/>; throws <see cref="SoundException"/>
    /// with the last reason where all do.
    /// </summary>
    public static T FirstThatFits<T>(SoundDevice device, IReadOnlyList<DeviceFormat> formats, Func<DeviceFormat, T> open)
    {
        PortAudioException? reason = null;
        foreach (var format in formats)
        {
            try
            {
                return open(format);
            }
            catch (PortAudioException e)
            {
                reason = e;
            }
        }
        throw new SoundException(
            $"{device.Name} cannot be used, neither with {string.Join(" nor with ", formats)}: {reason?.Message.Split('\n')[0].TrimEnd('.') ?? "it has no format"}. Choose another device (see devices).", reason);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Rate / 1000.0:0.###} kHz with {Channels} {(Channels == 1 ? "channel" : "channels")}");
}
