using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters at Info: the first few, then a pause, then a word on how many there were.</summary>
public class DeadLetterListener : ActorBase
{
    private int _count;
    private DateTime _pausedUntil;

    protected override void PreStart()
    {
        foreach (var channel in new[] { typeof(DeadLetter), typeof(Dropped), typeof(UnhandledMessage) })
            Context.System.EventStream.Subscribe(Self, channel);
    }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;
        if (letter.Message is IDeadLetterSuppression)
            return true;
        _count++;
        var settings = Context.System.Settings;
        if (_pausedUntil != default)
        {
            if (DateTime.UtcNow < _pausedUntil)
                return true;
            Log(letter, $", of which {_count - settings.LogDeadLetters - 1} were not logged. The counter will be reset now");
            (_count, _pausedUntil) = (0, default);
        }
        else if (_count == settings.LogDeadLetters && settings.LogDeadLettersSuspendDuration == Timeout.InfiniteTimeSpan)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
        }
        else if (_count == settings.LogDeadLetters)
        {
            Log(letter, $", no more dead letters will be logged in next [{settings.LogDeadLettersSuspendDuration}]");
            _pausedUntil = DateTime.UtcNow + settings.LogDeadLettersSuspendDuration;
        }
        else
        {
            Log(letter, "");
        }
        return true;
    }

    private void Log(AllDeadLetters letter, string done)
    {
        var content = letter.Message is IWrappedMessage wrapped ? wrapped.Message : letter.Message;
        var name = content.GetType().Name;
        var from = IsReal(letter.Sender) ? $" from {letter.Sender}" : "";
        var what = letter switch
        {
            Dropped dropped => $"was dropped. {dropped.Reason}",
            UnhandledMessage => "was unhandled",
            _ => "was not delivered",
        };
        var text = $"Message [{name}]{from} to {letter.Recipient} {what}. [{_count}] dead letters encountered{done}. " +
                   "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.";
        if (content.ToString() is { } shown && shown != name)
            text += $" Message content: {shown}";
        Context.System.EventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), text));
    }

    private static bool IsReal(IActorRef sender) => !sender.IsNobody() && !ReferenceEquals(sender, Context.System.DeadLetters);
}
