using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>To the listener: these filters count from now on.</summary>
internal sealed record Mute(IReadOnlyList<EventFilterRule> Filters) : INoSerializationVerificationNeeded;

/// <summary>To the listener: these filters are done.</summary>
internal sealed record Unmute(IReadOnlyList<EventFilterRule> Filters) : INoSerializationVerificationNeeded;

/// <summary>The logger of tests: it prints what no filter waits for.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<EventFilterRule> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var channel in new[] { typeof(Mute), typeof(Unmute), typeof(DeadLetter), typeof(UnhandledMessage) })
                    initialize.LoggingBus.Subscribe(Context.Self, channel);
                Sender.Tell(new LoggerInitialized());
                break;
            case Mute mute:
                _filters.AddRange(mute.Filters);
                break;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                    _filters.Remove(filter);
                break;
            case LogEvent logEvent when !IsWaitedFor(logEvent):
                Print(logEvent);
                break;
            case DeadLetter letter:
                IsWaitedFor(new Warning(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), letter));
                break;
        }
        return true;
    }

    private bool IsWaitedFor(LogEvent logEvent)
    {
        foreach (var filter in _filters)
            if (filter.Take(logEvent))
                return true;
        return false;
    }
}
