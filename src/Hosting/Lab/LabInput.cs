using System.Collections.Immutable;
using System.Text.Json;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>What a run asks: prompts, recordings, and the settings that decide an answer.</summary>
internal static class LabInput
{
    /// <summary>
    /// The prompts as <c>NAME=FILE</c>; without any, the prompt in use. Throws <see cref="ConfigException"/> for one that cannot be used.
    /// </summary>
    public static ImmutableArray<Variant> Variants(IReadOnlyList<string> given, RunPlan plan)
    {
        if (given.Count == 0) return [new(Variant.InUse, plan.Session.Turns.TranscriptionPrompt.Text)];
        var vocabulary = HearingPlanner.Vocabulary(plan.Config);
        var variants = ImmutableArray.CreateBuilder<Variant>();
        foreach (var text in given)
        {
            var (name, file) = Read(text, () => Variant.Parse(text), "");
            IPromptSource prompt = Read(text, () => new PromptFile(file), "its prompt must be ");
            // As in a session: the vocabulary goes with the prompt.
            if (vocabulary is { Count: > 0 }) prompt = new VocabularyPrompt(prompt, vocabulary);
            var variant = new Variant(name, prompt.Read().Prompt.Text);
            if (variants.Any(known => known.Name == name)) throw Error(text, "there is a variant of this name already");
            if (variants.FirstOrDefault(known => known.Hash == variant.Hash) is { } same)
                throw Error(text, $"its prompt is that of {same.Name}; to see how much answers vary, use --repeat");
            variants.Add(variant);
        }
        return variants.ToImmutable();
    }

    private static T Read<T>(string variant, Func<T> read, string must)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw Error(variant, must + e.Message);
        }
    }

    private static ConfigException Error(string variant, string problem) =>
        new($"--variant '{StrictConfig.Shown(variant)}': {problem}.");

    /// <summary>
    /// The recordings, cut into turns: all of them before the first one costs anything. Throws <see cref="GoldenSetException"/> with a line
    /// for each that does not fit what the set describes.
    /// </summary>
    public static async Task<ImmutableArray<LabCall>> CallsAsync(GoldenSet golden, StrictConfig config)
    {
        var day = TimeSpan.FromDays(1);
        var rules = new PauseRules(
            config.Number("turn-detection.threshold", 0, 1), config.Time("turn-detection.silence", TimeSpan.Zero, day),
            config.Time("turn-detection.prefix-padding", TimeSpan.Zero, day));
        var calls = ImmutableArray.CreateBuilder<LabCall>();
        List<string> problems = [];
        foreach (var turns in golden.Turns.GroupBy(turn => turn.Audio))
        {
            try
            {
                calls.Add(await Recording.CutAsync([.. turns], rules).ConfigureAwait(false));
            }
            catch (FormatException e)
            {
                problems.Add($"{e.Message}.");
            }
        }
        return problems.Count == 0 ? calls.ToImmutable() : throw new GoldenSetException([.. problems]);
    }

    /// <summary>Every setting that reaches the model with the requests, or the transcription with the sound.</summary>
    public static LabSubject Subject(RunPlan plan, string server)
    {
        var (session, requests) = (plan.Session.Socket.Session, plan.Session.OutOfBand);
        var input = session.Audio!.Input;
        return new(
            server, plan.Session.Facts.Model, requests.Context is ContextScope.Last last ? last.Turns : null,
            JsonSerializer.Serialize((string?[])
            [
                $"{requests.MaxOutputTokens ?? session.MaxOutputTokens}", (requests.Reasoning ?? session.Reasoning)?.Effort,
                input.NoiseReduction?.Type,
            ]),
            input.Transcription is { } asr ? JsonSerializer.Serialize((object?[])[asr, input.NoiseReduction]) : null);
    }
}
