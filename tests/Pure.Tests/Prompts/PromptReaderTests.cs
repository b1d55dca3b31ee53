using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Prompts;

public class PromptReaderTests
{
    private static readonly Notice Problem = new(NoticeLevel.Warning, "prompt_broken", "It is empty.");

    [Fact]
    public void The_prompt_is_read_again_each_time()
    {
        var source = new EditedPrompt(("one", null), ("two", null));
        var (reader, first, _) = new PromptReader(source).Read();
        var (_, second, _) = reader.Read();

        Assert.Equal(("one", "two"), (first.Text, second.Text));
    }

    [Fact]
    public void A_problem_is_published_once_for_as_long_as_it_lasts_and_again_when_it_returns()
    {
        var reader = new PromptReader(
            new EditedPrompt(("good", null), ("good", Problem), ("good", Problem), ("better", null), ("better", Problem)));
        List<Notice?> published = [];
        for (var i = 0; i < 5; i++)
        {
            (reader, _, var problem) = reader.Read();
            published.Add(problem);
        }

        Assert.Equal([null, Problem, null, null, Problem], published);
    }

    private sealed class EditedPrompt(params (string Text, Notice? Problem)[] versions) : IPromptSource
    {
        private int _read;

        public (Prompt Prompt, Notice? Problem) Read() => (Prompt.Of(versions[_read].Text), versions[_read++].Problem);
    }
}
