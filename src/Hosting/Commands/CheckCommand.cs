using System.CommandLine;
using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>check</c>: what <c>run</c> would do with the same options, without doing it.</summary>
public static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(RunOptions options, VoiceApp app)
    {
        var command = new Command("check",
            "Show what run would do with these options: every setting and where it comes from, key, runtime, prices.");
        foreach (var option in options.Settings) command.Options.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed, options, app));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RunOptions options, VoiceApp app)
    {
        var output = parsed.InvocationConfiguration.Output;
        var now = TimeProvider.System.GetUtcNow();
        var plan = RunCommand.Plan(parsed, options, app, now, out var demo);
        var facts = plan.Session.Facts;
        var variable = plan.Endpoint?.KeyVariable ?? "OPENAI_API_KEY";
        var hasKey = !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable));

        Line("actor runtime", facts.Runtime);
        Line("server", plan.Endpoint is null ? $"built-in simulator{(demo ? " (no OPENAI_API_KEY and no --url)" : "")}"
            : plan.Endpoint.DisplayText);
        Line("key", $"{variable} is {(hasKey ? "set" : "not set")}{(plan.KeyCommand is [var program, ..] ? $"; {program} gives one" : "")}");
        Line("input", plan.Input switch
        {
            InputPlan.Sample sample => $"{sample.WavPath} (the sample call)",
            InputPlan.WavFile wav => wav.Path,
            InputPlan.Stdin => "stdin, WAV or raw PCM16 mono 24 kHz",
            InputPlan.Microphone microphone => $"microphone ({microphone.Device})",
            _ => "-",
        });
        Line("output", plan.Output switch
        {
            OutputPlan.WavFile wav => wav.Path,
            OutputPlan.Speaker speaker => $"loudspeaker ({speaker.Device})",
            _ => "null (the voice is played into nothing)",
        });
        Line("devices", await DevicesAsync().ConfigureAwait(false));
        Line("recorded in", plan.Data.Directory ?? "nowhere");
        var prices = plan.Session.Ledger.Prices;
        Line("prices", PriceTable.Age(prices, DateOnly.FromDateTime(now.UtcDateTime)));
        if (plan.Session.Turns.Transcribe) Prompt(PromptCost.Of(plan.Session.Turns.TranscriptionPrompt.Text, prices.Find(facts.Model)));
        if (plan.Session.Tasks.Tasks.Count > 0) Line("tasks", string.Join(", ", plan.Session.Tasks.Tasks.Select(task => task.Name)));
        foreach (var notice in plan.Notices) Line(notice.Level.ToString().ToLowerInvariant(), notice.Message);

        output.WriteLine();
        foreach (var line in PriceTable.Lines(prices, ((string?[])[facts.Model, facts.AsrModel]).OfType<string>())) output.WriteLine(line);

        output.WriteLine();
        var width = plan.Config.All.Max(entry => entry.Path.Length);
        foreach (var (path, value, origin) in plan.Config.All) output.WriteLine(
            $"{path.PadRight(width)}  {TerminalText.Line(value)}  ({origin})");
        return ExitCodes.Completed;

        static async Task<string> DevicesAsync()
        {
            try
            {
                using var devices = await PortAudioDevices.OpenAsync().ConfigureAwait(false);
                return string.Join(", ", devices.List().Select(device => device.Name)) is { Length: > 0 } names ? names : "none";
            }
            catch (AudioDeviceException e)
            {
                return e.Message;
            }
        }

        void Prompt(PromptCost prompt)
        {
            Line("prompt", $"transcription, about {prompt.Tokens} tokens by its length, sent with each turn:");
            Line("", $"{Money.Usd(prompt.ColdUsd)} per turn, {Money.Usd(prompt.CachedUsd)} from the prompt cache");
            if (prompt is { CheaperBelow: >= 100 and var below })
                Line("", string.Create(CultureInfo.InvariantCulture, $"A prompt below {below:N0} tokens costs less, even where this one is cached."));
            else if (prompt.DearerAbove is { } above) Line("", string.Create(CultureInfo.InvariantCulture, $"A prompt above {above:N0} tokens costs more than this one, even cached."));
        }

        void Line(string name, string value) => output.WriteLine($"{name,-14} {TerminalText.Line(value)}");
    }
}
