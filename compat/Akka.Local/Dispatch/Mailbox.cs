using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>The queues of one actor and the right to run it: at most one thread is ever inside <see cref="Run"/>.</summary>
internal sealed class Mailbox(ActorCell cell, MessageDispatcher dispatcher, IMessageQueue queue) : IRunnable
{
    // The status word: bit 0 closed, bit 1 scheduled, the rest counts suspensions.
    private const int ClosedBit = 1;
    private const int ScheduledBit = 2;
    private const int SuspendUnit = 4;

    private int _status;
    private SystemMessage? _systemQueue;

    public IMessageQueue MessageQueue => queue;
    public bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;
    public bool IsClosed => (Volatile.Read(ref _status) & ClosedBit) != 0;

    public void Enqueue(Envelope envelope)
    {
        queue.Enqueue(cell.Self, envelope);
        if (IsClosed)
            queue.CleanUp(cell.Self, DeadLetterQueue.Instance); // it closed between our look and our push
        else
            Schedule();
    }

    public void SystemEnqueue(SystemMessage message)
    {
        SystemMessage? head;
        do
        {
            head = Volatile.Read(ref _systemQueue);
            message.Next = head;
        } while (Interlocked.CompareExchange(ref _systemQueue, message, head) != head);
        Schedule();
    }

    public void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    public void Resume()
    {
        int status;
        do
        {
            status = Volatile.Read(ref _status);
            if (status < SuspendUnit)
                return;
        } while (Interlocked.CompareExchange(ref _status, status - SuspendUnit, status) != status);
    }

    public void Close()
    {
        Interlocked.Or(ref _status, ClosedBit);
        queue.CleanUp(cell.Self, DeadLetterQueue.Instance);
    }

    /// <summary>Gives the mailbox to a thread if it has something that thread may do.</summary>
    public void Schedule()
    {
        var status = Volatile.Read(ref _status);
        while ((status & ScheduledBit) == 0 && HasWork(status))
        {
            var seen = Interlocked.CompareExchange(ref _status, status | ScheduledBit, status);
            if (seen == status)
            {
                dispatcher.Execute(this);
                return;
            }
            status = seen;
        }
    }

    void IThreadPoolWorkItem.Execute() => Run();

    public void Run()
    {
        var outer = ActorCell.Current;
        ActorCell.Current = cell;
        try
        {
            DrainSystemMessages();
            for (var left = dispatcher.Throughput; left > 0 && Volatile.Read(ref _status) < SuspendUnit && !IsClosed; left--)
            {
                if (!queue.TryDequeue(out var envelope))
                    break;
                cell.Invoke(envelope);
                if (Volatile.Read(ref _systemQueue) is not null)
                    DrainSystemMessages();
            }
        }
        finally
        {
            ActorCell.Current = outer;
            Interlocked.And(ref _status, ~ScheduledBit);
            Schedule();
        }
    }

    // A closed mailbox still takes its turn for system messages: a Watch that came too late wants an answer.
    private bool HasWork(int status) =>
        Volatile.Read(ref _systemQueue) is not null || status == 0 && queue.HasMessages;

    private void DrainSystemMessages()
    {
        while (Interlocked.Exchange(ref _systemQueue, null) is { } newest)
            cell.SystemInvoke(OldestFirst(newest));
    }

    private static SystemMessage OldestFirst(SystemMessage newest)
    {
        SystemMessage? done = null;
        for (SystemMessage? message = newest; message is not null;)
        {
            var next = message.Next;
            message.Next = done;
            done = message;
            message = next;
        }
        return done!;
    }
}
