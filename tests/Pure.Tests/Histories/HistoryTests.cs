using FsCheck;
using FsCheck.Fluent;

namespace RealtimeAkka.Pure.Tests.Histories;

/// <summary>
/// Random histories through the pure core. REALTIME_HISTORIES sets their number; a failed one is shrunk and printed as a story.
/// </summary>
public class HistoryTests
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("REALTIME_HISTORIES") is { Length: > 0 } many
        ? int.Parse(many) : 100_000;

    [Fact]
    public void Whatever_happens_each_item_is_told_once_in_order_with_its_own_words_and_paid_for_once() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories), Prop.ForAll(History.Any, history =>
        {
            var world = new World();
            world.Live(history);
            return world.Violations.Count == 0;
        }));

    [Fact]
    public void A_history_is_a_story_that_people_can_read()
    {
        var story = new History([
            new(Happening.Commit, 0), new(Happening.Deliver, 3), new(Happening.Deliver, 0), new(Happening.Read, 0),
            new(Happening.Transcribe, 0), new(Happening.Finish, 5), new(Happening.Deliver, 3),
        ]).ToString();

        Assert.Equal(
            """

            speech i1.1
            silence after i1.1
            committed i1.1
              sends oob_transcription_1_1 of all
            added i1.1
            item done i1.1
            created r1.1 for oob_transcription_1_1
            asr i1.1 'words 1'
            done r1.1 completed 'words 1' for oob_transcription_1_1
              tells 1 i1.1: Completed 'words 1' | Completed 'words 1'
            time passes to its end

            """.ReplaceLineEndings(), story);
    }
}
