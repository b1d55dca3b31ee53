using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

/// <summary>Golden turns and answers for tests, and the shipped entities and phantoms.</summary>
internal static class Answers
{
    public static HearingSettings Shipped { get; } =
        new HearingPlanner(ConfigStack.Load(Repository.At("hocon"), profile: null, written: []).Config).Read();

    public static GoldenTurn Turn(string reference, int turn = 1, string? language = "en", params string[] entities) =>
        new("/sets/a.wav", turn, reference) { Name = "a.wav", Language = language, Entities = [.. entities] };

    public static VariantAnswer Of(string variant, GoldenTurn turn, string? text, decimal? usd = null, int repeat = 1) =>
        new(variant, turn, repeat, text) { Usd = usd, ColdUsd = usd * 2, Error = text is null ? "failed" : null };

    public static LabResult Measure(string reference, string? text, params string[] entities) =>
        LabResult.Of(Of("a", Turn(reference, 1, "en", entities), text), Shipped);
}
