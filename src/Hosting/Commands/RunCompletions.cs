using System.CommandLine.Completions;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>What may be written after the options of <c>run</c>, as far as it is known without a server.</summary>
internal static class RunCompletions
{
    // A person waits for a proposal; a sound server that does not answer proposes nothing.
    private static readonly TimeSpan DeviceLimit = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["session.url"] = ["simulator"], ["mic.input"] = ["mic"], ["playback.output"] = ["speaker", "null"],
        ["mic.pace"] = ["realtime", "fast"], ["out-of-band.context"] = ["full", "last"],
        ["turn-detection.type"] = ["server_vad", "semantic_vad", "manual"], ["echo.mode"] = ["mute", "barge-in"],
        ["data.record"] = ["wire", "audio", "wire,audio"], ["data.directory"] = ["none"], ["session.asr-model"] = ["none"],
    };

    private static string Hocon => Path.Combine(AppContext.BaseDirectory, "hocon");

    /// <summary>The values of a key.</summary>
    public static IEnumerable<CompletionItem> Values(string key) => Items(() =>
        (IEnumerable<string>)[.. Words.GetValueOrDefault(key) ?? [],
        .. key switch
        {
            "session.model" or "session.asr-model" => ConfigStack.Load(Hocon, null, []).Models.Models.Select(model => model.Model),
            "mic.device" => Devices(device => device.InputChannels > 0),
            "playback.device" => Devices(device => device.OutputChannels > 0),
            _ => [],
        }]);

    /// <summary>The shipped profiles.</summary>
    public static IEnumerable<CompletionItem> Profiles() => Items(() => ConfigStack.Profiles(Hocon));

    /// <summary>The keys for <c>--set</c>, each with its equals sign.</summary>
    public static IEnumerable<CompletionItem> Keys() => Items(() =>
        ConfigStack.Load(Hocon, null, []).Config.All.Select(setting => $"{setting.Path[(StrictConfig.Root.Length + 1)..]}="));

    private static IEnumerable<string> Devices(Func<AudioDevice, bool> isWanted)
    {
        var list = Task.Run(async () =>
        {
            using var devices = await PortAudioDevices.OpenAsync().ConfigureAwait(false);
            return devices.List();
        });
        return list.Wait(DeviceLimit) ? list.Result.Where(isWanted).Select(device => device.Name) : [];
    }

    // A proposal that fails is none: the command itself says what is wrong.
    private static IEnumerable<CompletionItem> Items(Func<IEnumerable<string>> words)
    {
        try
        {
            return [.. words().Select(word => new CompletionItem(word))];
        }
        catch (Exception e) when (e is ConfigException or AudioDeviceException or AggregateException)
        {
            return [];
        }
    }
}
