using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>The ASR: starts at the commit, with its own delays, independent of responses.</summary>
internal sealed class Transcriber(SessionContext session)
{
    private const string Prefix = "conversation.item.input_audio_transcription.";
    private static readonly AsrScript Unscripted = new();

    /// <summary>Transcript of an unscripted turn.</summary>
    public static string Simulated(double audioMs) =>
        string.Create(CultureInfo.InvariantCulture, $"[simulated transcript of {audioMs / 1000:0.0} s of speech]");

    public void Hear(Item item)
    {
        if (session.Config.TranscriptionModel is not { } model) return;
        var script = item.Turn is { } turn ? session.Scenario.Turn(turn).Asr ?? Unscripted : Unscripted;
        if (script.FailedFirst is { } failure) Fail(item, failure);
        if (script.Silent) return;
        session.After(script.DelayMs ?? session.Scenario.Defaults.AsrDelayMs, () => Report(item, script, model));
    }

    private void Report(Item item, AsrScript script, string model)
    {
        var scope = new Scope(item.Turn);
        if (script.Error is { } error)
        {
            Fail(item, error);
            return;
        }

        // An item committed by the idle timeout is silence: it has no turn and no words.
        var transcript = item.Turn is null ? "" : script.Transcript ?? item.Heard ?? Simulated(item.AudioMs);
        item.Transcript = transcript;
        foreach (var delta in Words.Deltas(transcript, script.Deltas))
            session.Out.Emit(scope, Prefix + "delta", ("item_id", item.Id), ("content_index", 0),
                ("delta", delta), ("obfuscation", Words.Obfuscation(delta)));
        session.Out.Emit(scope, Prefix + "completed", ("item_id", item.Id), ("content_index", 0), ("transcript", transcript),
            ("usage", Usage(script, model, item, transcript)));
    }

    private void Fail(Item item, ErrorScript error) => session.Out.Emit(
        new Scope(item.Turn), Prefix + "failed", ("item_id", item.Id), ("content_index", 0), ("error", new JsonObject
        {
            ["type"] = error.Type ?? "transcription_error",
            ["code"] = error.Code,
            ["message"] = error.Message,
            ["param"] = error.Param,
        }));

    private static JsonObject Usage(AsrScript script, string model, Item item, string transcript)
    {
        if (script.UsageSeconds is { } seconds) return new JsonObject { ["type"] = "duration", ["seconds"] = seconds };
        if (script.Usage is not { } usage) return TokenMeter.Asr(model, item.AudioMs, transcript);
        var json = (JsonObject)JsonSerializer.SerializeToNode(usage, ScenarioReader.Json)!;
        if (usage.InputTokenDetails is null) json.Remove("input_token_details");
        json.Insert(0, "type", "tokens");
        return json;
    }
}
