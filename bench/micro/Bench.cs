using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;

namespace RealtimeAkka.Bench;

/// <summary>Messages per second and bytes allocated per message.</summary>
internal readonly record struct Rate(double PerSecond, double BytesEach);

/// <summary>The measurements. Every message is the same preallocated object, so only the runtime's own cost is measured.</summary>
internal static class Bench
{
    public const int Messages = 5_000_000;
    public const int Rounds = 5;

    private static readonly object Token = new();

    /// <summary>The median round after one warm-up round.</summary>
    public static async Task<Rate> MeasureAsync(int messages, Func<int, Task> run)
    {
        await run(messages / 10);
        var rates = new List<Rate>();
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await run(messages);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            rates.Add(new Rate(messages / seconds, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / messages));
        }
        return rates.OrderBy(rate => rate.PerSecond).ElementAt(Rounds / 2);
    }

    public static void Print(string name, Rate rate, Rate channel) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-34}{rate.PerSecond,14:N0}{rate.PerSecond / channel.PerSecond,12:0.00}{rate.BytesEach,15:0.0}"));

    public static async Task ChannelPairAsync(int messages)
    {
        var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(async () =>
        {
            for (var left = messages; left > 0;)
            {
                await channel.Reader.WaitToReadAsync();
                while (left > 0 && channel.Reader.TryRead(out _)) left--;
            }
        });
        for (var i = 0; i < messages; i++) channel.Writer.TryWrite(Token);
        await reading;
    }

    public static async Task TellPairAsync(ActorSystem system, int messages)
    {
        var (counter, done) = Counter(system, messages);
        await Task.Run(() =>
        {
            for (var i = 0; i < messages; i++) counter.Tell(Token, ActorRefs.NoSender);
        });
        await done;
    }

    public static async Task FanInAsync(ActorSystem system, int messages, int senders)
    {
        var (counter, done) = Counter(system, messages / senders * senders);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < messages / senders; i++) counter.Tell(Token, ActorRefs.NoSender);
        })));
        await done;
    }

    public static async Task RingAsync(ActorSystem system, int messages, int actors, int tokens)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new StrongBox { Value = messages };
        var members = Enumerable.Range(0, actors).Select(_ => system.ActorOf(Props.Create(() => new Member(left, done)))).ToArray();
        for (var i = 0; i < actors; i++) members[i].Tell(members[(i + 1) % actors]);
        for (var i = 0; i < tokens; i++) members[i % actors].Tell(Token);
        await done.Task;
        foreach (var member in members) system.Stop(member);
    }

    /// <summary>Sorted round-trip times in microseconds of one sequential asker.</summary>
    public static async Task<double[]> AskLatenciesAsync(ActorSystem system, int asks)
    {
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        var latencies = new double[asks];
        for (var i = -asks / 10; i < asks; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await echo.Ask<object>(Token).ConfigureAwait(false);
            if (i >= 0) latencies[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        system.Stop(echo);
        Array.Sort(latencies);
        return latencies;
    }

    private static (IActorRef Actor, Task Done) Counter(ActorSystem system, int messages)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (system.ActorOf(Props.Create(() => new CountingActor(messages, done))), done.Task);
    }

    private sealed class CountingActor(int messages, TaskCompletionSource done) : UntypedActor
    {
        private int _left = messages;

        protected override void OnReceive(object message)
        {
            if (--_left > 0) return;
            done.SetResult();
            Context.Stop(Self);
        }
    }

    private sealed class Member(StrongBox left, TaskCompletionSource done) : UntypedActor
    {
        private IActorRef _next = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            if (message is IActorRef next) _next = next;
            else if (Interlocked.Decrement(ref left.Value) > 0) _next.Tell(message);
            else done.TrySetResult();
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class StrongBox
    {
        public int Value;
    }
}
