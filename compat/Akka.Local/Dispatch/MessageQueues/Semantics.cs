using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>A property of a message queue that an actor may require.</summary>
public interface ISemantics;

/// <summary>Never full.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics;

/// <summary>May be full; then the sender waits this long.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    TimeSpan PushTimeOut { get; set; }
}

/// <summary>Messages can be put back in front: what a stash needs.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

/// <summary>Never full, with a front.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>May be full, with a front.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics;

/// <summary>Put on an actor class: its mailbox must have this semantics.</summary>
public interface IRequiresMessageQueue<T> where T : ISemantics;
