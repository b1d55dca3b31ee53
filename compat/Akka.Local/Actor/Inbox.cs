namespace Akka.Actor;

/// <summary>An actor's mailbox for code that is no actor.</summary>
public class Inbox : ICanWatch, IDisposable
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly System.Threading.Channels.Channel<object> _received = System.Threading.Channels.Channel.CreateUnbounded<object>();
    private readonly ActorSystem _system;

    private Inbox(ActorSystem system)
    {
        _system = system;
        var writer = _received.Writer;
        Receiver = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(typeof(Collector), writer));
    }

    public IActorRef Receiver { get; }

    public static Inbox Create(ActorSystem system) => new(system);

    public void Send(IActorRef actorRef, object message) => actorRef.Tell(message, Receiver);

    public object Receive() => Receive(DefaultTimeout);

    public object Receive(TimeSpan timeout) =>
        ReceiveAsync(timeout).GetAwaiter().GetResult() is var received and not Status.Failure { Cause: TimeoutException }
            ? received
            : throw new TimeoutException($"Inbox {Receiver.Path} didn't receive a response message in specified timeout {timeout}");

    public Task<object> ReceiveAsync() => ReceiveAsync(DefaultTimeout);

    /// <summary>A timeout is an answer too: a Status.Failure.</summary>
    public async Task<object> ReceiveAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            return await _received.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new Status.Failure(new TimeoutException($"Deadline passed: no message within {timeout}"));
        }
    }

    public IActorRef Watch(IActorRef subject)
    {
        Receiver.Tell(new Collector.WatchOrder(subject, null));
        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        Receiver.Tell(new Collector.WatchOrder(subject, message));
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        Receiver.Tell(new Collector.UnwatchOrder(subject));
        return subject;
    }

    public void Dispose()
    {
        _system.Stop(Receiver);
        GC.SuppressFinalize(this);
    }

    private sealed class Collector(System.Threading.Channels.ChannelWriter<object> writer) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WatchOrder { With: null } m: Context.Watch(m.Subject); break;
                case WatchOrder m: Context.WatchWith(m.Subject, m.With); break;
                case UnwatchOrder m: Context.Unwatch(m.Subject); break;
                default: writer.TryWrite(message); break;
            }
        }

        public sealed record WatchOrder(IActorRef Subject, object? With);

        public sealed record UnwatchOrder(IActorRef Subject);
    }
}
