using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Runs every piece of an async handler as the actor. While the handler waits, the mailbox is suspended.</summary>
public sealed class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;
    private object? _message;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        cell.TaskScheduler.Run(asyncAction);
    }

    internal void Execute(Task task) => TryExecuteTask(task);

    private void Run(Func<Task> asyncAction)
    {
        _cell.Mailbox.Suspend();
        _message = _cell.CurrentMessage;
        Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, this)
            .Unwrap()
            .ContinueWith(Finish, CancellationToken.None, TaskContinuationOptions.None, this);
    }

    private void Finish(Task handler)
    {
        var exception = ExceptionOf(handler);
        if (exception is null)
        {
            _cell.Mailbox.Resume();
            _cell.CheckReceiveTimeout(_message is not INotInfluenceReceiveTimeout);
        }
        else
        {
            _cell.SendSystemMessage(new ActorTaskMessage(this, null, exception, _message));
        }
        _message = null;
    }

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    protected override void QueueTask(Task task)
    {
        // Inline while there is stack: a long loop over Task.Yield would nest without end.
        if (ActorCell.Current == _cell && (task.CreationOptions & TaskCreationOptions.LongRunning) == 0 && RuntimeHelpers.TryEnsureSufficientExecutionStack())
            TryExecuteTask(task);
        else
            _cell.SendSystemMessage(new ActorTaskMessage(this, task, null, _message));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private static Exception? ExceptionOf(Task task) => task.Status switch
    {
        TaskStatus.Canceled => new TaskCanceledException(),
        TaskStatus.Faulted when task.Exception!.InnerExceptions is [var only] => only,
        TaskStatus.Faulted => task.Exception,
        _ => null,
    };
}
