using System.Text.Json;
using Akka.Actor;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Actions;

/// <summary>
/// Does something in this process with the results of a task or the calls of a tool. It has a thread of its own: it may block
/// for as long as its delivery may take.
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
            Sender.Tell(new Status.Failure(e)); // whoever waits shall hear of it at once
        }
    });

    /// <summary>
    /// Does it and says what came of it; for a tool, that is what the model is told. The same <paramref name="id"/> may come
    /// again where it is not known whether it was done: do it once.
    /// </summary>
    protected abstract string Do(string id, JsonElement input);
}
