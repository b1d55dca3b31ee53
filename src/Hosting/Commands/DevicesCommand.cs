using System.CommandLine;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>devices</c>: lists the devices that <c>--input-device</c> and <c>--output-device</c> accept.</summary>
public static class DevicesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var command = new Command("devices", "List the sound devices.") { json };
        command.SetAction((parsed, _) => RunAsync(parsed.InvocationConfiguration.Output, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter output, bool json)
    {
        using var devices = await PortAudioDevices.OpenAsync().ConfigureAwait(false);
        var list = devices.List();
        if (!json && list.Count == 0) output.WriteLine("No sound device was found.");
        foreach (var device in list) output.WriteLine(json ? Json(device) : Line(device));
        return ExitCodes.Completed;
    }

    private static string Line(AudioDevice device)
    {
        var marks = string.Concat(device.IsDefaultInput ? "  default microphone" : "",
            device.IsDefaultOutput ? "  default loudspeaker" : "");
        return $"{device.Index,3}  {TerminalText.Line(device.Name)}  host API {device.HostApi}, in {device.InputChannels}, out {device.OutputChannels}, {device.SampleRate:0} Hz{marks}";
    }

    private static string Json(AudioDevice device) => JsonLine.Of(json =>
    {
        json.WriteNumber("index", device.Index);
        json.WriteString("name", device.Name);
        json.WriteNumber("host_api", device.HostApi);
        json.WriteNumber("input_channels", device.InputChannels);
        json.WriteNumber("output_channels", device.OutputChannels);
        json.WriteNumber("sample_rate", device.SampleRate);
        json.WriteBoolean("default_input", device.IsDefaultInput);
        json.WriteBoolean("default_output", device.IsDefaultOutput);
    });
}
