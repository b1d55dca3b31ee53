using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>A property of a message queue that an actor may require.</summary>
public interface ISemantics;

public interface IUnboundedMessageQueueSemantics : ISemantics;

public interface IBoundedMessageQueueSemantics : ISemantics
{
    TimeSpan PushTimeOut { get; set; }
}

/// <summary>Messages can be put back in front: what a stash needs.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics;

/// <summary>Put on an actor class: its mailbox must have this semantics.</summary>
public interface IRequiresMessageQueue<T> where T : ISemantics;
