using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message the test actor took, and who sent it.</summary>
public sealed record MessageEnvelope(object Message, IActorRef Sender);

/// <summary>Put on a test class: what it tells has no sender.</summary>
public interface INoImplicitSender;
