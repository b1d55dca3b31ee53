using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class PromptCostTests
{
    private static readonly ModelPrice? Realtime = Shipped.Prices.Find("gpt-realtime");

    [Fact]
    public void The_published_prompt_costs_cold_and_cached_what_was_published_and_a_tenth_of_it_breaks_even()
    {
        var prompt = PromptCost.Of(new string('x', 1809 * 4), Realtime);
        Assert.Equal((1809L, 0.007236m, 0.0007236m), (prompt.Tokens, prompt.ColdUsd, prompt.CachedUsd));
        Assert.Equal((180L, 18_090L), (prompt.CheaperBelow, prompt.DearerAbove));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("four", 1)]
    [InlineData("fives", 2)]
    [InlineData("你好", 2)]
    [InlineData("Gruesse", 2)]
    [InlineData("Grüße", 3)]
    public void Tokens_are_estimated_by_characters(string text, long tokens) => Assert.Equal(tokens, PromptCost.Estimate(text));

    [Fact]
    public void Without_a_price_the_cost_is_unknown_and_not_nothing()
    {
        Assert.Equal(new PromptCost(1, null, null), PromptCost.Of("four", null));
        Assert.Null(PromptCost.Of("four", null).CheaperBelow);
        Assert.Null(PromptCost.Of("", Realtime).CheaperBelow);
        Assert.Null(PromptCost.Of("", Realtime).DearerAbove);
    }

    [Fact]
    public void The_short_prompt_that_is_shipped_is_cheaper_cold_than_the_long_one_cached()
    {
        var (brief, verbatim) = (Of("transcription.md"), Of("transcription.verbatim.md"));
        // An estimate of 119 tokens against 108: the short prompt is at most 10 % above it and does not need a warm cache.
        Assert.InRange(brief.ColdUsd!.Value, 0m, 0.0007236m);
        Assert.InRange(verbatim.Tokens, 900, 2000);
        Assert.True(verbatim.ColdUsd > 5 * brief.ColdUsd);

        static PromptCost Of(string name) => PromptCost.Of(File.ReadAllText(Repository.At("prompts", name)).Trim(), Realtime);
    }
}
