using RealtimeAkka.Pure.Tests.Configuration;

namespace RealtimeAkka.Pure.Tests.Guards;

public class ReferenceHoconTests
{
    [Theory]
    [InlineData("turn-detection.type", "server_vad")]
    [InlineData("turn-detection.type", "semantic_vad")]
    [InlineData("turn-detection.type", "manual")]
    [InlineData("session.url", "simulator")]
    [InlineData("session.asr-model", "none")]
    public void Every_key_is_read_by_every_plan_so_that_a_wrong_value_is_never_passed_over(string key, string value) =>
        Assert.Empty(Planned.By(Shipped.Set(key, value)).Config.Unread);

    [Fact]
    public void Every_key_is_explained()
    {
        // A comment above the key, above its block, or above a neighbour that the comment names.
        var text = File.ReadAllText(Repository.At("hocon", "reference.hocon"));
        foreach (var (path, _, _) in Planned.By().Config.All) Assert.Contains(path.Split('.')[^1], text, StringComparison.Ordinal);
        Assert.True(text.Split('\n').Count(line => line.TrimStart().StartsWith('#')) >= 40);
    }
}
