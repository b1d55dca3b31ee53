using System.Runtime.ExceptionServices;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Birth, failure, restart and end, in that order.</summary>
public sealed partial class ActorCell
{
    private bool _terminating;

    /// <summary>Whose failure this cell is stopped for: itself or a child. Null while all is well.</summary>
    private IActorRef? _perpetrator;

    internal bool HasActor => _actor is not null;

    /// <summary>Called by the constructor of the actor, before any code of its class runs.</summary>
    internal void Adopt(ActorBase actor)
    {
        _actor = actor;
        _behaviors.Clear();
        Push(actor.ReceiveDefault);
        if (actor is IWithTimers timed)
            timed.Timers = new TimerScheduler(this);
    }

    private ActorBase NewActor()
    {
        _actor = null;
        try
        {
            var actor = Props.NewActor() ?? throw new ActorInitializationException(Self, "PreCreationException: NewActor returned null");
            if (!ReferenceEquals(actor, _actor))
                throw new ActorInitializationException(Self, $"{actor.GetType()} was not made for {Self}");
            actor.Initialize();
            if (actor is IActorStash stashing)
                stashing.Stash = new Stash(this);
            return actor;
        }
        catch
        {
            _actor = null;
            throw;
        }
    }

    private void CreateActor()
    {
        try
        {
            NewActor().AroundPreStart();
            CheckReceiveTimeout(reschedule: true);
            PublishDebug($"Started ({_actor})");
        }
        catch (Exception e)
        {
            _actor = null; // so that the failure is known to be one of creation, and PostStop is not called
            throw new ActorInitializationException(Self, "Exception during creation", e);
        }
    }

    private void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IActorRef>? childrenNotToSuspend = null)
    {
        if (_perpetrator is not null)
            return;
        try
        {
            Mailbox.Suspend();
            if (CurrentMessage is Failed)
            {
                _perpetrator = Sender;
                childrenNotToSuspend = [.. childrenNotToSuspend ?? [], Sender];
            }
            else
            {
                _perpetrator = Self;
            }
            SuspendChildren(childrenNotToSuspend);
            ParentRef.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorType, $"Emergency stop: exception in failure handling for {cause}"));
            StopChildren();
            FinishTerminate();
        }
    }

    /// <summary>A child failed: ask the strategy. Not handled means escalated, which is failing oneself.</summary>
    private void HandleFailed(Failed f)
    {
        CurrentMessage = f;
        Sender = f.Child;
        if (_children.StatsOf(f.Child) is not { } stats)
        {
            PublishDebug($"Dropping Failed({f.Cause}) from unknown child {f.Child}");
            return;
        }
        if (!Strategy().HandleFailure(this, f.Child, f.Cause, stats, _children.AllStats()))
            ExceptionDispatchInfo.Throw(f.Cause);
        CurrentMessage = null;
    }

    private SupervisorStrategy Strategy() =>
        Props.SupervisorStrategy ?? _actor?.OwnStrategy() ?? SupervisorStrategy.DefaultStrategy;

    private void FaultSuspend()
    {
        Mailbox.Suspend();
        SuspendChildren();
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }
        var perpetrator = _perpetrator;
        Mailbox.Resume();
        if (causedByFailure is not null)
            _perpetrator = null;
        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        StopChildren();
        if (!_children.WaitFor(new WaitReason.Creation()))
            FinishCreate();
    }

    private void FinishCreate()
    {
        Mailbox.Resume();
        _perpetrator = null;
        try
        {
            CreateActor();
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is not { } failed)
        {
            FaultCreate();
            return;
        }
        PublishDebug("Restarting");
        try
        {
            failed.AroundPreRestart(cause, CurrentMessage);
            UnstashAll(failed);
        }
        catch (Exception e)
        {
            Publish(new Error(new PreRestartException(Self, e, cause, CurrentMessage), Self.Path.ToString(), ActorType, e.Message));
        }
        CurrentMessage = null;
        if (!_children.WaitFor(new WaitReason.Recreation(cause)))
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        var failed = _actor;
        var survivors = _children.All();
        try
        {
            Mailbox.Resume();
            _perpetrator = null;
            NewActor().AroundPostRestart(cause, null);
            PublishDebug($"Restarted ({_actor})");
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            // The old instance is still there for its PostStop, a second time.
            _actor ??= failed;
            HandleInvokeFailure(new PostRestartException(Self, e, cause), survivors);
        }
    }

    private void BeginTermination()
    {
        SetReceiveTimeout(null);
        UnwatchWatchedActors();
        StopChildren();
        var wasTerminating = _terminating;
        _terminating = true;
        if (!_children.WaitFor(new WaitReason.Termination()))
        {
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            Mailbox.Suspend();
            _perpetrator = Self;
            PublishDebug("Stopping");
        }
    }

    private void FinishTerminate()
    {
        try
        {
            _actor?.AroundPostStop();
            UnstashAll(_actor); // to the dead letters, before what is still queued
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorType, e.Message));
        }
        IsTerminated = true;
        _terminating = true;
        SystemImpl.EventStream.Forget(Self);
        Mailbox.Close();
        ParentRef.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        TellWatchersWeDied();
        UnwatchWatchedActors();
        PublishDebug("Stopped");
        Dispatcher.Release();
        _actor = null;
        CurrentMessage = null;
        _behaviors.Clear();
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var (wasChild, finished) = _children.Remove(child);
        if (wasChild && _actor is not null)
            Strategy().HandleChildTerminated(this, child, _children.All());
        switch (finished)
        {
            case WaitReason.Recreation recreation: FinishRecreate(recreation.Cause); break;
            case WaitReason.Creation: FinishCreate(); break;
            case WaitReason.Termination: FinishTerminate(); break;
        }
    }

    private static void UnstashAll(ActorBase? actor) => (actor as IActorStash)?.Stash?.UnstashAll();
}
