namespace Akka.Conformance.Tests;

public class StressTests : TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_hundred_thousand_actors_live_and_die_and_leave_nothing_behind()
    {
        await ManyLives(1000); // whatever is made once is made now
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ManyLives(100_000);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(after - before < 20_000_000, $"{(after - before) / 1_000_000.0:F1} MB stayed behind");
    }

    [Fact]
    public async Task Five_million_messages_go_round_a_ring_and_none_is_lost()
    {
        const int size = 100, tokens = 50, hops = 5_000_000 / tokens;
        var done = new CountdownEvent(tokens);
        var ring = Enumerable.Range(0, size).Select(_ => Sys.ActorOf(Props.Create(() => new RingLink(done)))).ToArray();
        for (var i = 0; i < size; i++)
            ring[i].Tell(ring[(i + 1) % size]);
        for (var i = 0; i < tokens; i++)
            ring[i * size / tokens].Tell(new Token(hops), ActorRefs.NoSender);
        Assert.True(await Task.Run(() => done.Wait(Patience)), $"{done.CurrentCount} of {tokens} tokens never came home");
    }

    [Fact]
    public async Task Five_million_messages_of_many_senders_reach_one_actor_each_in_order()
    {
        const int senders = 8, each = 5_000_000 / senders;
        var result = new TaskCompletionSource<string>();
        var sink = Sys.ActorOf(Props.Create(() => new InOrder(senders, each, result)));
        await Task.WhenAll(Enumerable.Range(0, senders).Select(s => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
                sink.Tell(new Numbered(s, i), ActorRefs.NoSender);
        })));
        Assert.Equal("complete", await result.Task.WaitAsync(Patience));
    }

    private async Task ManyLives(int count)
    {
        var done = new TaskCompletionSource();
        Sys.ActorOf(Props.Create(() => new Nursery(count, done)));
        await done.Task.WaitAsync(Patience);
    }

    private sealed record Token(int Hops);

    private readonly record struct Numbered(int Sender, int Number);

    private sealed class RingLink : ReceiveActor
    {
        public RingLink(CountdownEvent done)
        {
            IActorRef? next = null;
            Receive<Token>(t =>
            {
                if (t.Hops == 0)
                    done.Signal();
                else
                    next!.Tell(new Token(t.Hops - 1));
            });
            Receive<IActorRef>(n => next = n);
        }
    }

    private sealed class InOrder : ReceiveActor
    {
        public InOrder(int senders, int each, TaskCompletionSource<string> result)
        {
            var expected = new int[senders];
            var left = senders * each;
            Receive<Numbered>(m =>
            {
                if (m.Number != expected[m.Sender]++)
                    result.TrySetResult($"{m} out of order");
                if (--left == 0)
                    result.TrySetResult("complete");
            });
        }
    }

    /// <summary>Makes children, a thousand at a time, and ends when all of them have.</summary>
    private sealed class Nursery : ReceiveActor
    {
        private readonly int _count;
        private int _made;
        private int _ended;

        public Nursery(int count, TaskCompletionSource done)
        {
            _count = count;
            Receive<Terminated>(_ =>
            {
                if (++_ended == _count)
                {
                    done.SetResult();
                    Context.Stop(Self);
                }
                else if (_ended == _made)
                {
                    MakeSome();
                }
            });
        }

        protected override void PreStart() => MakeSome();

        private void MakeSome()
        {
            for (var i = 0; i < 1000 && _made < _count; i++, _made++)
            {
                var child = Context.Watch(Context.ActorOf(Props.Create(() => new Child())));
                child.Tell("work");
                child.Tell(PoisonPill.Instance);
            }
        }
    }

    private sealed class Child : ReceiveActor
    {
        public Child() => ReceiveAny(_ => { });
    }
}
