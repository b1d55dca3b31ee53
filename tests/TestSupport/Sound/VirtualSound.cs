using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

// Not ...Tests.Sound: that name is a class of the simulator's tests.
namespace RealtimeAkka.TestSupport;

/// <summary>
/// A virtual microphone and loudspeaker on a private PulseAudio server, visible only to processes started with
/// <see cref="Variables"/>. Both run at 24 kHz mono, so audio passes bit for bit.
/// </summary>
internal sealed class VirtualSound : IAsyncDisposable
{
    private const string Microphone = "mic_feed";
    private const string Speaker = "speaker";

    // Starting takes 60 to 80 ms; the limit allows for a loaded machine and ends a broken start with an error.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realtime-akka-sound-");
    private readonly Dictionary<string, string> _variables;
    private Process _server;
    private Task<string> _errors;

    private VirtualSound()
    {
        var (socket, cookie, devices) = (InFolder("native"), InFolder("cookie"), InFolder("asound.conf"));
        File.WriteAllText(devices, $$"""
            pcm.!default {
              type asym
              playback.pcm { type pulse device {{Speaker}} }
              capture.pcm { type pulse device "{{Microphone}}.monitor" }
            }
            ctl.!default { type pulse }
            """);
        _variables = new() { ["PULSE_SERVER"] = $"unix:{socket}", ["PULSE_COOKIE"] = cookie, ["ALSA_CONFIG_PATH"] = devices };
        (_server, _errors) = Launch();
    }

    private (Process Server, Task<string> Errors) Launch()
    {
        var socket = InFolder("native");
        var start = new ProcessStartInfo("pulseaudio", [
            "-n", "--daemonize=no", "--use-pid-file=no", "--realtime=no", "--high-priority=no", "--disable-shm=yes", "--log-target=stderr",
            "--log-level=error",
            "--exit-idle-time=20", // ends the server if the tests are killed
            "-L", $"module-native-protocol-unix socket={socket} auth-anonymous=1 auth-cookie-enabled=0",
            // Without norewinds=1 a sink renders 2 s ahead, and the first 20 to 100 ms of speech are lost (docs/audio.md 6).
            "-L", $"module-null-sink sink_name={Microphone} rate=24000 channels=1 format=s16le norewinds=1",
            "-L", $"module-null-sink sink_name={Speaker} rate=24000 channels=1 format=s16le norewinds=1"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Remove("DISPLAY");
        start.Environment.Remove("PULSE_SERVER");
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:";
        foreach (var place in (string[])["XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH", "HOME"])
            start.Environment[place] = _folder.FullName;
        var server = Process.Start(start)!;
        server.StandardInput.Close();
        return (server, server.StandardError.ReadToEndAsync());
    }

    /// <summary>Which packages virtual devices need on this machine; null: nothing is missing.</summary>
    public static string? Missing { get; } = WhatIsMissing();

    /// <summary>Environment variables that make the virtual devices the default devices of a process.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>Starts a server; completes when both devices exist.</summary>
    public static async Task<VirtualSound> StartAsync()
    {
        var sound = new VirtualSound();
        try
        {
            await sound.BecomeReadyAsync();
            return sound;
        }
        catch (Exception e)
        {
            await sound.DisposeAsync();
            throw new InvalidOperationException($"The sound server did not start: {await sound._errors}", e);
        }
    }

    /// <summary>Plays a WAV file into the microphone; completes when it has been played.</summary>
    public Task SpeakAsync(string wav) => RunAsync("paplay", $"--device={Microphone}", wav);

    /// <summary>Records what the loudspeaker plays; completes when the recording runs.</summary>
    public Task<SoundRecording> RecordSpeakerAsync() => SoundRecording.StartAsync(Tool("parec", RecordArguments(Speaker)));

    /// <summary>Records what programs receive from the microphone; completes when the recording runs.</summary>
    public Task<SoundRecording> RecordMicrophoneAsync() => SoundRecording.StartAsync(Tool("parec", RecordArguments(Microphone)));

    /// <summary>Feeds the loudspeaker into the microphone until the result is disposed.</summary>
    public async Task<IAsyncDisposable> EchoAsync()
    {
        // Without adjust_time=0 the loop resamples the audio to keep its latency.
        var module = await RunAsync("pactl", "load-module", "module-loopback", $"source={Speaker}.monitor", $"sink={Microphone}",
            "latency_msec=60", "adjust_time=0");
        return new Echo(this, int.Parse(module, CultureInfo.InvariantCulture));
    }

    /// <summary>Kills the server: every device disappears, and new programs find none.</summary>
    public async Task KillAsync()
    {
        if (!_server.HasExited) _server.Kill();
        await _server.WaitForExitAsync();
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>; completes when both devices exist.</summary>
    public async Task StartAgainAsync()
    {
        _server.Dispose();
        (_server, _errors) = Launch();
        await BecomeReadyAsync();
    }

    /// <summary>Sends the server a signal; <c>STOP</c> freezes both devices, <c>CONT</c> resumes them.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_server.Id}"])!.WaitForExit();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux()) return "The virtual sound devices are PulseAudio on Linux.";
        var packages = new List<string>();
        if (!Exists("pulseaudio")) packages.Add("pulseaudio");
        if (!Exists("pactl") || !Exists("paplay") || !Exists("parec")) packages.Add("pulseaudio-utils");
        if (!Exists("script")) packages.Add("bsdutils");
        if (!NativeLibrary.TryLoad("libportaudio.so.2", out _)) packages.Add("libportaudio2");
        if (!HasAlsaPlugin()) packages.Add("libasound2-plugins");
        return packages.Count == 0 ? null : $"The virtual sound devices need: apt-get install {string.Join(' ', packages)}";

        static bool Exists(string program) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
    }

    // The folder is /usr/lib/alsa-lib, /usr/lib64/alsa-lib or, on Debian, /usr/lib/x86_64-linux-gnu/alsa-lib.
    private static bool HasAlsaPlugin() => new[] { "/usr/lib", "/usr/lib64" }.Where(Directory.Exists)
        .SelectMany(root => Directory.EnumerateDirectories(root).Prepend(root))
        .Any(folder => File.Exists(Path.Combine(folder, "alsa-lib", "libasound_module_pcm_pulse.so")));

    private static string[] RecordArguments(string sink) =>
        [$"--device={sink}.monitor", "--rate=24000", "--channels=1", "--format=s16le", "--latency-msec=20", "--raw"];

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private async Task BecomeReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await IsReadyAsync()) await Task.Delay(PollInterval, limit.Token);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_server.HasExited) throw new InvalidOperationException($"It ended with {_server.ExitCode}.");
        using var pactl = Process.Start(Tool("pactl", "list", "short", "sinks"))!;
        var errors = pactl.StandardError.ReadToEndAsync();
        var sinks = await pactl.StandardOutput.ReadToEndAsync();
        await errors;
        return sinks.Contains(Speaker, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Tool(program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }

    private ProcessStartInfo Tool(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _variables) start.Environment[name] = value;
        return start;
    }

    private sealed class Echo(VirtualSound sound, int module) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (!sound._server.HasExited) await sound.RunAsync("pactl", "unload-module", $"{module}");
        }
    }
}
