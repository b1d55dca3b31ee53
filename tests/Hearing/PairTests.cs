using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing.Tests;

public class PairTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly EntityReader Entities = new HearingPlanner(
        ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), null, []).Config).Read().Entities;

    public static TheoryData<string> Ids => [.. Pairs.Keys];

    private static Dictionary<string, Pair> Pairs { get; } = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "pairs.jsonl"))
        .Select(line => JsonSerializer.Deserialize<Pair>(line, Json)!).ToDictionary(pair => pair.Id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_pair_has_the_figures_that_were_computed_by_other_means(string id)
    {
        var pair = Pairs[id];
        var comparison = TranscriptComparison.Of(pair.Oob, pair.Asr, pair.Language);
        var agreement = comparison.Agreement;
        Assert.Equal(
            (pair.Unit, pair.N, pair.Substitutions, pair.Insertions, pair.Deletions),
            (agreement.Unit.ToString().ToLowerInvariant(), comparison.Reference.Count, agreement.Substitutions, agreement.Insertions,
                agreement.Deletions));
        Assert.Equal(pair.Cer, agreement.Cer, 1e-6);
        Assert.Equal(agreement.Wer, TranscriptComparison.WordErrorRate(pair.Oob, pair.Asr, pair.Language));
        if (pair.Differences is not null) Assert.Equal(pair.Differences, agreement.Differences);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_pair_has_the_entities_that_a_person_finds_in_it(string id)
    {
        var pair = Pairs[id];
        if (pair.Entities is null) return;
        var comparison = TranscriptComparison.Of(pair.Oob, pair.Asr, pair.Language);
        var found = Entities.Read(pair.Oob, pair.Asr, comparison, pair.Language);
        Assert.Equal(
            pair.Entities.Select(entity => (entity.Kind, entity.Oob, entity.Asr, entity.State)),
            found.Select(entity => (entity.Entity.Kind, entity.Entity.Oob, entity.Entity.Asr, Name(entity.Entity.State))));
    }

    private static string Name(EntityState state) => state switch
    {
        EntityState.OnlyOob => "only_oob", EntityState.OnlyAsr => "only_asr", _ => state.ToString().ToLowerInvariant(),
    };

    private sealed record Pair(
        string Id, string? Language, string Oob, string Asr, string Unit, int N, int Substitutions, int Insertions, int Deletions, double Cer,
        IReadOnlyList<Difference>? Differences, IReadOnlyList<Expected>? Entities);

    private sealed record Expected(string Kind, string? Oob, string? Asr, string State);
}
