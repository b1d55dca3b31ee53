using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>
/// One task: receives the turns, asks the model out of band when its trigger says so, and reports each result once.
/// Derive your own task from it and override what it remembers, what it gives to the model and how it judges the
/// answer. It has its own thread and is outside the conversation: whatever it does, no turn waits for it.
/// </summary>
public abstract class TaskActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<int> _asked = [];
    private TurnRecord? _newest;
    private PromptReader _prompt;
    private int _open;
    private bool _finishing;

    /// <summary>An actor that waits for turns.</summary>
    protected TaskActor(TaskSettings settings)
    {
        (Settings, _prompt) = (settings, new PromptReader(settings.Prompt));

        Receive<TurnFacts.Published>(m =>
        {
            if (m.Turn is TurnJoined || _newest is null) _newest = m.Turn;
            Hear(m.Turn);
            if (settings.Trigger.IsDue(m.Turn) && !_asked.Contains(m.Turn.Turn)) Ask(m.Turn);
            Context.Parent.Tell(new TaskMessages.Handled());
        });
        Receive<TaskMessages.Demand>(_ =>
        {
            if (_newest is not null) Ask(_newest);
        });
        Receive<OutOfBandFacts.Answered>(m =>
        {
            _open--;
            Context.Parent.Tell(new TaskMessages.Completed(Judge(TaskResult.Of(m.Result))));
            Settle();
        });
        Receive<TaskMessages.Finish>(_ =>
        {
            _finishing = true;
            if (settings.Trigger.OnEnd && _newest is not null && !_asked.Contains(_newest.Turn)) Ask(_newest);
            Settle();
        });
    }

    /// <summary>The configuration of the task.</summary>
    protected TaskSettings Settings { get; }

    /// <summary>Called for every turn, whether or not the trigger is due: remember what you need, within bounds.</summary>
    protected virtual void Hear(TurnRecord turn) { }

    /// <summary>Text for the model, after the context it sees; null: none.</summary>
    protected virtual string? Give(TurnRecord turn) => null;

    /// <summary>
    /// The final check of a result. A completed result has a value that matches the configured schema; reject it with
    /// <see cref="TaskResult.Fail"/>.
    /// </summary>
    protected virtual TaskResult Judge(TaskResult result) => result;

    private void Ask(TurnRecord turn)
    {
        (_prompt, var prompt, var problem) = _prompt.Read();
        if (problem is not null) Context.Parent.Tell(new TaskMessages.NoticeRaised(problem));
        _log.Debug("Turn {Turn}: {Task} is asked for", turn.Turn, Settings.Name);
        _asked.Add(turn.Turn);
        _open++;
        Context.Parent.Tell(new TaskMessages.Ask(TaskContext.Request(Settings, prompt, turn, Give(turn))));
    }

    private void Settle()
    {
        if (_finishing && _open == 0) Context.Parent.Tell(new TaskMessages.Finished());
    }
}
