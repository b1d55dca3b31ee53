using Akka.Event;

namespace Akka.Actor;

/// <summary>The parent of all top-level actors. Nobody has anything to tell it.</summary>
internal sealed class GuardianActor : ActorBase
{
    protected override bool Receive(object message)
    {
        Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
        return true;
    }

    // A guardian keeps its children through a restart.
    protected override void PreRestart(Exception reason, object? message) { }
}
