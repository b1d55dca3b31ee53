using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Actor;

/// <summary>A place for messages whose time has not come.</summary>
public interface IStash
{
    int Count { get; }
    bool IsEmpty { get; }
    bool NonEmpty { get; }
    bool IsFull { get; }
    int Capacity { get; }
    void Stash();
    void Unstash();
    void UnstashAll();
    void UnstashAll(Func<Envelope, bool> predicate);
    IEnumerable<Envelope> ClearStash();
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>The property the stash is given to, after the constructor and before PreStart.</summary>
public interface IActorStash
{
    IStash Stash { get; set; }
}

/// <summary>A stash on whatever mailbox there is; it must have a front.</summary>
public interface IWithUnrestrictedStash : IActorStash;

/// <summary>A stash, and a mailbox with a front.</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

/// <summary>A stash, and an unbounded mailbox with a front.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;

/// <summary>A stash, and a bounded mailbox with a front.</summary>
public interface IWithBoundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IBoundedDequeBasedMessageQueueSemantics>;

/// <summary>Unstashed messages go to the front of the mailbox, in their old order.</summary>
internal sealed class Stash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _mailbox;
    private LinkedList<Envelope> _stashed = new();
    private int _lastStashed;

    public Stash(ActorCell cell)
    {
        _cell = cell;
        _mailbox = cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
                   ?? throw new ActorInitializationException(cell.Self, $"DequeBasedMailbox required, got: {cell.Mailbox.MessageQueue.GetType().Name}");
        var ofProps = cell.Props.Deploy.StashCapacity;
        Capacity = ofProps != Deploy.NoStashSize ? ofProps : cell.SystemImpl.Mailboxes.StashCapacity(cell.Props.Mailbox);
    }

    public int Capacity { get; }
    public int Count => _stashed.Count;
    public bool IsEmpty => Count == 0;
    public bool NonEmpty => Count > 0;
    public bool IsFull => Capacity >= 0 && Count >= Capacity;

    void IStash.Stash()
    {
        var message = _cell.CurrentMessage!;
        if (_lastStashed == _cell.CurrentEnvelopeId)
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        _lastStashed = _cell.CurrentEnvelopeId;
        if (Capacity > 0 && Count >= Capacity)
            throw new StashOverflowException($"Couldn't enqueue message {message} from {_cell.Sender} to stash of {_cell.Self}");
        _stashed.AddLast(new Envelope(message, _cell.Sender));
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first)
            return;
        _stashed.RemoveFirst();
        PutInFront(first.Value);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        foreach (var envelope in ClearStash().Reverse().Where(predicate))
            PutInFront(envelope);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var all = _stashed;
        _stashed = new LinkedList<Envelope>();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Distinct().Reverse())
            _stashed.AddFirst(envelope);
    }

    private void PutInFront(Envelope envelope)
    {
        _mailbox.EnqueueFirst(envelope);
        if (envelope.Message is Terminated terminated)
            _cell.TerminatedQueuedFor(terminated.ActorRef, null);
    }
}
