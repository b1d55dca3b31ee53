using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class OutboxTests
{
    private static readonly AppendAudio Sound1 = new(new byte[2]), Sound2 = new(new byte[4]);
    private static readonly CommitAudio Commit = new();
    private static readonly CancelResponse Cancel = new();
    private static readonly CreateResponse Ask = new();

    [Fact]
    [Trait("Cookbook", "13")]
    public void Control_overtakes_sound_and_a_commit_stays_behind_the_sound_it_commits()
    {
        var outbox = new Outbox(8);
        foreach (var e in new ClientEvent[] { Sound1, Commit, Sound2, Cancel, Ask }) Assert.True(outbox.TryAdd(e));
        Assert.Equal([Cancel, Ask, Sound1, Commit, Sound2], TakeAll(outbox));
    }

    [Fact]
    public void A_full_control_lane_says_so_and_sound_still_fits()
    {
        var outbox = new Outbox(2);
        Assert.True(outbox.TryAdd(Cancel));
        Assert.True(outbox.TryAdd(Ask));
        Assert.False(outbox.TryAdd(Cancel));
        Assert.True(outbox.TryAdd(Sound1));
        Assert.Equal([Cancel, Ask, Sound1], TakeAll(outbox));
        Assert.True(outbox.TryAdd(Cancel));
    }

    [Fact]
    public void An_empty_box_has_nothing_to_take()
    {
        var outbox = new Outbox(2);
        Assert.True(outbox.IsEmpty);
        Assert.False(outbox.TryTake(out _));
        outbox.TryAdd(Sound1);
        Assert.False(outbox.IsEmpty);
        Assert.True(outbox.TryTake(out _));
        outbox.TryAdd(Cancel);
        Assert.False(outbox.IsEmpty);
    }

    private static List<ClientEvent> TakeAll(Outbox outbox)
    {
        List<ClientEvent> taken = [];
        while (outbox.TryTake(out var e)) taken.Add(e);
        return taken;
    }
}
