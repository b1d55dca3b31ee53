using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public sealed class PromptFileTests
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("realtime-akka-prompt-").FullName, "p.md");
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void An_edited_prompt_is_another_version()
    {
        Write("one");
        var prompt = new PromptFile(_path);
        Assert.Equal((Prompt.Of("one"), null), prompt.Read());
        Write(" two \n");
        Assert.Equal((Prompt.Of("two"), null), prompt.Read());
        Assert.NotEqual(Prompt.Of("one").Hash, Prompt.Of("two").Hash);
    }

    [Theory]
    [InlineData("", "words in it")]
    [InlineData("a\0b", "UTF-8")]
    [InlineData("large", "at most 64 KiB")]
    [InlineData("gone", "readable text file")]
    public void A_broken_one_leaves_the_last_good_one_and_says_so_until_it_is_mended(string broken, string reason)
    {
        Write("good");
        var prompt = new PromptFile(_path);
        if (broken == "gone") File.Delete(_path);
        else Write(broken == "large" ? new string('x', 65 * 1024) : broken);

        var (kept, problem) = prompt.Read();
        Assert.Equal(Prompt.Of("good"), kept);
        Assert.Equal("prompt_broken", problem?.Code);
        Assert.Contains(reason, problem!.Message, StringComparison.Ordinal);
        Assert.Equal((kept, problem), prompt.Read());

        Write("mended");
        Assert.Equal((Prompt.Of("mended"), null), prompt.Read());
    }

    [Fact]
    public void One_that_is_broken_from_the_start_stops_the_start() =>
        Assert.Throws<FormatException>(() => new PromptFile(Path.Combine(Path.GetTempPath(), "nowhere", "p.md")));

    private void Write(string text)
    {
        File.WriteAllText(_path, text);
        File.SetLastWriteTimeUtc(_path, _written = _written.AddMinutes(1));
    }
}
