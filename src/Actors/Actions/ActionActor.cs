using System.Text.Json;
using Akka.Actor;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Actions;

/// <summary>
/// Performs an action in this process on the results of a task or the calls of a tool. It has its own thread: it may block for as
/// long as its delivery may take.
/// </summary>
public abstract class ActionActor : ReceiveActor
{
    /// <summary>An actor that waits for deliveries.</summary>
    protected ActionActor() => Receive<ActionMessages.Run>(m =>
    {
        try
        {
            Sender.Tell(new ActionMessages.Ran(Do(m.Id, JsonElement.Parse(m.Json))));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Sender.Tell(new Status.Failure(e)); // the delivery that waits must fail at once, not at its timeout
        }
    });

    /// <summary>
    /// Performs the action and returns its output; that of a tool goes to the model. The same <paramref name="id"/> may come again if it
    /// is unknown whether the action was done: do it only once.
    /// </summary>
    protected abstract string Do(string id, JsonElement input);
}
