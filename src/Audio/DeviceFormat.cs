using PortAudioSharp;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>The format of a device's 16-bit samples: samples per second, and interleaved channels.</summary>
public readonly record struct DeviceFormat(int Rate, int Channels)
{
    /// <summary>PCM16 mono 24 kHz: for most sessions nothing has to be converted.</summary>
    public static DeviceFormat SessionFormat { get; } = new(Pcm.SampleRate, 1);

    /// <summary>
    /// The formats to try in order when opening a device: PCM16 mono 24 kHz, then the device's own rate with one channel, two, and all
    /// it has. <paramref name="own"/> leaves the first out, for drivers that accept it but convert badly.
    /// </summary>
    public static IReadOnlyList<DeviceFormat> Choices(AudioDevice device, bool input, bool own)
    {
        var (rate, channels) = ((int)device.SampleRate, input ? device.InputChannels : device.OutputChannels);
        var formats = new[] { 1, 2, channels }.Where(count => count <= channels && rate > 0).Select(count => new DeviceFormat(rate, count))
            .Distinct();
        return [.. own ? formats : formats.Prepend(SessionFormat).Distinct()];
    }

    /// <summary>
    /// The result for the first format that does not throw <see cref="PortAudioException"/>; throws <see cref="AudioDeviceException"/>
    /// with the last reason if all do.
    /// </summary>
    public static T FirstThatFits<T>(AudioDevice device, IReadOnlyList<DeviceFormat> formats, Func<DeviceFormat, T> open)
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
        throw new AudioDeviceException(
            $"{device.Name} cannot be used, neither with {string.Join(" nor with ", formats)}: {reason?.Message.Split('\n')[0].TrimEnd('.') ?? "it has no format"}. Choose another device (see devices).", reason);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Rate / 1000.0:0.###} kHz with {Channels} {(Channels == 1 ? "channel" : "channels")}");
}
