namespace Akka.Actor;

/// <summary>Handled by the cell before the actor sees it.</summary>
public interface IAutoReceivedMessage;

/// <summary>Does not reset the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Not accepted from untrusted senders.</summary>
public interface IPossiblyHarmful;

/// <summary>Never leaves the process.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>Carries another message.</summary>
public interface IWrappedMessage
{
    object Message { get; }
}

/// <summary>Marks actors whose every message is logged when akka.actor.debug.receive is on.</summary>
public interface ILogReceive;
