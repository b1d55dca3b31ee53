using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace RealtimeAkka.TestSupport;

/// <summary>Possible steps. A step that is impossible at its time has no effect, so every sequence is a valid history.</summary>
internal enum Happening
{
    Deliver, DeliverTwice, DeliverAgain, Lose, Speak, Commit, CommitUnsaid, CommitIdle, Transcribe, FailToTranscribe,
    Read, Ignore, Reject, RejectUnnamed, Answer, Finish, Wait, Stick, Stranger, Limit, Disconnect,
}

/// <summary>One step, and which of the possible targets it has.</summary>
internal readonly record struct Moment(Happening What, int Which);

/// <summary>A random interleaving of the transcripts of several turns with faults; prints itself as a story.</summary>
internal sealed record History(IReadOnlyList<Moment> Moments)
{
    // Relative frequencies: mostly normal steps, sometimes faults.
    private static readonly (int Weight, Happening What)[] Odds =
    [
        (30, Happening.Deliver), (3, Happening.DeliverTwice), (3, Happening.DeliverAgain), (3, Happening.Lose), (3, Happening.Speak),
        (12, Happening.Commit),
        (2, Happening.CommitUnsaid), (1, Happening.CommitIdle), (10, Happening.Transcribe), (2, Happening.FailToTranscribe),
        (14, Happening.Read), (2, Happening.Ignore),
        (2, Happening.Reject), (2, Happening.RejectUnnamed), (3, Happening.Answer), (14, Happening.Finish), (8, Happening.Wait),
        (2, Happening.Stick),
        (2, Happening.Stranger), (1, Happening.Limit), (2, Happening.Disconnect),
    ];

    /// <summary>Histories of up to 60 steps; they shrink by removing steps, then by choosing the first target.</summary>
    public static Arbitrary<History> Any { get; } = Arb.From(Generate(), Shrink);

    private static Gen<History> Generate()
    {
        var table = Odds.SelectMany(odds => Enumerable.Repeat(odds.What, odds.Weight)).ToArray();
        var moment = Gen.Choose(0, table.Length * 16 - 1).Select(drawn => new Moment(table[drawn / 16], drawn % 16));
        return Gen.Choose(5, 60).SelectMany(length => moment.ArrayOf(length)).Select(moments => new History(moments));
    }

    private static IEnumerable<History> Shrink(History history)
    {
        var moments = history.Moments;
        for (var size = moments.Count / 2; size > 0; size /= 2)
            for (var at = 0; at + size <= moments.Count; at += size)
                yield return new History([.. moments.Take(at), .. moments.Skip(at + size)]);
        for (var at = 0; at < moments.Count; at++)
            if (moments[at].Which > 0)
                yield return new History([.. moments.Take(at), moments[at] with { Which = 0 }, .. moments.Skip(at + 1)]);
    }

    public override string ToString()
    {
        var story = new StringBuilder("\n");
        var world = new World(sentence => story.AppendLine(sentence));
        try
        {
            world.Live(this);
        }
        catch (Exception e)
        {
            story.AppendLine($"and then: {e.Message}");
        }
        foreach (var violation in world.Violations) story.AppendLine($"wrong: {violation}");
        return story.ToString();
    }
}
