using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>All that belongs to one actor and survives its restarts. Start reading here; each other part is one concern.</summary>
public sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic] private static ActorCell? _current;

    // What it is doing stands with the thread and not with the cell: a cell that is written to is looked at by the next collection.
    [ThreadStatic] private static object? _currentMessage;
    private object? _keptMessage; // where it has to outlast the thread's visit

    private readonly LocalActorRef _self;
    private readonly Stack<Receive> _behaviors = new(1);
    private Receive _behavior = null!;
    private ActorBase? _actor;
    private ActorTaskScheduler? _taskScheduler;

    internal ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, IInternalActorRef parent)
    {
        SystemImpl = system;
        _self = self;
        Props = props;
        ParentRef = parent;
        Dispatcher = system.Dispatchers.Lookup(props.Dispatcher).ForActor();
        Mailbox = new Mailbox(this, Dispatcher, system.Mailboxes.CreateQueue(props, self));
        Sender = system.DeadLetters;
    }

    /// <summary>The cell that runs on this thread, if any.</summary>
    public static ActorCell? Current
    {
        get => _current;
        internal set => _current = value;
    }

    public IActorRef Self => _self;
    public IActorRef Sender { get; private set; }
    public IActorRef Parent => ParentRef;
    public Props Props { get; }
    public ActorSystem System => SystemImpl;
    public MessageDispatcher Dispatcher { get; }

    public object? CurrentMessage
    {
        get => _keptMessage ?? (_current == this ? _currentMessage : null);
        private set => _keptMessage = value;
    }

    public bool IsTerminated { get; private set; }

    internal ActorSystemImpl SystemImpl { get; }
    internal IInternalActorRef ParentRef { get; }
    internal Mailbox Mailbox { get; }
    internal ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    /// <summary>How many messages were begun: tells the stash whether it has this one already.</summary>
    internal int CurrentEnvelopeId { get; private set; }

    public static IActorRef? GetCurrentSelfOrNoSender() => _current?.Self;
    public static IActorRef? GetCurrentSenderOrNoSender() => _current?.Sender;

    internal void Start() => SendSystemMessage(new Create());

    internal void SendMessage(Envelope envelope)
    {
        if (Mailbox.IsClosed)
            Dispatch.MessageQueues.MessageQueue.ToDeadLetters(_self, envelope);
        else
            Mailbox.Enqueue(envelope);
    }

    internal void SendSystemMessage(SystemMessage message) => Mailbox.SystemEnqueue(message);

    public void Become(Receive receive)
    {
        if (_behaviors.Count > 0)
            _behaviors.Pop();
        Push(receive);
    }

    public void BecomeStacked(Receive receive) => Push(receive);

    public void UnbecomeStacked()
    {
        // The last behaviour stays: an actor always has one.
        if (_behaviors.Count > 1)
        {
            _behaviors.Pop();
            _behavior = _behaviors.Peek();
        }
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Handled(receive));
    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.ActorSelection(actorPath);
    public ActorSelection ActorSelection(string actorPath) => Actor.ActorSelection.From(Self, actorPath);

    private void Push(Receive receive)
    {
        _behaviors.Push(receive);
        _behavior = receive;
    }

    private static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void Publish(LogEvent e) => SystemImpl.EventStream.Publish(e);

    private void PublishDebug(string text)
    {
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorType, text));
    }

    private Type ActorType => _actor?.GetType() ?? Props.Type;
}
