using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>One message at a time: user messages, those the cell answers itself, and orders.</summary>
public sealed partial class ActorCell
{
    private SystemMessage? _keptBack;

    internal void Invoke(in Envelope envelope)
    {
        var message = envelope.Message;
        var outer = _currentMessage;
        try
        {
            if (_keptMessage is not null)
                _keptMessage = null;
            _currentMessage = message;
            CurrentEnvelopeId++;
            Sender = envelope.Sender ?? SystemImpl.DeadLetters;
            // Asking an object for an interface it has not got is slow, so nobody asks without need.
            if (_pendingReceiveTimeout is not null && message is not INotInfluenceReceiveTimeout)
                CancelReceiveTimeout();
            if (message is TimerScheduler.Tick tick)
            {
                if ((_actor as IWithTimers)?.Timers is not TimerScheduler timers || !timers.Accepts(tick))
                    return;
                _currentMessage = message = tick.Message;
            }
            if (!TryAutoReceive(message))
                ReceiveMessage(message);
        }
        catch (Exception cause)
        {
            CurrentMessage = message;
            HandleInvokeFailure(cause);
        }
        finally
        {
            _currentMessage = outer;
            if (_receiveTimeout is not null)
                CheckReceiveTimeout(envelope.Message is not INotInfluenceReceiveTimeout);
        }
    }

    /// <summary>Takes a chain of orders, keeping back those that make no sense until the children are gone or the mailbox runs again.</summary>
    internal void SystemInvoke(SystemMessage? chain)
    {
        while (chain is not null)
        {
            var message = chain;
            chain = message.Next;
            message.Next = null;
            if (IsTerminated)
            {
                AnswerForTheDead(message);
                continue;
            }
            if (MustWait(message))
            {
                KeepBack(message);
                continue;
            }
            try
            {
                Obey(message);
            }
            catch (Exception cause)
            {
                HandleInvokeFailure(cause);
            }
            chain = Append(TakeBack(), chain);
        }
    }

    private void Obey(SystemMessage message)
    {
        switch (message)
        {
            case ActorTaskMessage m: Continue(m); break;
            case Failed m: HandleFailed(m); break;
            case DeathWatchNotification m: WatchedActorTerminated(m.Actor, m.ExistenceConfirmed); break;
            case Create: CreateActor(); break;
            case Watch m: AddWatcher(m.Watcher); break;
            case Unwatch m: _watchedBy?.Remove(m.Watcher); break;
            case Recreate m: FaultRecreate(m.Cause); break;
            case Suspend: FaultSuspend(); break;
            case Resume m: FaultResume(m.CausedByFailure); break;
            case Terminate: BeginTermination(); break;
            default: throw new NotSupportedException($"Unknown message {message.GetType().Name}");
        }
    }

    private bool MustWait(SystemMessage message) =>
        IsWaitingForChildren ? message is IStashWhenWaitingForChildren or IStashWhenFailed
            : message is IStashWhenFailed && Mailbox.IsSuspended;

    private void KeepBack(SystemMessage message) => _keptBack = Append(_keptBack, message);

    /// <summary>Everything kept back, as soon as one of it may go; the rest is kept back again, in order.</summary>
    private SystemMessage? TakeBack()
    {
        for (var message = _keptBack; message is not null; message = message.Next)
        {
            if (MustWait(message))
                continue;
            var all = _keptBack;
            _keptBack = null;
            return all;
        }
        return null;
    }

    private static SystemMessage? Append(SystemMessage? first, SystemMessage? second)
    {
        if (first is null)
            return second;
        var last = first;
        while (last.Next is not null)
            last = last.Next;
        last.Next = second;
        return first;
    }

    private bool TryAutoReceive(object message)
    {
        if (SystemImpl.Settings.DebugAutoReceive && message is IAutoReceivedMessage)
            Publish(new Debug(Self.Path.ToString(), ActorType, $"received AutoReceiveMessage {message}"));
        switch (message)
        {
            case Terminated m: ReceiveTerminated(m); return true;
            case Kill: throw new ActorKilledException("Kill");
            case PoisonPill: _self.Stop(); return true;
            case ActorSelectionMessage m: Actor.ActorSelection.Deliver(_self, m.Elements, m.Message, Sender, m.WildCardFanOut); return true;
            case Identify m: Sender.Tell(new ActorIdentity(m.MessageId, Self), Self); return true;
            default: return false;
        }
    }

    private void ReceiveMessage(object message)
    {
        var handled = _actor!.Handle(_behavior, message);
        if (SystemImpl.Settings.AddLoggingReceive && _actor is ILogReceive)
            Publish(new Debug(Self.Path.ToString(), ActorType, $"received {(handled ? "handled" : "unhandled")} message {message} from {Sender.Path}"));
    }

    private void Continue(ActorTaskMessage m)
    {
        CurrentMessage = m.Message;
        if (m.Exception is { } exception)
        {
            Mailbox.Resume();
            HandleInvokeFailure(exception);
            return;
        }
        m.Scheduler.Execute(m.Task!);
        CurrentMessage = null;
    }

    private void AnswerForTheDead(SystemMessage message)
    {
        if (message is Watch watch)
            ((IInternalActorRef)watch.Watcher).SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }
}
